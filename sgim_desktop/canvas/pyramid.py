"""A picture made ready for fluid painting at any zoom: itself and its halvings. Built off the window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

if TYPE_CHECKING:
    import numpy as np

SMALLEST_SIDE = 192


@dataclass(frozen=True, eq=False)
class Pyramid:
    """``levels[0]`` is the picture, each next one half as large; ``arrays`` keep their memory alive."""

    levels: tuple[QImage, ...]
    arrays: tuple[np.ndarray, ...]

    @property
    def width(self) -> int:
        """Of the picture itself, in pixels."""
        return self.levels[0].width()

    @property
    def height(self) -> int:
        """Of the picture itself, in pixels."""
        return self.levels[0].height()

    def pixels(self) -> np.ndarray:
        """(H, W, 3) uint8 sRGB, a view."""
        return self.arrays[0][..., 2::-1]

    def paint(self, painter: QPainter, target: QRectF, clip: QRectF) -> None:
        """Draw into ``target`` (device-independent pixels), touching only what ``clip`` shows."""
        if target.isEmpty():
            return
        density = painter.device().devicePixelRatioF()
        scale = target.width() * density / self.width
        level = 0
        while level + 1 < len(self.levels) and scale * 2 ** (level + 1) <= 1.0:
            level += 1
        image = self.levels[level]
        to_image = QTransform.fromTranslate(-target.x(), -target.y()) * QTransform.fromScale(
            image.width() / target.width(), image.height() / target.height()
        )
        seen = target.intersected(clip)
        source = to_image.mapRect(seen).intersected(QRectF(image.rect()))
        # Above 300 % the artist wants to see pixels, not a blur of them.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 3.0)
        painter.drawImage(seen, image, source)


def pyramid_of(pixels: np.ndarray) -> Pyramid:
    """From (H, W, 3) uint8 sRGB; may be called from any thread and lets others run meanwhile."""
    import numpy as np

    levels: list[QImage] = []
    arrays: list[np.ndarray] = []
    # numpy lets other threads run while it works on large arrays; Pillow's conversions do not.
    bgra = np.empty((*pixels.shape[:2], 4), np.uint8)
    bgra[..., 0], bgra[..., 1], bgra[..., 2], bgra[..., 3] = pixels[..., 2], pixels[..., 1], pixels[..., 0], 255
    while True:
        height, width = bgra.shape[:2]
        arrays.append(bgra)
        levels.append(QImage(bgra.data, width, height, bgra.strides[0], QImage.Format.Format_RGB32))
        if max(width, height) <= SMALLEST_SIDE or min(width, height) < 4:
            return Pyramid(tuple(levels), tuple(arrays))
        even = bgra[: height // 2 * 2, : width // 2 * 2]
        total = even[0::2, 0::2].astype(np.uint16)
        for part in (even[1::2, 0::2], even[0::2, 1::2], even[1::2, 1::2]):
            total += part
        bgra = (total >> 2).astype(np.uint8)
