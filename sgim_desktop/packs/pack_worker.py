"""Long work on packs – verifying, adding, fetching – in a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from engine.errors import SgimError
from engine.packs.speed import DownloadProgress
from engine.steps import Progress
from sgim_desktop.local_numbers import filled
from sgim_desktop.waveform.time_ruler import clock

log = logging.getLogger(__name__)
MEGABYTE = 1_000_000


class PackWorker(QThread):
    """Runs one generator to its end. Cancelling closes it between two of its reports, which cleans up."""

    progressed = Signal(str, float)  # what is being done, share 0…1 or -1 when unknown
    succeeded = Signal(object)  # what the generator returned
    failed = Signal(str)  # one sentence
    cancelled = Signal()

    def __init__(self, work: Callable[[], Generator[Any, None, Any]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work

    def run(self) -> None:
        """In the thread; touches no widget."""
        try:
            generator = self._work()
            while True:
                if self.isInterruptionRequested():
                    generator.close()
                    self.cancelled.emit()
                    return
                try:
                    report = next(generator)
                except StopIteration as end:
                    self.succeeded.emit(end.value)
                    return
                self.progressed.emit(*self._words(report))
        except SgimError as error:
            log.warning("work on a pack failed: %s (%s)", error.sentence, error.cause)
            self.failed.emit(error.sentence)
        except Exception:
            log.exception("work on a pack failed")
            self.failed.emit(self.tr("Something went wrong with the pack; the log says what. Please try again."))

    def _words(self, report: Progress | DownloadProgress) -> tuple[str, float]:
        if isinstance(report, DownloadProgress):
            share = report.done / report.total if report.total else -1.0
            text = filled(self.tr("Fetching: {0:.1f} MB"), report.done / MEGABYTE)
            if report.total:
                text = self.tr("Fetching: {0:.1f} of {1:.1f} MB")
                text = filled(text, report.done / MEGABYTE, report.total / MEGABYTE)
            text += filled(self.tr(", {0:.1f} MB/s"), report.bytes_per_second / MEGABYTE)
            if report.seconds_left is not None:
                text += self.tr(", {0} left").format(clock(report.seconds_left))
            return text, share
        phases = {
            "checking": self.tr("Checking the files"),
            "reading": self.tr("Reading the weights"),
            "converting": self.tr("Converting the weights"),
            "drawing": self.tr("Trying the networks"),
            "combining": self.tr("Combining the parts"),
        }
        return phases.get(report.phase, report.phase), report.done / report.total if report.total else -1.0
