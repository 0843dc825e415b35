"""A small curve of similarity over the steps, with a mark at the step being looked at."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from sgim_desktop.local_numbers import filled
from sgim_desktop.series_colours import series_colours


class Curve(QWidget):
    """Draws one series, scaled to its own range."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Similarity over the steps"))
        self._values: list[float] = []
        self._mark: int | None = None
        self.setMinimumHeight(24)  # gives way to what is said during an edit before the panel has to be scrolled
        self.setMaximumHeight(48)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Wide and low."""
        return QSize(200, 48)

    def show_values(self, values: list[float], mark: int | None = None) -> None:
        """Show a series; ``mark``: the index of the step being looked at."""
        self._values, self._mark = values, mark
        if values:
            text = filled(self.tr("From {0:.3f} to {1:.3f} in {2} steps"), values[0], values[-1], len(values))
            self.setAccessibleDescription(text)
            self.setToolTip(text)
        self.update()

    def add(self, value: float) -> None:
        """One more step."""
        self.show_values([*self._values, value])

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the curve."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = series_colours(self)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colours.grid, 1))
        painter.setBrush(colours.base)
        painter.drawRoundedRect(box, 3, 3)
        if len(self._values) > 1:
            low, high = min(self._values), max(self._values)
            span = max(high - low, 1e-6)
            inner = box.adjusted(4, 5, -4, -5)

            def at(index: int) -> QPointF:
                share = (self._values[index] - low) / span
                return QPointF(
                    inner.left() + inner.width() * index / (len(self._values) - 1),
                    inner.bottom() - inner.height() * share,
                )

            painter.setPen(QPen(colours.sound, 1.6))
            painter.drawPolyline(QPolygonF([at(index) for index in range(len(self._values))]))
            if self._mark is not None and 0 <= self._mark < len(self._values):
                painter.setBrush(colours.sound)
                painter.drawEllipse(at(self._mark), 4, 4)
        painter.end()
