"""Zoom and position, shared by all views that show the same picture side by side."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Signal

SMALLEST_SCALE = 0.02
LARGEST_SCALE = 32.0
MARGIN = 16.0


class ViewTransform(QObject):
    """``scale`` in screen pixels per picture pixel (``None``: fit the view); ``centre`` is the point of the
    picture in the middle of the view, relative (0…1)."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scale: float | None = None
        self.centre = QPointF(0.5, 0.5)

    def fit(self) -> None:
        """Show the whole picture."""
        self.scale, self.centre = None, QPointF(0.5, 0.5)
        self.changed.emit()

    def actual_size(self) -> None:
        """One screen pixel per picture pixel."""
        self.scale = 1.0
        self.changed.emit()

    def scale_in(self, view: QSizeF, picture: QSizeF) -> float:
        """The scale used in a view of this size."""
        if self.scale is not None:
            return self.scale
        width, height = max(1.0, view.width() - 2 * MARGIN), max(1.0, view.height() - 2 * MARGIN)
        return min(width / max(1.0, picture.width()), height / max(1.0, picture.height()), 8.0)

    def target(self, view: QSizeF, picture: QSizeF) -> QRectF:
        """Where the picture lies in the view."""
        scale = self.scale_in(view, picture)
        width, height = picture.width() * scale, picture.height() * scale
        x = view.width() / 2 - self.centre.x() * width
        y = view.height() / 2 - self.centre.y() * height
        return QRectF(x, y, width, height)

    def zoom(self, factor: float, at: QPointF, view: QSizeF, picture: QSizeF) -> None:
        """Scale by ``factor``, keeping the picture's point under ``at`` where it is."""
        before = self.target(view, picture)
        scale = min(LARGEST_SCALE, max(SMALLEST_SCALE, self.scale_in(view, picture) * factor))
        point = QPointF((at.x() - before.x()) / before.width(), (at.y() - before.y()) / before.height())
        width, height = picture.width() * scale, picture.height() * scale
        self.scale = scale
        self._centre_on(
            QPointF(point.x() + (view.width() / 2 - at.x()) / width, point.y() + (view.height() / 2 - at.y()) / height)
        )
        self.changed.emit()

    def pan(self, by: QPointF, view: QSizeF, picture: QSizeF) -> None:
        """Move the picture by so many screen pixels."""
        target = self.target(view, picture)
        self.scale = self.scale_in(view, picture)
        self._centre_on(QPointF(self.centre.x() - by.x() / target.width(), self.centre.y() - by.y() / target.height()))
        self.changed.emit()

    def _centre_on(self, point: QPointF) -> None:
        self.centre = QPointF(min(1.0, max(0.0, point.x())), min(1.0, max(0.0, point.y())))
