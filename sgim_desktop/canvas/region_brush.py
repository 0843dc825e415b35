"""The region brush: paint or erase where the edit may act. A mask in the picture's frame, kept small."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageFilter
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen, QRadialGradient, QTransform

LONGEST_SIDE = 1024
TINT = QColor(235, 60, 90)


class RegionBrush(QObject):
    """Holds the mask while it is painted: white where the edit applies. ``finished(png)`` after each stroke."""

    finished = Signal(bytes)
    changed = Signal()

    def __init__(self, width: int, height: int, png: bytes | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._picture = (width, height)
        scale = min(1.0, LONGEST_SIDE / max(width, height))
        self._size = (max(1, round(width * scale)), max(1, round(height * scale)))
        self._mask = np.zeros(self._size[::-1], np.uint8)
        self.diameter = max(width, height) / 8  # in the picture's pixels
        self.softness = 0.5
        self.erasing = False
        self._last: QPointF | None = None
        self._pointer: QPointF | None = None
        self._tinted = QImage()
        self.load(png)

    def load(self, png: bytes | None) -> None:
        """Show another mask (undone, or of another picture); ``None`` is an empty one."""
        if png is None:
            self._mask[:] = 0
        else:
            with Image.open(io.BytesIO(png)) as image:
                self._mask = np.array(image.convert("L").resize(self._size))
        self._tint()

    def png(self) -> bytes:
        """The mask as an 8-bit grey PNG."""
        return mask_png(self._mask)

    @property
    def mask(self) -> np.ndarray:
        """(h, w) uint8, a copy."""
        return self._mask.copy()

    def is_empty(self) -> bool:
        """Whether nothing is painted: then the edit applies everywhere."""
        return not self._mask.any()

    def invert(self) -> None:
        """Exchange inside and outside."""
        self._replace(255 - self._mask)

    def feather(self, per_cent: float) -> None:
        """Soften the border by so many per cent of the longer side."""
        radius = per_cent / 100 * max(self._size)
        self._replace(np.array(Image.fromarray(self._mask).filter(ImageFilter.GaussianBlur(radius))))

    def clear(self) -> None:
        """Nothing painted: the edit applies everywhere."""
        self._replace(np.zeros_like(self._mask))

    def fill(self) -> None:
        """All painted."""
        self._replace(np.full_like(self._mask, 255))

    def _replace(self, mask: np.ndarray) -> None:
        self._mask = mask
        self._tint()
        self.finished.emit(self.png())

    def stroke(self, start: QPointF, end: QPointF) -> None:
        """One piece of a stroke between two points of the picture."""
        height, width = self._mask.shape
        image = QImage(self._mask.data, width, height, self._mask.strides[0], QImage.Format.Format_Grayscale8)
        layer = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        layer.fill(0)
        scale = width / self._picture[0]
        radius = max(0.5, self.diameter / 2 * scale)
        painter = QPainter(layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        length = max(1.0, (end - start).manhattanLength() * scale)
        count = max(1, int(length / max(1.0, radius / 4)))
        value = 0 if self.erasing else 255
        for index in range(count + 1):
            point = (start + (end - start) * (index / count)) * scale
            gradient = QRadialGradient(point, radius)
            solid, clear = QColor(value, value, value, 255), QColor(value, value, value, 0)
            gradient.setColorAt(0, solid)
            gradient.setColorAt(max(0.0, min(0.98, 1 - self.softness)), solid)
            gradient.setColorAt(1, clear)
            painter.setBrush(gradient)
            painter.drawEllipse(point, radius, radius)
        painter.end()
        painter = QPainter(image)
        painter.drawImage(0, 0, layer)
        painter.end()
        self._tint()

    def _tint(self) -> None:
        height, width = self._mask.shape
        alpha = (self._mask.astype(np.uint16) * 120 // 255).astype(np.uint8)
        bgra = np.empty((height, width, 4), np.uint8)
        for channel, value in enumerate((TINT.blue(), TINT.green(), TINT.red())):
            bgra[..., channel] = alpha * np.uint16(value) // 255
        bgra[..., 3] = alpha
        self._tinted = QImage(bgra.data, width, height, QImage.Format.Format_ARGB32_Premultiplied).copy()
        self.changed.emit()

    # -- as a tool of the view -----------------------------------------------------------------------

    def paint(self, painter: QPainter, to_screen: QTransform) -> None:
        """The mask as a tint, and the brush's outline."""
        width, height = self._picture
        painter.drawImage(to_screen.mapRect(QRectF(0, 0, width, height)), self._tinted)
        if self._pointer is not None:
            centre = to_screen.map(self._pointer)
            radius = self.diameter / 2 * to_screen.m11()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, size in ((QColor(0, 0, 0, 170), 2.5), (QColor(255, 255, 255), 1.0)):
                painter.setPen(QPen(colour, size, Qt.PenStyle.DashLine if self.erasing else Qt.PenStyle.SolidLine))
                painter.drawEllipse(centre, radius, radius)

    def press(self, point: QPointF, event: QMouseEvent, scale: float) -> bool:
        """Begin a stroke; with the right button, or Alt, erase."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return False
        self._was_erasing = self.erasing
        right = event.button() == Qt.MouseButton.RightButton
        self.erasing = self.erasing or right or bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        self._last = point
        self.stroke(point, point)
        return True

    _was_erasing = False

    def move(self, point: QPointF, event: QMouseEvent, scale: float) -> None:
        """Continue the stroke."""
        self._pointer = point
        if self._last is not None:
            self.stroke(self._last, point)
            self._last = point

    def release(self, point: QPointF, event: QMouseEvent) -> None:
        """End the stroke."""
        if self._last is not None:
            self._last = None
            self.erasing = self._was_erasing
            self.finished.emit(self.png())

    def cursor(self, point: QPointF, scale: float) -> Qt.CursorShape:
        """The outline is the cursor."""
        return Qt.CursorShape.CrossCursor


def mask_png(mask: np.ndarray) -> bytes:
    """(h, w) uint8 as an 8-bit grey PNG."""
    buffer = io.BytesIO()
    Image.fromarray(mask).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
