"""The thread that computes: one job at a time, frozen requests in, typed signals out. Never touches a widget."""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
import traceback
from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal

from engine.errors import MemoryShortError, SgimError
from engine.steps import Progress
from sgim_desktop.canvas.pyramid import pyramid_of
from sgim_desktop.jobs import EditJob, ExportJob, MixJob, SampleJob, ShownStep, ViewJob

if TYPE_CHECKING:
    from sgim_desktop.engine_work import EngineWork

log = logging.getLogger(__name__)
Job = EditJob | ExportJob | SampleJob | MixJob
Soon = ViewJob | MixJob | ExportJob

NICENESS = 5


class Cancelled(Exception):
    """The artist cancelled; not an error."""


class EngineThread(QThread):
    """Runs jobs in the order given; between two steps of an edit it answers the newest view wanted per slot,
    and writes the files of a drag."""

    ready = Signal(str)  # the device in use
    progressed = Signal(str, object)  # job id, Progress
    stepped = Signal(str, object, object, object)  # job id, Step, Preview or None, its pyramid or None
    edited = Signal(object)  # Edited
    sampled = Signal(str, object, object)  # job id, (H, W, 3) uint8, latent bytes
    viewed = Signal(object, object)  # Viewed, its pyramid
    mixed = Signal(object, object)  # ResultItem, blobs
    exported = Signal(str, object)  # job id, list[Path]
    failed = Signal(str, str)  # job id, sentence
    stepped_down = Signal(str)  # sentence
    ended = Signal(str)  # job id: done, failed or cancelled

    def __init__(self, parent: QObject | None = None, device: str = "auto", threads: int | None = None) -> None:
        super().__init__(parent)
        self.device = device
        self.threads = threads
        self._begin = threading.Event()
        self._wake = threading.Condition()
        self._jobs: deque[Job] = deque()
        self._soon: OrderedDict[str, Soon] = OrderedDict()
        self._cancel = threading.Event()
        self._stop = False
        self._current = ""

    # -- called from the window ------------------------------------------------------------------------

    def begin(self) -> None:
        """Import torch now: the window has been painted."""
        self._begin.set()

    def submit(self, job: Job) -> None:
        """Do this when what was asked for before is done."""
        with self._wake:
            self._jobs.append(job)
            self._wake.notify()

    def show_view(self, job: ViewJob | MixJob) -> None:
        """Answer with a picture as soon as possible; an older wish for the same slot is forgotten."""
        with self._wake:
            self._soon[job.slot] = job
            self._wake.notify()

    def export_soon(self, job: ExportJob) -> None:
        """Write files between two steps of what runs: the artist holds them with the mouse already."""
        with self._wake:
            self._soon[job.id] = job
            self._wake.notify()

    def cancel(self, job_id: str) -> None:
        """End this job: at its next step if it runs, with the best so far kept; at once if it still waits."""
        with self._wake:
            if job_id == self._current:
                self._cancel.set()
                return
            left = deque(job for job in self._jobs if _name(job) != job_id)
            waited, self._jobs = len(left) < len(self._jobs), left
        if waited:
            self.ended.emit(job_id)

    def stop(self) -> None:
        """Cancel everything and end the thread."""
        with self._wake:
            self._stop = True
            self._jobs.clear()
            self._soon.clear()
            self._cancel.set()
            self._begin.set()
            self._wake.notify()
        self.wait()

    # -- the thread ------------------------------------------------------------------------------------

    def run(self) -> None:
        """QThread's entry point."""
        self._begin.wait()
        if self._stop:
            return
        _be_polite()
        try:
            from sgim_desktop.engine_work import EngineWork

            work = EngineWork(self.device, self.threads)
            _settle_garbage_collection()
            self.ready.emit(work.device_name)
        except Exception as error:
            log.exception("the engine did not start")
            self._refuse_all(_sentence(error))
            return
        while self._wait():
            self._answer_waiting(work)
            job = self._next()
            if job is not None:
                self._do(work, job)

    def _wait(self) -> bool:
        """Until there is something to do; False when the thread is to end."""
        with self._wake:
            while not (self._jobs or self._soon or self._stop):
                self._wake.wait()
            return not self._stop

    def _next(self) -> Job | None:
        with self._wake:
            if self._stop or not self._jobs:
                return None
            self._cancel.clear()
            job = self._jobs.popleft()
            self._current = _name(job)
            return job

    def _refuse_all(self, sentence: str) -> None:
        """There is no engine: say why, now and to whatever is asked of it."""
        self.failed.emit("", sentence)
        while self._wait():
            with self._wake:
                soon = [job.id for job in self._soon.values() if isinstance(job, ExportJob)]
                self._soon.clear()
            job = self._next()
            for name in soon if job is None else [*soon, _name(job)]:
                self.failed.emit(name, sentence)
            if job is not None:
                self._end(job)

    def _end(self, job: Job) -> None:
        with self._wake:
            self._current = ""
        self.ended.emit(_name(job))

    def _do(self, work: EngineWork, job: Job) -> None:
        name = _name(job)
        for attempt in (0, 1):
            try:
                self._dispatch(work, job, name)
                break
            except Cancelled:
                break
            except Exception as error:
                sentence = work.step_down() if _is_memory(error) and attempt == 0 else None
                if sentence is not None:
                    log.warning("stepping down: %s", error)
                    self.stepped_down.emit(sentence)
                    continue
                log.error("job %s failed\n%s", name, traceback.format_exc())
                self.failed.emit(name, _sentence(error))
                break
        self._end(job)

    def _dispatch(self, work: EngineWork, job: Job, name: str) -> None:
        if isinstance(job, EditJob):
            self.edited.emit(work.edit(job, lambda events: self._relay(work, name, events), self._cancel.is_set))
        elif isinstance(job, ExportJob):
            self.exported.emit(name, work.export(job, lambda events: self._relay(work, name, events)))
        elif isinstance(job, SampleJob):
            self.sampled.emit(name, *work.sample(job))
        else:
            self.mixed.emit(*work.keep_mix(job))

    def _relay(self, work: EngineWork, name: str, events: Iterator[Any]) -> Any:
        """Pass on what a generator yields; its return value. Closes it when cancelled."""
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                return end.value
            if isinstance(event, ShownStep):
                preview = event.preview
                self.stepped.emit(name, event.step, preview, None if preview is None else pyramid_of(preview.pixels))
            elif isinstance(event, Progress):
                self.progressed.emit(name, event)
            if self._cancel.is_set():
                close = getattr(events, "close", None)
                if close is not None:
                    close()
                raise Cancelled
            self._answer_waiting(work)

    def _answer_waiting(self, work: EngineWork) -> None:
        with self._wake:  # what is asked for meanwhile waits for the next step, or an edit would never go on
            waiting = list(self._soon.values())
            self._soon.clear()
        for job in waiting:
            self._answer(work, job)

    def _answer(self, work: EngineWork, job: Soon) -> None:
        try:
            if isinstance(job, ExportJob):
                self.exported.emit(job.id, work.export(job, _drained))
                return
            viewed = work.view(job) if isinstance(job, ViewJob) else work.live_mix(job)
            self.viewed.emit(viewed, pyramid_of(viewed.pixels))
        except Exception as error:
            log.error("view failed\n%s", traceback.format_exc())
            if _is_memory(error):
                sentence = work.step_down()
                if sentence is not None:
                    self.stepped_down.emit(sentence)
                    return
            self.failed.emit(job.id if isinstance(job, ExportJob) else "", _sentence(error))


def _name(job: Job) -> str:
    """What its signals carry."""
    return "mix" if isinstance(job, MixJob) else job.id


def _settle_garbage_collection() -> None:
    """What torch brought along stays for good: a collection that went through all of it again and again would
    hold the window for a third of a second each time."""
    gc.freeze()


def _drained(events: Iterator[Any]) -> Any:
    """Run a generator to its end; what it returned."""
    while True:
        try:
            next(events)
        except StopIteration as end:
            return end.value


def _be_polite() -> None:
    """Let the window's thread go first where both want the processor; torch's workers inherit it."""
    if sys.platform == "linux":
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        except OSError:
            pass  # not allowed here; the window is only a little less fluid


def _is_memory(error: BaseException) -> bool:
    text = str(error).lower()
    return isinstance(error, MemoryError | MemoryShortError) or "out of memory" in text or "can't allocate" in text


def _sentence(error: BaseException) -> str:
    if isinstance(error, SgimError):
        return error.sentence
    if _is_memory(error):
        return "There is not enough memory for this; choose a smaller picture or close other programs."
    return f"Something went wrong in the engine ({type(error).__name__}: {error}); the log has the details."
