"""The numeric twin of the mask chart: a table a screen reader can read and in which pins can be typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from sgim_desktop.layer_mask.mask_series import MaskSeries, layer_groups
from sgim_desktop.local_numbers import filled
from sgim_desktop.own_keys import takes_key

_PIN = 2


class MaskNumbers(QTableWidget):
    """A row per layer: group, pin, g and ‖Δw‖ of each guide. Typing a pin pins; emptying it, or Delete, lets go."""

    pin_wanted = Signal(int, float)
    unpin_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Layer mask numbers"))
        self.verticalHeader().hide()
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.itemChanged.connect(self._on_item)

    def sizeHint(self) -> QSize:
        """As small as the chart it stands for."""
        return QSize(260, 150)

    def event(self, event: QEvent) -> bool:
        """Delete is for the pin, not for the result."""
        return takes_key(event, Qt.Key.Key_Delete) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete lets go of the layer's pin."""
        if event.key() == Qt.Key.Key_Delete and self.currentRow() >= 0:
            self.unpin_wanted.emit(self.currentRow())
        else:
            super().keyPressEvent(event)

    def show_masks(self, series: tuple[MaskSeries, ...], pinned: dict[int, float]) -> None:
        """Show these masks and pins."""
        blocked = self.blockSignals(True)
        titles = [self.tr("Layer"), self.tr("Group"), self.tr("Pin")]
        for one in series:
            titles += [self.tr("g sound"), self.tr("Δw sound")] if one.guide == "sound" else []
            titles += [self.tr("g text"), self.tr("Δw text")] if one.guide == "text" else []
        layers = max((one.layers for one in series), default=0)
        self.setColumnCount(len(titles))
        self.setRowCount(layers)
        self.setHorizontalHeaderLabels(titles)
        names = {"coarse": self.tr("coarse"), "middle": self.tr("middle"), "fine": self.tr("fine")}
        for layer, group in enumerate(layer_groups(layers)):
            pin = filled("{0:.3f}", pinned[layer]) if layer in pinned else ""
            cells = [str(layer + 1), names[group], pin]
            for one in series:
                cells += [filled("{0:.3f}", one.weights[layer]), filled("{0:.3g}", one.moved[layer])]
            for column, text in enumerate(cells):
                self._put(layer, column, text, editable=column == _PIN)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.blockSignals(blocked)

    def _put(self, row: int, column: int, text: str, *, editable: bool) -> None:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            self.setItem(row, column, item)
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        item.setFlags(flags | Qt.ItemFlag.ItemIsEditable if editable else flags)
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setText(text)

    def _on_item(self, item: QTableWidgetItem) -> None:
        if item.column() != _PIN:
            return
        text = item.text().strip().replace(QLocale().decimalPoint(), ".").replace(",", ".")
        try:
            weight = float(text)
        except ValueError:
            self.unpin_wanted.emit(item.row())
            return
        self.pin_wanted.emit(item.row(), round(min(max(weight, 0.0), 1.0), 3))
