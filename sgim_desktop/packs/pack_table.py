"""The list of installed packs."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from sgim_desktop.local_numbers import filled
from sgim_desktop.packs.pack_rows import PackRow

_SIZE, _STATE = 2, 3
_DOMAINS = {
    "portrait": QT_TRANSLATE_NOOP("PackTable", "portrait"),
    "scene": QT_TRANSLATE_NOOP("PackTable", "scene"),
    "painting": QT_TRANSLATE_NOOP("PackTable", "painting"),
    "sound": QT_TRANSLATE_NOOP("PackTable", "sound"),
    "joint": QT_TRANSLATE_NOOP("PackTable", "joint"),
}


def spoken_domain(domain: str) -> str:
    """A manifest's domain in the artist's language; one that is not known stays as it is written."""
    return QCoreApplication.translate("PackTable", str(_DOMAINS.get(domain, domain)))


class PackTable(QTableWidget):
    """Name, domain, size, state; one pack can be chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self.setAccessibleName(self.tr("Installed packs"))
        self.setHorizontalHeaderLabels([self.tr("Pack"), self.tr("Domain"), self.tr("Size"), self.tr("State")])
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMinimumHeight(90)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)

    def show_rows(self, rows: list[PackRow], used: str, verdicts: Mapping[str, str]) -> None:
        """``used``: the pack of the next edit; ``verdicts`` of earlier verifications by name."""
        self.setRowCount(len(rows))
        for at, row in enumerate(rows):
            manifest = row.manifest
            domain = spoken_domain(manifest.domain) if manifest else "–"
            pixels = f"{manifest.resolution} × {manifest.resolution}" if manifest and manifest.resolution else ""
            verdict = self.tr("damaged") if row.fault else verdicts.get(row.name, "")
            state = " ".join(text for text in ("✓" if row.name == used else "", verdict) if text)
            size = filled(self.tr("{0:.0f} MB"), row.size / 1e6)
            use = self.tr("in use") if row.name == used else ""
            said = " · ".join(text for text in (row.name, domain, pixels, use) if text)
            for column, text in enumerate((row.name, domain, size, state)):
                item = QTableWidgetItem(text)
                item.setToolTip(row.fault or said)
                if column == _STATE:
                    item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{use} {verdict}".strip())
                if column == _SIZE:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(at, column, item)
