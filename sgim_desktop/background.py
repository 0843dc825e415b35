"""One worker thread for what a panel computes. It ends by itself when there is nothing left to do."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.errors import SgimError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Job:
    kind: str
    number: int
    compute: Callable[[], Any]
    show: Callable[[Any], None]
    fail: Callable[[str], None]


class Background(QObject):
    """Runs plain functions elsewhere and hands their results to the window's thread.

    Of each ``kind`` only the newest answer is shown: a waiting older one is dropped, and the answer
    of one already running is ignored. Functions must not touch widgets.
    """

    _answered = Signal(object, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._waiting: dict[str, _Job] = {}
        self._newest: dict[str, int] = {}
        self._thread: threading.Thread | None = None
        self._closed = False
        self._count = 0
        self._answered.connect(self._deliver)

    def ask(
        self,
        kind: str,
        compute: Callable[[], Any],
        show: Callable[[Any], None],
        fail: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """Compute soon; then ``show(answer)`` in the window's thread, or ``fail(sentence)``."""
        with self._lock:
            if self._closed:
                return
            self._count += 1  # never used twice, so that a forgotten job's late answer fits no newer question
            self._newest[kind] = self._count
            self._waiting[kind] = _Job(kind, self._count, compute, show, fail)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="sgim-background", daemon=True)
                self._thread.start()

    def forget(self, kind: str) -> None:
        """No answer of this kind is wanted any more."""
        with self._lock:
            self._waiting.pop(kind, None)
            self._newest.pop(kind, None)

    @property
    def busy(self) -> bool:
        """Whether something is being computed or waits for it."""
        return self._thread is not None

    def close(self) -> None:
        """Drop what waits, ignore what runs, and wait for the thread to end."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            self._newest.clear()
            thread = self._thread
        if thread is not None:
            thread.join(timeout=30)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                job = self._waiting.pop(next(iter(self._waiting)))
            answer, sentence = None, ""
            try:
                answer = job.compute()
            except SgimError as error:
                sentence = error.sentence
            except Exception:
                if self._newest.get(job.kind) != job.number:
                    continue  # given up on purpose
                log.exception("a background computation failed: %s", job.kind)
                sentence = self.tr("Something went wrong here; the log says what. Please try again.")
            try:
                self._answered.emit(job, answer, sentence)
            except RuntimeError:
                return  # the window is gone

    def _deliver(self, job: _Job, answer: Any, sentence: str) -> None:
        if self._newest.get(job.kind) != job.number:
            return
        if sentence:
            job.fail(sentence)
        else:
            job.show(answer)
