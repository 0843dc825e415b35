"""Results as a Qt model: one column of the gallery shows one kind of guide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage, QPixmap, QPixmapCache

from sgim_desktop.background import Background
from sgim_desktop.document.document import Document
from sgim_desktop.document.values import ResultItem, guide_names
from sgim_desktop.local_numbers import filled

ITEM_ROLE = Qt.ItemDataRole.UserRole
THUMBNAIL_ROLE = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex


class ResultsModel(QAbstractListModel):
    """The results of one kind, newest first. ``drag_data(results)`` gives what a drag out of the window carries."""

    def __init__(
        self, document: Document, kind: str, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._background = background
        self.kind = kind
        self.items: list[ResultItem] = []
        self.drag_data: Callable[[list[ResultItem]], QMimeData] | None = None

    def show(self, items: list[ResultItem]) -> None:
        """Show these; what stays in place only repaints, so that the selection and scrolling stay too."""
        items = items[::-1]
        if [item.id for item in items] == [item.id for item in self.items]:
            changed = [row for row, (a, b) in enumerate(zip(items, self.items, strict=True)) if a != b]
            self.items = items
            for row in changed:
                self.dataChanged.emit(self.index(row), self.index(row))
            return
        new = len(items) - len(self.items)
        if new > 0 and [item.id for item in items[new:]] == [item.id for item in self.items]:
            self.beginInsertRows(QModelIndex(), 0, new - 1)
            self.items = items
            self.endInsertRows()
            return
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    def row_of(self, key: str) -> int:
        """The row of a result, or −1."""
        return next((row for row, item in enumerate(self.items) if item.id == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 (Qt's name)
        """How many results."""
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt asks here for what to show and to read out."""
        if not index.isValid() or index.row() >= len(self.items):
            return None
        item = self.items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role == THUMBNAIL_ROLE:
            return self._thumbnail(item)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.describe(item)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(item)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Results can be chosen and dragged out."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:  # noqa: N802 (Qt's name)
        """A drag carries files."""
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802 (Qt's name)
        """The files of the dragged results."""
        if self.drag_data is None:
            return QMimeData()
        return self.drag_data([self.items[index.row()] for index in indexes])

    def describe(self, item: ResultItem) -> str:
        """A result in words, for a screen reader."""
        stars = filled(self.tr("{0} stars"), item.rating) if item.rating else self.tr("no stars")
        return filled(self.tr("{0}: similarity {1:.2f}, {2}"), guide_names(item), item.similarity_after, stars)

    def _tip(self, item: ResultItem) -> str:
        lines = [
            self.describe(item),
            filled(self.tr("similarity {0:.3f} → {1:.3f}"), item.similarity_before, item.similarity_after),
            filled(self.tr("latent distance {0:.3f}"), item.latent_distance),
            filled(self.tr("seed {0}, variant {1}"), item.request.seed, item.request.variant),
        ]
        if item.identity is not None:
            lines.insert(2, filled(self.tr("identity kept {0:.3f}"), item.identity))
        return "\n".join(lines)

    def _thumbnail(self, item: ResultItem) -> QPixmap:
        pixmap = QPixmap()
        if QPixmapCache.find(item.thumbnail, pixmap):
            return pixmap
        name, document = item.thumbnail, self._document
        self._background.ask(
            name, lambda: QImage.fromData(document.blob(name)), lambda image: self._keep_thumbnail(name, image)
        )
        return pixmap

    def _keep_thumbnail(self, name: str, image: QImage) -> None:
        if image.isNull():
            return
        QPixmapCache.insert(name, QPixmap.fromImage(image))
        for row, item in enumerate(self.items):
            if item.thumbnail == name:
                self.dataChanged.emit(self.index(row), self.index(row), [THUMBNAIL_ROLE])
