"""Originals and results as pyramids: loaded off the window's thread, the last few kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from sgim_desktop.background import Background
from sgim_desktop.canvas.pyramid import Pyramid, pyramid_of
from sgim_desktop.document.document import Document
from sgim_desktop.document.importing import ReadPicture
from sgim_desktop.document.values import ResultItem, SourceItem

KEPT = 4


class Originals(QObject):
    """Gives a source's pyramid now, or later by ``loaded(source id)``."""

    loaded = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._kept: OrderedDict[str, Pyramid] = OrderedDict()
        self._loading: set[str] = set()
        self._background = Background(self)
        document.reset.connect(self._kept.clear)

    def get(self, item: SourceItem) -> Pyramid | None:
        """The pyramid when it is there; otherwise it is loaded."""
        pyramid = self._kept.get(item.sha256)
        if pyramid is not None:
            self._kept.move_to_end(item.sha256)
            return pyramid
        if item.sha256 in self._loading:
            return None
        self._loading.add(item.sha256)
        document = self._document

        def load() -> Pyramid:
            from engine.media.pictures import load_picture

            return pyramid_of(load_picture(document.blob(item.sha256), item.name).srgb())

        self._background.ask(
            item.sha256,
            load,
            lambda answer: self._keep(item.sha256, item.id, answer),
            lambda sentence: self._fail(item.sha256, sentence),
        )
        return None

    def take(self, read: ReadPicture) -> None:
        """Use the pixels that were just decoded instead of decoding the file again."""
        name, pixels = read.item.sha256, read.pixels
        self._loading.add(name)
        self._background.ask(name, lambda: pyramid_of(pixels), lambda answer: self._keep(name, read.item.id, answer))

    def ask_thumbnail(self, kind: str, result: ResultItem, show: Callable[[Pyramid], None]) -> None:
        """A result's small picture, soon; of each ``kind`` only the one asked for last."""
        document = self._document

        def load() -> Pyramid:
            from sgim_desktop.document.reading import pixels_of_png

            return pyramid_of(pixels_of_png(document.blob(result.thumbnail)))

        self._background.ask(kind, load, show)

    def close(self) -> None:
        """End what is being loaded."""
        self._background.close()

    def _fail(self, sha256: str, sentence: str) -> None:
        self._loading.discard(sha256)
        self._document.notify(sentence, "error")

    def _keep(self, sha256: str, source_id: str, pyramid: Pyramid) -> None:
        self._loading.discard(sha256)
        self._kept[sha256] = pyramid
        self._kept.move_to_end(sha256)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.loaded.emit(source_id)
