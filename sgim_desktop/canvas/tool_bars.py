"""The rows under the canvas while a tool is in hand: the crop frame's numbers, the brush's size."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMargins, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QPushButton, QSlider, QWidget

from sgim_desktop.document.values import Frame
from sgim_desktop.flow_layout import FlowLayout
from sgim_desktop.tinted_icon import IconAction, IconButton

MARGINS = QMargins(8, 4, 8, 4)


class FrameBar(QWidget):
    """Numeric twins of the crop frame, for the keyboard and for exactness."""

    changed = Signal(object)
    automatic = Signal()
    whole = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes: list[QDoubleSpinBox] = []
        names = (self.tr("Left"), self.tr("Top"), self.tr("Width"), self.tr("Height"), self.tr("Angle"))
        layout = FlowLayout(self, MARGINS)
        for name in names:
            box = QDoubleSpinBox(self)
            box.setRange(-360.0 if name == names[-1] else -65535.0, 360.0 if name == names[-1] else 65535.0)
            box.setDecimals(1)
            box.setSuffix(" °" if name == names[-1] else " px")
            box.setAccessibleName(name)
            box.setKeyboardTracking(False)
            box.setFixedWidth(box.fontMetrics().horizontalAdvance("-8888.8 px") + 34)
            box.valueChanged.connect(self._emit)
            label = QLabel(name, self)
            label.setBuddy(box)
            layout.add_together(label, box)
            self._boxes.append(box)
        layout.addWidget(_button(self, self.tr("Find automatically"), self.automatic.emit))
        layout.addWidget(_button(self, self.tr("Whole picture"), self.whole.emit))

    def show_frame(self, frame: Frame) -> None:
        """Show a frame without announcing it."""
        for box, value in zip(self._boxes, frame, strict=True):
            blocker = QSignalBlocker(box)
            box.setValue(value)
            blocker.unblock()

    def _emit(self) -> None:
        x, y, width, height, angle = (box.value() for box in self._boxes)
        self.changed.emit((x, y, max(16.0, width), max(16.0, height), angle))


class BrushBar(QWidget):
    """Size and softness of the region brush, and what can be done to the whole region."""

    diameter_changed = Signal(float)  # per cent of the picture's longer side
    softness_changed = Signal(float)
    erasing_changed = Signal(bool)
    invert = Signal()
    feather = Signal(float)  # per cent of the longer side
    fill = Signal()
    clear = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = FlowLayout(self, MARGINS)
        self.eraser = IconAction(
            "eraser",
            self.tr("Erase"),
            self.tr("Take away from the region; Alt or the right button does it too."),
            self,
            checkable=True,
        )
        self.eraser.toggled.connect(self.erasing_changed)
        layout.addWidget(IconButton(self.eraser))
        self.size_slider = self._slider(
            layout, self.tr("Size"), 1, 60, 12, lambda v: self.diameter_changed.emit(float(v))
        )
        self.soft = self._slider(layout, self.tr("Softness"), 0, 100, 50, lambda v: self.softness_changed.emit(v / 100))
        self.feather_box = QDoubleSpinBox(self)
        self.feather_box.setRange(0.1, 20.0)
        self.feather_box.setValue(1.0)
        self.feather_box.setSuffix(" %")
        self.feather_box.setAccessibleName(self.tr("Feather"))
        feather = _button(self, self.tr("Feather"), lambda: self.feather.emit(self.feather_box.value()))
        layout.add_together(self.feather_box, feather)
        layout.addWidget(_button(self, self.tr("Invert"), self.invert.emit))
        layout.addWidget(_button(self, self.tr("All"), self.fill.emit))
        layout.addWidget(_button(self, self.tr("None"), self.clear.emit))

    def _slider(
        self, layout: FlowLayout, name: str, low: int, high: int, value: int, changed: Callable[[int], None]
    ) -> QSlider:
        label, slider = QLabel(name, self), QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(low, high)
        slider.setValue(value)
        slider.setFixedWidth(110)
        slider.setAccessibleName(name)
        slider.valueChanged.connect(changed)
        label.setBuddy(slider)
        layout.add_together(label, slider)
        return slider


def _button(parent: QWidget, text: str, clicked: Callable[[], None]) -> QPushButton:
    button = QPushButton(text, parent)
    button.setAccessibleName(text)
    button.clicked.connect(lambda: clicked())
    return button
