"""Long work on stderr: a bar per phase with the time left; Ctrl-C once asks it to stop and keeps the best."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from tqdm import tqdm

from engine.steps import Progress, Step

T = TypeVar("T")


class Interrupt:
    """Set by the first Ctrl-C; the second one raises ``KeyboardInterrupt`` as usual."""

    def __init__(self) -> None:
        self.asked = False


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """While inside, the first Ctrl-C only sets ``asked`` (in the main thread; elsewhere nothing changes)."""
    flag = Interrupt()
    if threading.current_thread() is not threading.main_thread():
        yield flag
        return
    before = signal.getsignal(signal.SIGINT)

    def ask(signum: int, frame: FrameType | None) -> None:
        if flag.asked:
            raise KeyboardInterrupt
        flag.asked = True

    signal.signal(signal.SIGINT, ask)
    try:
        yield flag
    finally:
        signal.signal(signal.SIGINT, before)


class Bars:
    """One tqdm bar per phase, closed when the next begins."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._phase = ""

    def show(self, event: Progress | Step) -> None:
        """Move the bar to ``event``."""
        if isinstance(event, Step):
            self._move(f"{event.guide}-guided", min(event.index, event.total), event.total)
            self._bar.set_postfix_str(f"similarity {event.similarity:.3f}, loss {event.loss:.3f}", refresh=False)
        else:
            self._move(event.phase, event.done, event.total)

    def close(self) -> None:
        """Leave the last bar on the screen."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _move(self, phase: str, done: int, total: int) -> None:
        if self._bar is None or phase != self._phase:
            self.close()
            self._phase = phase
            # A log file or a pipe gets a line now and then, a terminal a moving bar.
            pause = 0.2 if sys.stderr.isatty() else 5.0
            self._bar = tqdm(
                total=total, desc=phase, file=sys.stderr, mininterval=pause, leave=True, dynamic_ncols=True
            )
        self._bar.total = total
        self._bar.update(done - self._bar.n)


def follow(work: Generator[Progress | Step, None, T]) -> T:
    """Run ``work`` to its end with bars and hand back what it returns."""
    bars = Bars()
    try:
        while True:
            try:
                bars.show(next(work))
            except StopIteration as end:
                return end.value
    finally:
        bars.close()


def follow_run(run: Any) -> bool:
    """Iterate an ``EditRun`` with bars; True when it was stopped by Ctrl-C (``run.result`` is the best so far)."""
    bars = Bars()
    try:
        with interruptible() as interrupt:
            for event in run:
                bars.show(event)
                if interrupt.asked:
                    run.close()
                    return True
    finally:
        bars.close()
    return False
