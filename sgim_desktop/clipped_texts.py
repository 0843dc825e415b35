"""Texts that do not fit where they are shown: for the screenshots' command and for the tests. Imports no panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QWidget,
)

TOLERANCE = 1  # pixels: what rounding at 125 or 150 % may take


def clipped_texts(window: QWidget) -> list[str]:
    """What cannot be read whole in ``window`` as it is shown now, with the numbers; empty when all is well.

    Only what is visible is judged; what merely has to be scrolled to is not clipped.
    """
    clipped = []
    for widget in window.findChildren(QWidget):
        if widget.isVisible():
            text, lacks = _judged(widget)
            if lacks or (text and _cut_off(widget)):
                clipped.append(f"{type(widget).__name__} “{text}” {lacks or 'reaches out of its panel'}")
    for bar in window.findChildren(QTabBar):
        if bar.isVisible():
            clipped += [f"tab “{bar.tabText(i)}”" for i in range(bar.count()) if "…" in bar.tabText(i)]
            if lacks := _lacking(bar.sizeHint().width(), bar.width(), "wide"):
                clipped.append(f"tabs “{bar.tabText(0)}” … {lacks}")
    return clipped


def _judged(widget: QWidget) -> tuple[str, str]:
    """The widget's text, and what it lacks (nothing when it fits)."""
    metrics = widget.fontMetrics()
    if isinstance(widget, QLabel) and widget.text() and "<" not in widget.text():
        if widget.wordWrap():
            return widget.text(), _lacking(widget.heightForWidth(widget.width()), widget.height(), "high")
        return widget.text(), _lacking(widget.minimumSizeHint().width(), widget.width(), "wide")
    if isinstance(widget, QPushButton | QCheckBox | QRadioButton) and widget.text():
        return widget.text(), _lacking(widget.minimumSizeHint().width(), widget.width(), "wide")
    if isinstance(widget, QComboBox) and not widget.isEditable():
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        kind, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = widget.style().subControlRect(kind, option, part, widget).width()
        return widget.currentText(), _lacking(metrics.horizontalAdvance(widget.currentText()), room, "wide")
    if isinstance(widget, QAbstractSpinBox):
        line = widget.findChild(QLineEdit)
        room = line.width() if line is not None else widget.width()
        return widget.text(), _lacking(metrics.horizontalAdvance(widget.text()), room, "wide")
    return "", ""


def _lacking(needed: int, room: int, how: str) -> str:
    return f"needs {needed} px and is {room} px {how}" if needed > room + TOLERANCE else ""


def _cut_off(widget: QWidget) -> bool:
    """Whether a part lies outside a parent, where no scrolling brings it back."""
    parent = widget.parentWidget()
    while parent is not None and not parent.isWindow():
        above = parent.parentWidget()
        scrolls = isinstance(above, QAbstractScrollArea) and parent is above.viewport()
        room = parent.rect().adjusted(-TOLERANCE, -TOLERANCE, TOLERANCE, TOLERANCE)
        place = widget.rect().translated(widget.mapTo(parent, widget.rect().topLeft()))
        if scrolls and isinstance(above, QAbstractScrollArea):
            sideways = above.horizontalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            return not sideways and (place.left() < room.left() or place.right() > room.right())
        if not room.contains(place):
            return True
        parent = above
    return False
