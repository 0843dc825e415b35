"""What the packs panel asks before it does something: which file, which weights, whether it is sure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox

from engine.packs.licence import accept

if TYPE_CHECKING:
    from sgim_desktop.packs.panel import PacksPanel


class PackQuestions(QObject):
    """Dialogs over the panel's public methods, which tests call without them."""

    def __init__(self, panel: PacksPanel) -> None:
        super().__init__(panel)
        self._panel = panel

    def add_file(self) -> None:
        """Which weights file to convert."""
        kinds = self.tr("Weights (*.pkl *.pt *.pth *.safetensors *.bin);;All files (*)")
        name, _ = QFileDialog.getOpenFileName(self._panel, self.tr("Add published weights"), "", kinds)
        if name:
            self._panel.add(Path(name))

    def add_folder(self) -> None:
        """Which folder to add."""
        name = QFileDialog.getExistingDirectory(self._panel, self.tr("Add a folder of weights, or a pack"))
        if name:
            self._panel.add(Path(name))

    def fetch(self) -> None:
        """Which weights to fetch, and is their licence accepted."""
        from sgim_desktop.packs.catalogue_dialog import CatalogueDialog

        dialog = CatalogueDialog({row.name for row in self._panel.rows}, self._panel)
        if dialog.exec() and dialog.entry is not None:
            self._panel.download(dialog.entry, accept(dialog.entry))

    def combine(self) -> None:
        """Which parts of which packs."""
        from sgim_desktop.packs.combine_dialog import CombineDialog

        dialog = CombineDialog(self._panel.rows, self._panel)
        if dialog.exec():
            names = (box.currentText() for box in (dialog.generator, dialog.embedder, dialog.sound))
            self._panel.combine_packs(dialog.name.text(), *names)

    def repair(self) -> None:
        """Is the licence still accepted for another download."""
        row = self._panel.row
        if row is None or row.entry is None:
            return
        question = self.tr("Fetch {0} again? Its licence: {1}").format(row.name, row.entry.licence)
        if self._sure(question):
            self._panel.download(row.entry, accept(row.entry), replacing=row.name)

    def remove(self) -> None:
        """Really delete."""
        row = self._panel.row
        if row is not None and self._sure(self.tr("Delete {0} from the disk?").format(row.name)):
            self._panel.remove_pack(row.name)

    def _sure(self, question: str) -> bool:
        yes = QMessageBox.StandardButton.Yes
        return QMessageBox.question(self._panel, self.tr("Packs"), question) == yes
