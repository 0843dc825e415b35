"""A number that may be left to the pack: a check box "own value" beside a spin box."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QWidget


class OptionalNumber(QWidget):
    """Shows ``None`` ("the pack's default") or a number; says when the artist changed it."""

    changed = Signal(object)  # float or None

    def __init__(self, name: str, low: float, high: float, decimals: int, step: float, start: float) -> None:
        super().__init__()
        self.own = QCheckBox(self.tr("own"))
        self.own.setAccessibleName(self.tr("{0}: own value").format(name))
        self.own.setToolTip(self.tr("Unticked: the value that suits the pack."))
        self.box = QDoubleSpinBox()
        self.box.setAccessibleName(name)
        self.box.setDecimals(decimals)
        self.box.setRange(low, high)
        self.box.setSingleStep(step)
        self.box.setKeyboardTracking(False)
        self.box.setValue(start)
        self.box.setEnabled(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box, 1)
        row.addWidget(self.own)
        self.own.clicked.connect(self._on_own)
        self.box.valueChanged.connect(lambda value: self.changed.emit(value))

    def show_value(self, value: float | None) -> None:
        """Show a value without announcing it."""
        self.own.setChecked(value is not None)
        self.box.setEnabled(value is not None)
        if value is not None:
            blocked = self.box.blockSignals(True)
            self.box.setValue(value)
            self.box.blockSignals(blocked)

    def _on_own(self, own: bool) -> None:
        self.box.setEnabled(own)
        self.changed.emit(self.box.value() if own else None)
