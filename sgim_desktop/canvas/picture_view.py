"""One zoomable picture: original, result, or both with a line between; tools draw on top of it."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from sgim_desktop.canvas.pyramid import Pyramid
from sgim_desktop.canvas.view_transform import ViewTransform
from sgim_desktop.document.values import Frame

SPLIT_GRIP = 8.0


class Tool(Protocol):
    """Something that draws on the picture and takes the mouse: the crop frame, the brush."""

    def paint(self, painter: QPainter, to_screen: QTransform) -> None: ...
    def press(self, point: QPointF, event: QMouseEvent, scale: float) -> bool: ...
    def move(self, point: QPointF, event: QMouseEvent, scale: float) -> None: ...
    def release(self, point: QPointF, event: QMouseEvent) -> None: ...
    def cursor(self, point: QPointF, scale: float) -> Qt.CursorShape: ...


class PictureView(QWidget):
    """Shows ``original`` and, over it, ``edited`` (in a frame of it, or all of it).

    ``split`` 0…1: left of it the original is seen. ``holding``: the original is seen while a key is held.
    """

    split_moved = Signal(float)
    clicked = Signal()

    def __init__(self, transform: ViewTransform, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.transform = transform
        transform.changed.connect(self.update)
        self.original: Pyramid | None = None
        self.edited: Pyramid | None = None
        self.edited_frame: Frame | None = None
        self.split: float | None = None
        self.holding = False
        self.caption = ""
        self.tool: Tool | None = None
        self._grab = ""
        self._last = QPointF()
        self._space = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Picture"))
        self.setAccessibleDescription(self.tr("Wheel zooms, space and drag moves, F fits, hold O for the original."))

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """A comfortable size."""
        return QSize(640, 480)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Small enough for small screens."""
        return QSize(160, 120)

    # -- geometry ------------------------------------------------------------------------------------

    def picture_size(self) -> QSizeF:
        """Size of what is shown, in the original's pixels."""
        shown = self.original or self.edited
        return QSizeF(shown.width, shown.height) if shown else QSizeF(1, 1)

    def _target(self) -> QRectF:
        return self.transform.target(QSizeF(self.size()), self.picture_size())

    def to_screen(self) -> QTransform:
        """From the original's pixels to this widget."""
        target, size = self._target(), self.picture_size()
        return QTransform.fromScale(target.width() / size.width(), target.height() / size.height()) * (
            QTransform.fromTranslate(target.x(), target.y())
        )

    def to_picture(self, point: QPointF) -> QPointF:
        """From this widget to the original's pixels."""
        return self.to_screen().inverted()[0].map(point)

    def zoom_by(self, factor: float) -> None:
        """Zoom about the middle."""
        self.transform.zoom(factor, QPointF(self.rect().center()), QSizeF(self.size()), self.picture_size())

    # -- painting ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw what is seen of the picture."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Dark))
        target, clip = self._target(), QRectF(self.rect())
        if self.original is not None:
            self.original.paint(painter, target, clip)
        if self.edited is not None and not self.holding:
            painter.save()
            if self.split is not None:
                x = target.x() + target.width() * self.split
                painter.setClipRect(QRectF(x, 0, self.width() - x, self.height()))
            self._paint_edited(painter, target, clip)
            painter.restore()
            if self.split is not None:
                self._paint_split(painter, target)
        if self.tool is not None and self.original is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.tool.paint(painter, self.to_screen())
        if self.caption:
            self._paint_caption(painter, self.tr("Original") if self.holding else self.caption)
        elif self.holding:
            self._paint_caption(painter, self.tr("Original"))
        if self.hasFocus() and self.focus_visible:
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    focus_visible = False

    def focusInEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Show the focus only to those who came by keyboard."""
        reason = getattr(event, "reason", lambda: None)()
        self.focus_visible = reason in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Leave no key held."""
        self.holding = self._space = False
        self.update()

    def _paint_edited(self, painter: QPainter, target: QRectF, clip: QRectF) -> None:
        assert self.edited is not None
        if self.edited_frame is None:
            self.edited.paint(painter, target, clip)
            return
        x, y, width, height, angle = self.edited_frame
        painter.setTransform(
            QTransform().translate(x + width / 2, y + height / 2).rotate(angle) * self.to_screen(), False
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(-width / 2, -height / 2, width, height), self.edited.levels[0])

    def _paint_split(self, painter: QPainter, target: QRectF) -> None:
        assert self.split is not None
        x = target.x() + target.width() * self.split
        top, bottom = max(0.0, target.top()), min(float(self.height()), target.bottom())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(0, 0, 0, 140), 3))
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        painter.setPen(QPen(QColor(255, 255, 255), 1.4))
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        middle = QPointF(x, (top + bottom) / 2)
        painter.setBrush(QColor(30, 30, 30, 200))
        painter.drawEllipse(middle, 13, 13)
        painter.drawLine(middle + QPointF(-7, 0), middle + QPointF(-3, -4))
        painter.drawLine(middle + QPointF(-7, 0), middle + QPointF(-3, 4))
        painter.drawLine(middle + QPointF(7, 0), middle + QPointF(3, -4))
        painter.drawLine(middle + QPointF(7, 0), middle + QPointF(3, 4))
        self._paint_tag(painter, self.tr("Before"), max(target.left(), 0.0) + 8, top + 8, False)
        self._paint_tag(painter, self.tr("After"), min(target.right(), float(self.width())) - 8, top + 8, True)

    def _paint_caption(self, painter: QPainter, text: str) -> None:
        self._paint_tag(painter, text, 10, 10, False)

    def _paint_tag(self, painter: QPainter, text: str, x: float, y: float, from_right: bool) -> None:
        metrics = self.fontMetrics()
        width, height = metrics.horizontalAdvance(text) + 16, metrics.height() + 8
        box = QRectF(x - width if from_right else x, y, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(20, 20, 22, 205))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(255, 255, 255))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    # -- mouse and keys ------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 (Qt's name)
        """Zoom about the pointer."""
        turn = event.angleDelta().y() or event.pixelDelta().y()
        if turn and self.original is not None:
            self.transform.zoom(1.0015**turn, event.position(), QSizeF(self.size()), self.picture_size())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Pan, move the line, or use the tool."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.clicked.emit()
        self._last = event.position()
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space):
            self._grab = "pan"
        elif left and self._near_split(event.position()):
            self._grab = "split"
        elif self.tool is not None and self.tool.press(self.to_picture(event.position()), event, self._scale()):
            self._grab = "tool"
        elif left and self.tool is None and self.transform.scale is not None:
            self._grab = "pan"
        self._show_cursor(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Continue what the press began."""
        point = event.position()
        if self._grab == "pan":
            self.transform.pan(point - self._last, QSizeF(self.size()), self.picture_size())
        elif self._grab == "split":
            target = self._target()
            self.split_moved.emit(min(1.0, max(0.0, (point.x() - target.x()) / max(1.0, target.width()))))
        elif self.tool is not None:
            self.tool.move(self.to_picture(point), event, self._scale())
            self.update()
        self._last = point
        self._show_cursor(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """End the gesture."""
        if self._grab == "tool" and self.tool is not None:
            self.tool.release(self.to_picture(event.position()), event)
            self.update()
        self._grab = ""
        self._show_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 (Qt's name)
        """Between fit and 100 %."""
        if self.tool is None:
            if self.transform.scale is None:
                factor = 1.0 / self.transform.scale_in(QSizeF(self.size()), self.picture_size())
                self.transform.zoom(factor, event.position(), QSizeF(self.size()), self.picture_size())
            else:
                self.transform.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Space pans, arrows move, + and − zoom."""
        arrows = {
            Qt.Key.Key_Left: QPointF(60, 0),
            Qt.Key.Key_Right: QPointF(-60, 0),
            Qt.Key.Key_Up: QPointF(0, 60),
            Qt.Key.Key_Down: QPointF(0, -60),
        }
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
        elif key in arrows:
            self.transform.pan(arrows[key], QSizeF(self.size()), self.picture_size())
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(1.25)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(0.8)
        else:
            super().keyPressEvent(event)
            return
        self.update()
        self._show_cursor(self._last)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Let go of the held key."""
        if event.isAutoRepeat():
            return
        if event.key() == Qt.Key.Key_Space:
            self._space = False
        else:
            super().keyReleaseEvent(event)
        self.update()
        self._show_cursor(self._last)

    def _scale(self) -> float:
        return self._target().width() / self.picture_size().width()

    def _near_split(self, point: QPointF) -> bool:
        if self.split is None or self.edited is None:
            return False
        target = self._target()
        return abs(point.x() - target.x() - target.width() * self.split) < SPLIT_GRIP

    def _show_cursor(self, point: QPointF) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self._grab == "pan":
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._space:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._grab == "split" or self._near_split(point):
            shape = Qt.CursorShape.SplitHCursor
        elif self.tool is not None:
            shape = self.tool.cursor(self.to_picture(point), self._scale())
        if self.cursor().shape() != shape:
            self.setCursor(QCursor(shape))
