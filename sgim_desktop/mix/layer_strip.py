"""The layer strip: which layers a mix takes from the sound-guided and which from the text-guided edit."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sgim_desktop.local_numbers import filled
from sgim_desktop.series_colours import series_colours


class LayerStrip(QWidget):
    """A cell per layer; the border between sound (left) and text (right) can be dragged.

    ``split``: how many layers come from the sound, 0…``layers``; ``None`` with a blend of all.
    """

    split_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers = 18
        self._split: int | None = None
        self._alpha = 0.5
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Layers of the mix"))
        self.setToolTip(self.tr("Drag the border: layers left of it come from the sound, right of it from the text."))
        self.show_blend(0.5)

    def sizeHint(self) -> QSize:
        """A line of cells with numbers."""
        return QSize(240, self.fontMetrics().height() * 2 + 8)

    minimumSizeHint = sizeHint

    def show_layers(self, layers: int) -> None:
        """How many layers the generator has."""
        self.layers = max(1, layers)
        self.update()

    def show_split(self, split: int) -> None:
        """Layers 1…split from the sound, the rest from the text."""
        self._split = min(max(split, 0), self.layers)
        text = self.tr("Layers 1 to {0} from the sound, {1} to {2} from the text")
        self.setAccessibleDescription(filled(text, self._split, self._split + 1, self.layers))
        self.update()

    def show_blend(self, alpha: float) -> None:
        """All layers from both: 1 − alpha of the sound, alpha of the text."""
        self._split, self._alpha = None, alpha
        text = self.tr("All layers: {0:.0f} % sound, {1:.0f} % text")
        self.setAccessibleDescription(filled(text, (1 - alpha) * 100, alpha * 100))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells in the colours of their guides."""
        painter = QPainter(self)
        colours = series_colours(self)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        width = (self.width() - 2) / self.layers
        height = self.height() - 4.0
        every = 1 if width > painter.fontMetrics().horizontalAdvance("00") + 4 else 2
        for layer in range(self.layers):
            cell = QRectF(1 + layer * width + 0.5, 2, width - 1, height)
            text_share = self._alpha if self._split is None else float(layer >= self._split)
            painter.fillRect(cell, colours.sound)
            part = QRectF(cell.left(), cell.bottom() - cell.height() * text_share, width - 1, height * text_share)
            painter.fillRect(part, colours.text)
            painter.setPen(_readable_on(colours.text if text_share > 0.5 else colours.sound))
            if layer % every == 0:
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, str(layer + 1))
        if self._split is not None:
            x = 1 + self._split * width
            painter.fillRect(QRectF(x - 2, 0, 4, self.height()), colours.ink)
        if self.hasFocus():
            painter.setPen(colours.ink)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _split_at(self, position: QPointF) -> int:
        return min(max(round((position.x() - 1) / ((self.width() - 2) / self.layers)), 0), self.layers)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the border where the pointer is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.split_wanted.emit(self._split_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the border."""
        split = self._split_at(event.position())
        if event.buttons() & Qt.MouseButton.LeftButton and split != self._split:
            self.split_wanted.emit(split)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the border, Home and End put it at an end."""
        split = self.layers // 2 if self._split is None else self._split
        moved = {
            Qt.Key.Key_Left: split - 1,
            Qt.Key.Key_Right: split + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self.layers,
        }.get(Qt.Key(event.key()))
        if moved is None:
            super().keyPressEvent(event)
        else:
            self.split_wanted.emit(min(max(moved, 0), self.layers))


def _readable_on(colour: QColor) -> QColor:
    """Black or white, whichever contrasts more (WCAG relative luminance)."""
    channels = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in _rgb(colour)]
    luminance = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    return QColor("black") if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else QColor("white")


def _rgb(colour: QColor) -> tuple[float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF()
