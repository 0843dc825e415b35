"""Runs the real ``main()`` and drives its window by a script written as a generator."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer

from sgim_desktop.main import main
from sgim_desktop.window import StudioWindow

Script = Generator[Callable[[], Any] | float, None, None]
POLL_MS = 10


class _Driver:
    """Goes on with the script whenever what it waits for is true (or its pause is over)."""

    def __init__(self, window: StudioWindow, script: Callable[[StudioWindow], Script], seconds: float) -> None:
        self.window = window
        self.error: BaseException | None = None
        self.finished = False
        self._script = script(window)
        self._wait: Callable[[], Any] = lambda: "packs" in window.panels and "layer_mask" in window.panels
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._timer = QTimer(window, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)
        self._timer.start()

    def _poll(self) -> None:
        try:
            if time.monotonic() > self._until:
                raise TimeoutError(f"waited {self._seconds} s; the window says: {self.window.messages.text!r}")
            if not self._wait():
                return
            self._wait_for(next(self._script))
        except StopIteration:
            self.finished = True
            self._end()
        except BaseException as error:  # noqa: BLE001 (handed to the test)
            self.error = error
            self._end()

    def _wait_for(self, wish: Callable[[], Any] | float) -> None:
        self._until = time.monotonic() + self._seconds
        if callable(wish):
            self._wait = wish
        else:
            end = time.monotonic() + wish
            self._wait = lambda: time.monotonic() >= end

    def _end(self) -> None:
        self._timer.stop()
        self.window.close()
        QCoreApplication.exit(0)


def run_studio(
    script: Callable[[StudioWindow], Script], argv: Sequence[str] = ("--new",), seconds: float = 240.0
) -> None:
    """Start the studio, let ``script(window)`` drive it, close it. The script yields conditions or pauses (s).

    Raises what the script raised, and whatever was uncaught in the window meanwhile.
    """
    drivers: list[_Driver] = []
    uncaught: list[BaseException] = []
    import sgim_desktop.logs as logs

    noted = logs.log_uncaught

    def note(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        uncaught.append(error)
        noted(kind, error, trace)

    logs.log_uncaught = note
    try:
        code = main(list(argv), on_window=lambda window: drivers.append(_Driver(window, script, seconds)))
    finally:
        logs.log_uncaught = noted
    if drivers[0].error is not None:
        raise drivers[0].error
    if uncaught:
        raise uncaught[0]
    assert code == 0
    assert drivers[0].finished
