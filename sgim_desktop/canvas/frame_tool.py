"""The crop frame: which part of the picture the pack sees. Drag it, its corners, or turn it."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPen, QTransform

from sgim_desktop.document.values import Frame

GRIP = 9.0
SMALLEST_SIDE = 16.0


class FrameTool(QObject):
    """Edits one square frame (x, y, width, height, angle) in the picture's pixels; ``changed`` on every
    move, ``finished`` when the mouse is released."""

    changed = Signal(object)
    finished = Signal(object)

    def __init__(self, frame: Frame, width: int, height: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frame = frame
        self._size = (width, height)
        self._grab = ""
        self._start = QPointF()
        self._before = frame

    def set_frame(self, frame: Frame) -> None:
        """Show another frame (typed in, or undone)."""
        self.frame = frame

    def _shape(self, frame: Frame) -> QTransform:
        x, y, width, height, angle = frame
        return QTransform().translate(x + width / 2, y + height / 2).rotate(angle)

    def _corners(self) -> list[QPointF]:
        _, _, width, height, _ = self.frame
        shape = self._shape(self.frame)
        return [shape.map(QPointF(sx * width / 2, sy * height / 2)) for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))]

    def _turner(self, scale: float) -> QPointF:
        # Inside the frame: a frame as large as the picture would put it where nobody can reach it.
        _, _, _, height, _ = self.frame
        return self._shape(self.frame).map(QPointF(0, -height / 2 + 30 / max(scale, 1e-6)))

    def paint(self, painter: QPainter, to_screen: QTransform) -> None:
        """Darken what is outside, outline the frame, draw its handles."""
        corners = [to_screen.map(point) for point in self._corners()]
        outside = QPainterPath()
        width, height = self._size
        outside.addRect(to_screen.mapRect(QRectF(0, 0, width, height)))
        inside = QPainterPath()
        inside.moveTo(corners[0])
        for corner in corners[1:]:
            inside.lineTo(corner)
        inside.closeSubpath()
        painter.fillPath(outside.subtracted(inside), QColor(0, 0, 0, 130))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 3))
        painter.drawPath(inside)
        painter.setPen(QPen(QColor(255, 255, 255), 1.5))
        painter.drawPath(inside)
        scale = to_screen.m11()
        turner = to_screen.map(self._turner(scale))
        painter.drawLine((corners[0] + corners[1]) / 2, turner)
        painter.setBrush(QColor(40, 40, 44))
        for point in corners:
            painter.drawRect(QRectF(point.x() - 5, point.y() - 5, 10, 10))
        painter.drawEllipse(turner, 6, 6)

    def _hit(self, point: QPointF, scale: float) -> str:
        reach = GRIP / max(scale, 1e-6)
        for index, corner in enumerate(self._corners()):
            if _distance(corner, point) < reach:
                return f"corner{index}"
        if _distance(self._turner(scale), point) < reach:
            return "turn"
        inside = self._shape(self.frame).inverted()[0].map(point)
        _, _, width, height, _ = self.frame
        return "move" if abs(inside.x()) < width / 2 and abs(inside.y()) < height / 2 else ""

    def press(self, point: QPointF, event: QMouseEvent, scale: float) -> bool:
        """Take hold of a handle or of the frame."""
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        self._grab, self._start, self._before = self._hit(point, scale), point, self.frame
        return bool(self._grab)

    def move(self, point: QPointF, event: QMouseEvent, scale: float) -> None:
        """Follow the mouse."""
        if not self._grab:
            return
        x, y, width, height, angle = self._before
        centre = QPointF(x + width / 2, y + height / 2)
        if self._grab == "move":
            frame = (x + point.x() - self._start.x(), y + point.y() - self._start.y(), width, height, angle)
        elif self._grab == "turn":
            angle = math.degrees(math.atan2(point.x() - centre.x(), centre.y() - point.y()))
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                angle = round(angle / 15) * 15
            frame = (x, y, width, height, angle)
        else:
            reach = self._shape(self._before).inverted()[0].map(point)
            side = max(SMALLEST_SIDE, 2 * max(abs(reach.x()), abs(reach.y()) * width / height))
            ratio = height / width
            frame = (centre.x() - side / 2, centre.y() - side * ratio / 2, side, side * ratio, angle)
        self.frame = self._kept_inside(frame)
        self.changed.emit(self.frame)

    def release(self, point: QPointF, event: QMouseEvent) -> None:
        """Let go."""
        if self._grab and self.frame != self._before:
            self.finished.emit(self.frame)
        self._grab = ""

    def cursor(self, point: QPointF, scale: float) -> Qt.CursorShape:
        """What a press here would do."""
        hit = self._grab or self._hit(point, scale)
        if hit.startswith("corner"):
            diagonal = Qt.CursorShape.SizeFDiagCursor if hit[-1] in "02" else Qt.CursorShape.SizeBDiagCursor
            return diagonal
        shapes = {"move": Qt.CursorShape.SizeAllCursor, "turn": Qt.CursorShape.PointingHandCursor}
        return shapes.get(hit, Qt.CursorShape.ArrowCursor)

    def _kept_inside(self, frame: Frame) -> Frame:
        """The middle stays on the picture, so that the frame cannot be lost."""
        x, y, width, height, angle = frame
        picture_width, picture_height = self._size
        x = min(max(x, -width / 2), picture_width - width / 2)
        y = min(max(y, -height / 2), picture_height - height / 2)
        return (x, y, width, height, angle)


def _distance(a: QPointF, b: QPointF) -> float:
    return math.hypot(a.x() - b.x(), a.y() - b.y())
