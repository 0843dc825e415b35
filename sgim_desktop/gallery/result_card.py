"""How one result looks in the gallery: its thumbnail, scores and stars."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from sgim_desktop.gallery.results_model import ITEM_ROLE, THUMBNAIL_ROLE
from sgim_desktop.local_numbers import filled
from sgim_desktop.series_colours import series_colours

THUMBNAIL = 104
STAR = 11.0
PADDING = 5


class ResultCard(QStyledItemDelegate):
    """Paints a card; ``rated(result id, stars)`` when a star is clicked."""

    rated = Signal(str, int)

    def __init__(self, view: QAbstractItemView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view: QWidget = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        """The thumbnail and two lines below it."""
        line = option.fontMetrics.height()
        return QSize(THUMBNAIL + 2 * PADDING, THUMBNAIL + 2 * line + 3 * PADDING)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the card."""
        from PySide6.QtWidgets import QStyle  # its tables of names are long, and the first window has no card yet

        item = index.data(ITEM_ROLE)
        if item is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        palette = option.palette
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        box = QRectF(option.rect).adjusted(1, 1, -1, -1)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            ground = QColor(palette.color(QPalette.ColorRole.Highlight))
            ground.setAlpha(255 if chosen else 40)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(box, 5, 5)
        place = QRect(option.rect.x() + PADDING, option.rect.y() + PADDING, THUMBNAIL, THUMBNAIL)
        pixmap = index.data(THUMBNAIL_ROLE)
        if pixmap is not None and not pixmap.isNull():
            size = pixmap.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(0, 0, size.width(), size.height())
            target.moveCenter(place.center())
            painter.drawPixmap(target, pixmap)
        ink = palette.color(QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text)
        painter.setPen(ink)
        line = option.fontMetrics.height()
        row = QRectF(place.left(), place.bottom() + PADDING, THUMBNAIL, line)
        painter.drawText(
            row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, filled("{0:.2f}", item.similarity_after)
        )
        if item.identity is not None:
            text = filled(self.tr("ID {0:.2f}"), item.identity)
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        fill = ink if chosen else series_colours(self._view).caution
        for star in range(5):
            painter.setPen(QPen(ink if chosen else series_colours(self._view).quiet_ink, 0.8))
            painter.setBrush(fill if star < item.rating else Qt.BrushStyle.NoBrush)
            painter.drawPolygon(_star(self._star_box(option.rect, line, star)))
        painter.restore()

    def editorEvent(  # noqa: N802 (Qt's name)
        self, event: QEvent, model: object, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> bool:
        """A click on a star rates; on the star that is set already, takes the rating away."""
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            line = option.fontMetrics.height()
            for star in range(5):
                if self._star_box(option.rect, line, star).adjusted(-2, -4, 2, 4).contains(event.position()):
                    item = index.data(ITEM_ROLE)
                    self.rated.emit(item.id, 0 if item.rating == star + 1 else star + 1)
                    return True
        return False

    @staticmethod
    def _star_box(card: QRect, line: int, star: int) -> QRectF:
        top = card.y() + PADDING + THUMBNAIL + PADDING + line + (line - STAR) / 2
        return QRectF(card.x() + PADDING + star * (STAR + 3), top, STAR, STAR)


def _star(box: QRectF) -> QPolygonF:
    from math import cos, pi, sin

    centre, outer = box.center(), box.width() / 2
    points = []
    for corner in range(10):
        radius = outer if corner % 2 == 0 else outer * 0.45
        angle = -pi / 2 + corner * pi / 5
        points.append(QPointF(centre.x() + radius * cos(angle), centre.y() + radius * sin(angle)))
    return QPolygonF(points)
