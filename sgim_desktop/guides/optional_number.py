"""A number that may be left to the pack: a check box beside a spin box."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QWidget


class OptionalNumber(QWidget):
    """Shows ``None`` ("the pack's default") or a number; says when the artist changed it."""

    changed = Signal(object)  # float or None

    def __init__(self, name: str, low: float, high: float, decimals: int, step: float, start: float) -> None:
        super().__init__()
        self.own = QCheckBox()
        self.own.setAccessibleName(self.tr("{0}: own value").format(name))
        self.own.setToolTip(self.tr("Unticked: the value that suits the pack."))
        self.box = QDoubleSpinBox()
        self.box.setAccessibleName(name)
        self.box.setDecimals(decimals)
        self.box.setMinimumWidth(70)
        self._low, self._step, self._value = low, step, start
        self.box.setRange(low - step, high)
        self.box.setSpecialValueText(self.tr("pack's default"))
        self.box.setSingleStep(step)
        self.box.setKeyboardTracking(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.own)
        row.addWidget(self.box, 1)
        self.own.clicked.connect(self._on_own)
        self.box.valueChanged.connect(self._on_value)
        self.show_value(None)

    def show_value(self, value: float | None) -> None:
        """Show a value without announcing it."""
        blocked = self.box.blockSignals(True)
        self.own.setChecked(value is not None)
        self.box.setEnabled(value is not None)
        # Below its least value the box shows "pack's default"; with an own value there is nothing below.
        self.box.setMinimum(self._low - self._step if value is None else self._low)
        self.box.setValue(self._low - self._step if value is None else value)
        self.box.blockSignals(blocked)

    def _on_own(self, own: bool) -> None:
        self.show_value(self._value if own else None)
        self.changed.emit(self._value if own else None)

    def _on_value(self, value: float) -> None:
        self._value = value
        self.changed.emit(value)
