"""What a pack is, in words: licence, where it comes from, its limits, its parts, the memory it needs."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTextBrowser, QWidget

from sgim_desktop.local_numbers import filled
from sgim_desktop.packs.machine_memory import free_memory
from sgim_desktop.packs.pack_rows import PackRow, memory_needed
from sgim_desktop.series_colours import series_colours

GIGABYTE = 1e9


class PackDetails(QTextBrowser):
    """Read-only, can be selected and read aloud."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("About the pack"))
        self.setOpenExternalLinks(True)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.setMinimumHeight(120)

    def show_row(self, row: PackRow | None, fidelity: str) -> None:
        """Describe one pack."""
        if row is None:
            self.setHtml("")
            return
        if row.manifest is None:
            self.setHtml(f"<p>{escape(row.fault)}</p>")
            return
        manifest = row.manifest
        facts = [
            (self.tr("Licence"), manifest.licence),
            (self.tr("Source"), manifest.source),
            (self.tr("Trained on"), manifest.training_data),
            (self.tr("Limits"), manifest.limits),
            (self.tr("Consent"), manifest.consent),
            (self.tr("Bias"), manifest.bias),
        ]
        lines = [f"<p>{self.memory_line(row, fidelity)}</p>"]
        lines += [f"<p><b>{title}:</b> {escape(text)}</p>" for title, text in facts if text]
        if manifest.accepted:
            when = manifest.accepted.get("when", "")[:10]
            accepted = self.tr("Licence accepted on {0}.").format(when)
            lines.append(f"<p>{escape(accepted)}</p>")
        parts = self.tr("Parts")
        lines.append(f"<p><b>{parts}:</b></p><ul>")
        for kind, part in manifest.parts.items():
            size = filled(self.tr("{0:.1f} MB"), row.part_sizes.get(kind, 0) / 1e6)
            tower = f", {part.tower}" if part.tower else ""
            lines.append(f"<li>{escape(kind.replace('_', ' '))}: {escape(part.architecture + tower)}, {size}</li>")
        self.setHtml("".join(lines) + "</ul>")

    def memory_line(self, row: PackRow, fidelity: str) -> str:
        """Whether this machine can edit with the pack, as HTML."""
        if not row.can_edit:
            return escape(self.tr("This pack cannot edit by itself; combine it with a generator and an embedder."))
        needed, free = memory_needed(row, fidelity), free_memory()
        if not needed:
            return escape(self.tr("How much memory an edit needs is not known."))
        text = filled(self.tr("An edit needs about {0:.1f} GB of memory"), needed / GIGABYTE)
        if free is None:
            return escape(text + ".")
        text += filled(self.tr("; {0:.1f} GB are free."), free / GIGABYTE)
        if needed <= free:
            return escape(text)
        warning = self.tr("Close other programs, or choose a smaller pack or a lower fidelity.")
        return f'<span style="color:{series_colours(self).clipping.name()}">{escape(text)} {escape(warning)}</span>'
