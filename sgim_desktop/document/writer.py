"""The session's one writing thread: actions arrive in order, each becomes one transaction."""

from __future__ import annotations

import logging
import queue
import threading
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.errors import SgimError
from sgim_desktop.document.store import Blob, Change, SessionStore

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Action:
    """What one action of the artist changes in the file."""

    number: int
    changes: tuple[Change, ...] = ()
    blobs: dict[str, Blob] = field(default_factory=dict)
    view: dict[str, Any] = field(default_factory=dict)


class SessionWriter(QObject):
    """Writes actions behind the window's back. ``written(n)``: action n is safe from a crash."""

    written = Signal(int)
    failed = Signal(str)

    def __init__(self, store: SessionStore) -> None:
        super().__init__()
        self._store = store
        self._queue: queue.SimpleQueue[Action | None] = queue.SimpleQueue()
        self._idle = threading.Condition()
        self._given = 0
        self._done = 0
        self._pending_blobs: dict[str, Blob] = {}
        self._thread = threading.Thread(target=self._run, name="session-writer", daemon=True)
        self._thread.start()

    def give(self, action: Action) -> None:
        """Queue an action; returns at once."""
        with self._idle:
            self._given += 1
            self._pending_blobs.update(action.blobs)
        self._queue.put(action)

    def pending_blob(self, sha256: str) -> Blob | None:
        """Bytes that are given but not yet in the file."""
        with self._idle:
            return self._pending_blobs.get(sha256)

    def flush(self, seconds: float = 60.0) -> bool:
        """Wait until everything given so far is written; False when it takes longer than ``seconds``."""
        with self._idle:
            goal = self._given
            return self._idle.wait_for(lambda: self._done >= goal, seconds)

    def stop(self) -> None:
        """Write what is left and end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (action := self._queue.get()) is not None:
            try:
                self._store.write(action.changes, action.blobs, action.view)
                with self._idle:
                    for sha256 in action.blobs:
                        self._pending_blobs.pop(sha256, None)
                self.written.emit(action.number)
            except SgimError as error:
                log.exception("action %d was not saved", action.number)
                self.failed.emit(error.sentence)
            finally:
                with self._idle:
                    self._done += 1
                    self._idle.notify_all()
