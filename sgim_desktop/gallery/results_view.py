"""One column of the gallery; while it is empty it says how it is filled."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

_MARGIN = 10


class ResultsView(QListView):
    """Cards that can be chosen and dragged out, not rearranged."""

    def __init__(self, title: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = hint
        # A surface of our own: asked for Qt's, PySide first makes known to Python every kind of widget it might be,
        # which costs the first start more than everything else the gallery does.
        self._surface = QWidget(self, autoFillBackground=True)
        self._surface.setBackgroundRole(QPalette.ColorRole.Base)
        self.setViewport(self._surface)
        self.setAccessibleName(title)
        self.setAccessibleDescription(hint)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.setSpacing(2)
        self.setMinimumWidth(130)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # a card's margin is not worth a bar

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """The cards, or the hint."""
        super().paintEvent(event)
        if self.model() is not None and self.model().rowCount() == 0:
            painter = QPainter(self._surface)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            box = self._surface.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._hint)
            painter.end()
