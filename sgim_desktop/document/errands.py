"""Small things to do on the disk, one after the other, while the window goes on. Qt-free."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

log = logging.getLogger(__name__)


class Errands:
    """A thread that ends by itself when nothing is left; what the disk refuses is logged."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Callable[[], object]] = deque()
        self._thread: threading.Thread | None = None

    def run(self, errand: Callable[[], object]) -> None:
        """Do this after what was asked before; returns at once."""
        with self._lock:
            self._waiting.append(errand)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="sgim-errands", daemon=True)
                self._thread.start()

    def settle(self) -> None:
        """Wait until all is done."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                errand = self._waiting.popleft()
            try:
                errand()
            except OSError:
                log.exception("the list of sessions could not be kept")
