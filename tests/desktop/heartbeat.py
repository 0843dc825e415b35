"""Measures how long the window's event loop lets anything wait, against what the machine itself lets wait.

Run as a program it is the control: ``python heartbeat.py`` sleeps 5 ms again and again until its stdin is
closed and prints its lateness; being a process of its own, it suffers only from the machine's load.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Container
from dataclasses import dataclass
from statistics import median

BEAT_SECONDS = 0.005
BUSY, OVERLOADED = 0.9, 2.0  # runnable processes per core


@dataclass(frozen=True)
class Lateness:
    """Seconds by which beats came late."""

    worst: float
    middle: float
    beats: int


def lateness(times: list[float], waited: list[float], forgiven: Container[int] = ()) -> Lateness:
    """From the times of the beats, less what was ``waited`` until each; those named in ``forgiven`` may come as late
    as they like."""
    own = [time - less for time, less in zip(times, waited, strict=True)]
    pairs = enumerate(zip(own, own[1:], strict=False), start=1)
    late = [max(0.0, b - a - BEAT_SECONDS) for at, (a, b) in pairs if at not in forgiven]
    return Lateness(max(late, default=0.0), median(late) if late else 0.0, len(late))


def overloaded() -> bool:
    """Whether the machine has so much to do that no time on its clock says anything about one program."""
    return os.getloadavg()[0] / (os.cpu_count() or 1) >= OVERLOADED


def waited_for_processor() -> float:
    """Seconds in which this thread was ready to run and another, of whatever process, had the processor; 0 where the
    kernel does not count them."""
    try:
        with open(f"/proc/self/task/{threading.get_native_id()}/schedstat") as file:
            return int(file.read().split()[1]) / 1e9
    except OSError:
        return 0.0


class Heartbeat:
    """``start()`` … ``stop()``; afterwards ``window`` (less what its thread waited for the processor), ``by_clock``
    (with it) and ``machine``."""

    def __init__(self, parent: object) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.times: list[float] = []
        self.work: list[float] = []
        self.waited: list[float] = []
        self._forgiven: set[int] = set()
        self._timer = QTimer(parent, interval=round(BEAT_SECONDS * 1000), timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        self.times.append(time.perf_counter())
        self.work.append(time.thread_time())
        self.waited.append(waited_for_processor())

    def start(self) -> None:
        """Begin to measure the window and the machine."""
        self._control = subprocess.Popen(
            [sys.executable, "-S", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._timer.start()

    def stop(self) -> None:
        """End; the answers are in ``window`` and ``machine``."""
        self._timer.stop()
        output, _ = self._control.communicate()
        self.window = lateness(self.times, self.waited, self._forgiven)
        self.by_clock = lateness(self.times, [0.0] * len(self.times), self._forgiven)
        self.machine = Lateness(**json.loads(output))

    def forgive(self) -> None:
        """What the test itself has just done in the window's thread does not count."""
        self._beat()
        self._forgiven.add(len(self.times) - 1)

    def check(self, worst: float = 0.05, worst_loaded: float = 0.1, middle: float = 0.01) -> None:
        """No wait longer than ``worst`` (``worst_loaded`` where every core has something to do already),
        ``middle`` in the middle, beyond what the machine did to the control.

        The window needs its own thread and now and then Python itself, which another thread must be given the
        processor to let go of: a machine that lets one process wait can let the window wait twice. A machine
        with several times more to do than it has cores says nothing about waiting; there, what the window's
        thread itself computed between two beats is what counts.
        """
        pairs = zip(self.work, self.work[1:], strict=False)
        computed = [b - a for at, (a, b) in enumerate(pairs, start=1) if at not in self._forgiven]
        load = os.getloadavg()[0] / (os.cpu_count() or 1)
        worst = worst if load < BUSY else worst_loaded
        said = (
            f"window {self.window}, by the clock {self.by_clock}, machine {self.machine}, "
            f"computed {max(computed):.3f} s, load {load:.1f} per core"
        )
        print(said)
        assert self.window.beats > 5, said
        assert max(computed) <= worst, said
        assert median(computed) <= middle, said
        if not overloaded():
            assert self.window.worst <= worst + 2 * self.machine.worst, said
            assert self.window.middle <= middle + 2 * self.machine.middle, said


def _control() -> None:
    times = [time.perf_counter()]
    while not select.select([sys.stdin], [], [], 0)[0]:
        time.sleep(BEAT_SECONDS)
        times.append(time.perf_counter())
    print(json.dumps(lateness(times, [0.0] * len(times)).__dict__))


if __name__ == "__main__":
    _control()
