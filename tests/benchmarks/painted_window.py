"""Run by test_startup: start a window and say how long it took from the process's start to the first paint.

``python painted_window.py studio|empty``; prints the seconds, how many of them it waited because other processes
had the processor, and whether torch was imported.
"""

from __future__ import annotations

import os
import sys
import time


def seconds_since_start() -> float:
    """Since this process was started, by the kernel's own clock."""
    with open(f"/proc/{os.getpid()}/stat") as file:
        ticks = int(file.read().rsplit(")", 1)[1].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def seconds_waited() -> float:
    """How long this process was ready to run and another had its processor, by the kernel's own count."""
    with open("/proc/self/schedstat") as file:
        return int(file.read().split()[1]) / 1e9


def say() -> None:
    """Print what was measured, and end."""
    print(f"{seconds_since_start():.3f} {seconds_waited():.3f} {'torch' in sys.modules}", flush=True)
    os._exit(0)


def studio() -> None:
    """The real application, through its real entry."""
    from sgim_desktop.main import main

    main(["--new"], on_window=lambda window: window.painted.connect(say))


def empty() -> None:
    """The smallest window PySide6 can show."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    class Empty(QWidget):
        def paintEvent(self, event: object) -> None:  # noqa: N802
            QTimer.singleShot(0, say)

    app = QApplication([])
    window = Empty()
    window.resize(1480, 920)
    window.show()
    app.exec()


if __name__ == "__main__":
    {"studio": studio, "empty": empty}[sys.argv[1]]()
