"""What a drag out of the gallery carries: full-size files that are being written while the mouse still moves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QMetaType, QMimeData, QTimer, QUrl

from sgim_desktop.engine_thread import EngineThread

MOST_SECONDS = 120
URI_LIST = "text/uri-list"


class ResultDrag(QMimeData):
    """Names its files when they are asked for, and waits for them then; without them the drag carries nothing.

    ``begin()`` starts the export and gives the id its signals carry. The event loop runs while it waits.
    """

    def __init__(self, engine: EngineThread, begin: Callable[[], str]) -> None:
        super().__init__()
        self._paths: list[Path] | None = None
        self._loop: QEventLoop | None = None
        self._engine = engine
        engine.exported.connect(self._exported)
        engine.failed.connect(self._failed)
        self._job = begin()

    def formats(self) -> list[str]:
        """Files."""
        return [URI_LIST]

    def hasFormat(self, mimetype: str) -> bool:  # noqa: N802 (Qt's name)
        """Files only."""
        return mimetype == URI_LIST

    def retrieveData(self, mimetype: str, preferred: QMetaType | QMetaType.Type) -> object:  # noqa: N802 (Qt's name)
        """The files, once they are written."""
        if mimetype != URI_LIST:
            return None
        return [QUrl.fromLocalFile(str(path)) for path in self.paths()]  # Qt writes them as bytes where needed

    @property
    def written(self) -> bool:
        """Whether the files are there, or never will be."""
        return self._paths is not None

    def paths(self) -> list[Path]:
        """The files; waits for them. Empty when they could not be written."""
        if self._paths is None:
            self._loop = QEventLoop()
            QTimer.singleShot(MOST_SECONDS * 1000, self._loop.quit)
            self._loop.exec()
            self._loop = None
        return self._paths or []

    def _exported(self, job: str, paths: list[Path]) -> None:
        if job == self._job:
            self._arrive(paths)

    def _failed(self, job: str, sentence: str) -> None:
        if job == self._job:
            self._arrive([])

    def _arrive(self, paths: list[Path]) -> None:
        self._paths = paths
        self._engine.exported.disconnect(self._exported)
        self._engine.failed.disconnect(self._failed)
        if self._loop is not None:
            self._loop.quit()
