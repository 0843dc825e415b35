"""Choosing published weights to fetch, with their licence shown before anything is downloaded."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from engine.packs.catalogue import CATALOGUE, CatalogueEntry
from engine.packs.licence import licence_text
from sgim_desktop.local_numbers import filled


class CatalogueDialog(QDialog):
    """A table of published weights; only with the licence accepted can one be fetched."""

    def __init__(self, installed: set[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Fetch published weights"))
        self.resize(760, 560)
        self.entries = [entry for entry in CATALOGUE if entry.name not in installed]
        self.table = QTableWidget(len(self.entries), 4, self)
        self.table.setAccessibleName(self.tr("Published weights"))
        self.table.setHorizontalHeaderLabels(
            [self.tr("Name"), self.tr("Part"), self.tr("Size"), self.tr("Licence")]
        )
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setAlternatingRowColors(True)
        for row, entry in enumerate(self.entries):
            size = filled(self.tr("{0:.0f} MB"), entry.size / 1e6) if entry.size else self.tr("unknown")
            for column, text in enumerate((entry.name, entry.kind.replace("_", " "), size, entry.licence)):
                item = QTableWidgetItem(text)
                item.setToolTip(entry.purpose)
                self.table.setItem(row, column, item)
        header = self.table.horizontalHeader()
        for column in range(3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.about = QTextBrowser()
        self.about.setAccessibleName(self.tr("Licence"))
        self.about.setOpenExternalLinks(True)
        self.accepts = QCheckBox(self.tr("I have read the licence and accept it"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.fetch = self.buttons.addButton(self.tr("Fetch"), QDialogButtonBox.ButtonRole.AcceptRole)
        column_layout = QVBoxLayout(self)
        column_layout.addWidget(self.table, 3)
        column_layout.addWidget(self.about, 2)
        column_layout.addWidget(self.accepts)
        column_layout.addWidget(self.buttons)
        self.table.currentCellChanged.connect(lambda *cells: self._show_entry())
        self.accepts.toggled.connect(lambda on: self._enable())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.table.setCurrentCell(0, 0)
        self._show_entry()

    @property
    def entry(self) -> CatalogueEntry | None:
        """What is chosen."""
        row = self.table.currentRow()
        return self.entries[row] if 0 <= row < len(self.entries) else None

    def _show_entry(self) -> None:
        entry = self.entry
        self.accepts.setChecked(False)  # accepted for one is not accepted for another
        text = licence_text(entry) if entry else ""
        self.about.setPlainText(text)
        self._enable()

    def _enable(self) -> None:
        self.accepts.setEnabled(self.entry is not None)
        self.fetch.setEnabled(self.entry is not None and self.accepts.isChecked())
