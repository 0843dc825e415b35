"""The gallery panel: the pictures of the session, and for each its results in three columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPoint,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QIcon, QImage, QKeyEvent, QPixmap, QPixmapCache
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from sgim_desktop.background import Background
from sgim_desktop.document.document import Document
from sgim_desktop.document.values import ResultItem, SourceItem
from sgim_desktop.gallery.result_card import ResultCard
from sgim_desktop.gallery.results_model import ITEM_ROLE, ResultsModel
from sgim_desktop.gallery.results_view import ResultsView

CACHE_KILOBYTES = 96 << 10  # some 350 thumbnails, so that scrolling decodes each only once
KINDS = ("text", "sound", "mixed")
SOURCE_ROLE = Qt.ItemDataRole.UserRole


class GalleryPanel(QWidget):
    """Columns text-guided, sound-guided, mixed. ``survey_wanted(results)``: compare the chosen ones."""

    survey_wanted = Signal(object)
    context_actions: Sequence[QAction] = ()  # what can be done with the chosen results
    drag_data: Callable[[list[ResultItem]], QMimeData] | None = None

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._following = False
        self._choosing_more = False  # with Ctrl or Shift held: the other columns keep what is chosen there
        self._background = Background(self)
        QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), CACHE_KILOBYTES))
        self.setAccessibleName(self.tr("Gallery"))
        self.sources = QListWidget(self)
        self.sources.setAccessibleName(self.tr("Pictures"))
        self.sources.setIconSize(QSize(72, 72))
        self.sources.setFixedWidth(112)
        self.sources.setViewMode(QListView.ViewMode.IconMode)
        self.sources.setMovement(QListView.Movement.Static)
        self.sources.setResizeMode(QListView.ResizeMode.Adjust)
        self.sources.setGridSize(QSize(88, 96))
        self.sources.currentItemChanged.connect(self._choose_source)
        self.all_pictures = QCheckBox(self.tr("All pictures"), self)
        self.all_pictures.setToolTip(self.tr("Show the results of every picture of the session."))
        self.least_stars = QComboBox(self)
        self.least_stars.setAccessibleName(self.tr("Show from"))
        self.least_stars.addItem(self.tr("any rating"))
        for stars in range(1, 6):
            self.least_stars.addItem("★" * stars)
        top = QHBoxLayout()
        top.addWidget(self.all_pictures)
        top.addWidget(self.least_stars)
        top.addStretch()
        self.count = QLabel(self)
        top.addWidget(self.count)
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        titles = {"text": self.tr("Text-guided"), "sound": self.tr("Sound-guided"), "mixed": self.tr("Mixed")}
        hints = {
            "text": self.tr("Results by a text come here."),
            "sound": self.tr("Results by a sound come here."),
            "mixed": self.tr("With a sound and a text, their mix comes here."),
        }
        self.models: dict[str, ResultsModel] = {}
        self.views: dict[str, QListView] = {}
        for column, kind in enumerate(KINDS):
            title = QLabel(titles[kind], self)
            grid.addWidget(title, 0, column)
            grid.addWidget(self._column(kind, titles[kind], hints[kind]), 1, column)
            grid.setColumnStretch(column, 1)
        right = QVBoxLayout()
        right.addLayout(top)
        right.addLayout(grid, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addWidget(self.sources)
        layout.addLayout(right, 1)
        document.sources_changed.connect(self._show_sources)
        document.source_changed.connect(self._mark_source)
        document.results_changed.connect(lambda _: self.refresh())
        document.selected_result_changed.connect(self._mark_result)
        self.all_pictures.toggled.connect(lambda _: self.refresh())
        self.least_stars.currentIndexChanged.connect(lambda _: self.refresh())
        self._show_sources(document.sources)
        self.refresh()

    def _column(self, kind: str, title: str, hint: str) -> QListView:
        model = ResultsModel(self._document, kind, self._background, self)
        model.drag_data = lambda results: self.drag_data(results) if self.drag_data else QMimeData()
        view = ResultsView(title, hint, self)
        view.setModel(model)
        card = ResultCard(view, self)
        card.rated.connect(lambda key, stars: self._document.rate([key], stars))
        view.setItemDelegate(card)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(lambda at, view=view: self._menu(view, at))
        view.selectionModel().currentChanged.connect(self._choose_result)
        view.clicked.connect(lambda index: self._choose_result(index, index))
        view.installEventFilter(self)
        self.models[kind], self.views[kind] = model, view
        return view

    def chosen(self) -> list[ResultItem]:
        """The results marked in any column; else the one being looked at."""
        found = []
        for view in self.views.values():
            found += [index.data(ITEM_ROLE) for index in view.selectionModel().selectedIndexes()]
        selected = self._document.selected_result
        return found or ([selected] if selected is not None else [])

    def refresh(self) -> None:
        """Show the results of the selected picture, or of all."""
        source, least = self._document.source, self.least_stars.currentIndex()
        total = 0
        for kind, model in self.models.items():
            items = [
                item
                for item in self._document.results
                if item.kind == kind
                and item.rating >= least
                and (self.all_pictures.isChecked() or (source is not None and item.source_id == source.id))
            ]
            total += len(items)
            model.show(items)
        self.count.setText(self.tr("%n result(s)", "", total) if total else "")
        self._mark_result(self._document.selected_result)

    def _show_sources(self, sources: tuple[SourceItem, ...]) -> None:
        self._following = True
        shown = [self.sources.item(row).data(SOURCE_ROLE) for row in range(self.sources.count())]
        wanted = [item.id for item in sources]
        if shown != wanted:
            fresh = sources[len(shown) :] if wanted[: len(shown)] == shown else sources  # one more is put at the end
            if fresh is sources:
                self.sources.clear()
            for source in fresh:
                item = QListWidgetItem(source.name)
                item.setData(SOURCE_ROLE, source.id)
                item.setToolTip(f"{source.name}\n{source.width} × {source.height}")
                self.sources.addItem(item)
                self._draw_source(source)
        self._following = False
        self._mark_source(self._document.source)

    def _draw_source(self, source: SourceItem) -> None:
        document = self._document

        def show(image: QImage) -> None:
            for row in range(self.sources.count()):
                if self.sources.item(row).data(SOURCE_ROLE) == source.id:
                    self.sources.item(row).setIcon(QIcon(QPixmap.fromImage(image)))

        self._background.ask(source.id, lambda: QImage.fromData(document.blob(source.thumbnail)), show)

    def shut_down(self) -> None:
        """Draw nothing more; call before the application ends."""
        self._background.close()

    def _mark_source(self, source: SourceItem | None) -> None:
        self._following = True
        for row in range(self.sources.count()):
            item = self.sources.item(row)
            if source is not None and item.data(SOURCE_ROLE) == source.id:
                self.sources.setCurrentItem(item)
                QTimer.singleShot(0, self, self._reach_source)  # once the new list is laid out
        self._following = False
        self.refresh()

    def _reach_source(self) -> None:
        self.sources.scrollToItem(self.sources.currentItem())

    def _mark_result(self, result: ResultItem | None) -> None:
        self._following = True
        for kind, view in self.views.items():
            row = self.models[kind].row_of(result.id) if result is not None else -1
            selection = view.selectionModel()
            if row < 0:
                selection.setCurrentIndex(QModelIndex(), QItemSelectionModel.SelectionFlag.NoUpdate)
                if (result is None or kind != result.kind) and not self._choosing_more:
                    selection.clearSelection()
                continue
            index = self.models[kind].index(row)
            if selection.currentIndex() != index:  # else it was chosen here, and the view marks it itself
                selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            view.scrollTo(index)
        self._following = False

    def _choose_source(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._following:
            self._document.select_source(item.data(SOURCE_ROLE))

    def _choose_result(self, index: QModelIndex, _: QModelIndex) -> None:
        item = index.data(ITEM_ROLE)
        if item is not None and not self._following:
            more = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
            self._choosing_more = bool(QApplication.keyboardModifiers() & more)
            for view in self.views.values():
                if view.model() is not index.model() and not self._choosing_more:
                    view.selectionModel().clearSelection()
            self._document.select_result(item.id)
            self._choosing_more = False

    def _menu(self, view: QListView, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addActions(self.context_actions)
        compare = menu.addAction(self.tr("Compare the chosen ones"))
        compare.triggered.connect(lambda: self.survey_wanted.emit(tuple(self.chosen())))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(view.viewport().mapToGlobal(at))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Letters are commands here, not a search in the list."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.text().isprintable():
            if event.text() and event.key() != Qt.Key.Key_Space:
                event.ignore()
                return True
        return super().eventFilter(watched, event)
