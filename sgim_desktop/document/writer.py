"""The session's one writing thread: actions arrive in order, each becomes one transaction; it also moves the
session to another file, so that the window never waits for a disk. What a full disk refuses is kept and tried again."""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.errors import SgimError
from sgim_desktop.document.session_lock import SessionLock
from sgim_desktop.document.store import Blob, Change, SessionStore, UnreadableOriginal

log = logging.getLogger(__name__)
RETRY_SECONDS = 10.0  # between two attempts to write what the disk refused, while nothing else is given


@dataclass(frozen=True)
class Action:
    """What one action of the artist changes in the file."""

    number: int
    changes: tuple[Change, ...] = ()
    blobs: dict[str, Blob] = field(default_factory=dict)
    view: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Move:
    """Go on in a copy of the session at ``path``; the file before is removed where ``forget`` says so of it."""

    path: Path
    forget: Callable[[Path], bool]


class SessionWriter(QObject):
    """Writes actions behind the window's back. ``written(n)``: action n is safe from a crash.

    ``failed(sentence)``: something given is not in the file; ``recovered()``: everything is again.
    ``moved(self, before, path)``: everything given before ``move`` and all that follows is in the file ``path``.
    ``store`` is the file in use, also for readers.
    """

    written = Signal(int)
    moved = Signal(object, object, object)
    failed = Signal(str)
    recovered = Signal()

    def __init__(self, store: SessionStore) -> None:
        super().__init__()
        self.store = store
        self._queue: queue.SimpleQueue[Action | Move | None] = queue.SimpleQueue()
        self._idle = threading.Condition()
        self._given = 0
        self._done = 0
        self._late: deque[Action] = deque()  # given, in order, but not in the file yet
        self._behind = False  # and the artist knows it
        self._pending_blobs: dict[str, Blob] = {}
        self._thread = threading.Thread(target=self._run, name="session-writer", daemon=True)
        self._thread.start()

    def give(self, action: Action) -> None:
        """Queue an action; returns at once."""
        with self._idle:
            self._given += 1
            self._pending_blobs.update(action.blobs)
        self._queue.put(action)

    def move(self, path: Path, forget: Callable[[Path], bool]) -> None:
        """Copy the session to ``path`` and go on there, see ``Move``; returns at once."""
        with self._idle:
            self._given += 1
        self._queue.put(Move(path, forget))

    def pending_blob(self, sha256: str) -> Blob | None:
        """Bytes that are given but not yet in the file."""
        with self._idle:
            return self._pending_blobs.get(sha256)

    def flush(self, seconds: float = 60.0) -> bool:
        """Wait until everything given so far is written; False when it takes longer than ``seconds`` or fails."""
        with self._idle:
            goal = self._given
            return self._idle.wait_for(lambda: self._done >= goal, seconds) and not self._late

    def stop(self) -> None:
        """Write what is left, fold the session into one file and end the thread; waits for it."""
        self.retire()
        self._thread.join()

    def retire(self) -> None:
        """As ``stop``, but returns at once."""
        self._queue.put(None)

    @property
    def behind(self) -> bool:
        """Whether the disk has refused something that is still not in the file."""
        return self._behind

    @property
    def alive(self) -> bool:
        """Whether it is still writing, or may."""
        return self._thread.is_alive()

    def wait(self) -> None:
        """Until a retired writer has ended."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self.store.settle()
        except OSError:
            log.exception("the new session is not on the disk yet")  # the first action says so, where it fails too
        while (given := self._next()) is not None:
            try:
                if isinstance(given, Move):
                    self._go_to(given)
                else:
                    self._late.append(given)
                self._catch_up()
            except SgimError as error:
                self._refused(error)
            finally:
                with self._idle:
                    self._done += 1
                    self._idle.notify_all()
        try:
            self._catch_up()
        except SgimError as error:
            self._refused(error)
        finally:
            self.store.close()

    def _next(self) -> Action | Move | None:
        """What is given next; until then, what the disk refused is tried again now and then."""
        while self._late:
            try:
                return self._queue.get(timeout=RETRY_SECONDS)
            except queue.Empty:
                try:
                    self._catch_up()
                except SgimError:
                    pass  # it was said when the action was given
        return self._queue.get()

    def _catch_up(self) -> None:
        """Write what is not in the file yet, in order. Raises ``SgimError`` at the first that is refused."""
        while self._late:
            self._write(self._late[0])
            self._late.popleft()
        if self._behind:
            self._behind = False
            self.recovered.emit()

    def _refused(self, error: SgimError) -> None:
        if self._late:
            self._behind = True
            log.error("not saved yet, from action %d on: %s", self._late[0].number, error.cause or error)
        else:
            log.error("not moved: %s", error.cause or error)
        self.failed.emit(error.sentence)

    def _write(self, action: Action) -> None:
        """One action, whole or not at all; a second time changes nothing."""
        blobs = dict(action.blobs)
        unreadable: list[UnreadableOriginal] = []
        while True:
            try:
                self.store.write(action.changes, blobs, action.view)
                break
            except UnreadableOriginal as error:  # the artist's file is gone: no later attempt could do better
                del blobs[error.sha256]
                unreadable.append(error)
        with self._idle:
            for sha256 in action.blobs:
                self._pending_blobs.pop(sha256, None)
        self.written.emit(action.number)
        for lost in unreadable:
            log.error("an original of action %d could not be read: %s", action.number, lost.cause)
            self.failed.emit(lost.sentence)

    def _go_to(self, move: Move) -> None:
        before = self.store
        if move.path.resolve() != before.path.resolve():
            lock = SessionLock.take(move.path)  # before anything of another window is overwritten
            try:
                before.copy_to(move.path)
                self.store = SessionStore(move.path, lock)
            except BaseException:
                lock.release()
                raise
            before.close()
            if move.forget(before.path):
                before.path.unlink(missing_ok=True)
        self.moved.emit(self, before.path, move.path)
