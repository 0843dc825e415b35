"""Between the document and the engine thread: starts edits, keeps the queue, brings results home."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

from engine.errors import SgimError
from engine.request import Request
from engine.steps import Progress, Step
from sgim_desktop.canvas.pyramid import Pyramid
from sgim_desktop.document.document import Document, new_id
from sgim_desktop.document.importing import Importer
from sgim_desktop.document.values import Inversion, QueuedRun, ResultItem, RunState, SourceItem
from sgim_desktop.engine_thread import EngineThread
from sgim_desktop.jobs import Edited, EditJob, ExportJob, MixJob, Preview, SampleJob, ViewJob
from sgim_desktop.run.time_left import TimeLeft

if TYPE_CHECKING:
    import numpy as np

REST_MS = 250  # after a slider rests this long, the picture is finished as it will be exported
READOUT_MS = 80  # how often the read-outs change at most: more is not seen, and costs the window time


class Conductor(QObject):
    """Everything the window asks of the engine goes through here.

    ``preview(source id, Preview, its pyramid)``: the running edit as it is now. ``edit_ended()``: an edit is over.
    """

    preview = Signal(str, object, object)
    edit_ended = Signal()

    def __init__(self, document: Document, engine: EngineThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._engine = engine
        self._queue: list[tuple[QueuedRun, EditJob]] = []
        self._running: tuple[QueuedRun, EditJob] | None = None
        self._state = RunState()
        self._cancelled = False  # the running edit was, and nothing of it is kept so far
        self._afterwards: Callable[[], None] | None = None
        self._samples: dict[str, tuple[Importer, int]] = {}
        self._clock = TimeLeft()
        self._readout = QTimer(self, interval=READOUT_MS, singleShot=True)
        self._readout.timeout.connect(lambda: document.set_run(self._state))
        self._rest_job: ViewJob | None = None
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._show_rested)
        engine.stepped.connect(self._stepped)
        engine.progressed.connect(self._progressed)
        engine.edited.connect(self._edited)
        engine.mixed.connect(self._mixed)
        engine.sampled.connect(self._sampled)
        engine.ended.connect(self._ended)
        engine.failed.connect(self._failed)
        engine.stepped_down.connect(lambda sentence: document.notify(sentence, "warning"))

    # -- edits ---------------------------------------------------------------------------------------------

    def start_edit(self) -> bool:
        """Queue an edit with the document's settings as they are now; False (and a sentence) when it cannot be."""
        document = self._document
        source = document.source
        if source is None:
            document.notify(self.tr("Add a picture first: drop one on the canvas, or press Ctrl+O."), "warning")
            return False
        if not document.settings.seed_locked:
            document.change_settings(self.tr("New seed"), merge="random seed", seed=_new_seed())
        request = document.request(source)
        if request is None or not (request.sounds or request.text):
            document.notify(self.tr("Add a sound or type what you want to see; then edit."), "warning")
            return False
        job = EditJob(
            id=new_id(),
            source=source,
            request=request,
            variants=document.settings.variants,
            read_blob=document.blob,
            region=self.region_of(request),
            known=document.inversions_of(source.id),
        )
        self._queue.append((QueuedRun(job.id, self._title(source, request), source.id, request), job))
        self._pump()
        return True

    def cancel(self) -> None:
        """End the running edit; the best so far is kept."""
        if self._running is not None:
            self._change(phase="cancelling")
            self._cancelled = True
            self._engine.cancel(self._running[0].id)

    def move(self, key: str, by: int) -> None:
        """Move a waiting edit forwards (negative) or backwards."""
        at = next((i for i, (run, _) in enumerate(self._queue) if run.id == key), None)
        if at is not None:
            to = max(0, min(len(self._queue) - 1, at + by))
            self._queue.insert(to, self._queue.pop(at))
            self._change()

    def remove(self, key: str) -> None:
        """Forget a waiting edit."""
        self._queue = [entry for entry in self._queue if entry[0].id != key]
        self._change()

    def clear(self) -> None:
        """Forget all waiting edits and end the running one (the session is being left)."""
        self._queue.clear()
        self.cancel()

    def leave(self, go: Callable[[], None]) -> None:
        """``clear``, then ``go()``: once the running edit has brought home what it has. The last one asked counts."""
        self._afterwards = go
        self.clear()
        if self._running is None:
            self._go()

    def _go(self) -> None:
        go, self._afterwards = self._afterwards, None
        if go is not None:
            go()

    @property
    def busy(self) -> bool:
        """Whether an edit runs or waits."""
        return self._running is not None or bool(self._queue)

    def random_source(self, importer: Importer) -> None:
        """Let the pack draw a picture to start from, and add it."""
        seed = _new_seed()
        job = SampleJob(new_id(), self._document.settings.pack, seed)
        self._samples[job.id] = (importer, seed)
        self._engine.submit(job)

    def submit(self, job: ExportJob, soon: bool = False) -> None:
        """Hand an export to the engine; ``soon``: between two steps of a running edit."""
        if soon:
            self._engine.export_soon(job)
        else:
            self._engine.submit(job)

    def cancel_export(self, job_id: str) -> None:
        """End an export; files that are finished stay."""
        self._engine.cancel(job_id)

    def settle(self) -> None:
        """Hear what the engine, stopped now, said last."""
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)

    @property
    def waiting(self) -> int:
        """How many edits wait."""
        return len(self._queue)

    @property
    def engine(self) -> EngineThread:
        """For those who want to hear about one job of their own."""
        return self._engine

    @property
    def document(self) -> Document:
        """The document it works for."""
        return self._document

    def _sampled(self, job_id: str, pixels: np.ndarray, latent: bytes) -> None:
        importer, seed = self._samples.pop(job_id)
        importer.add_pixels(pixels, self.tr("Random {0}").format(seed) + ".png")

    # -- looking at results --------------------------------------------------------------------------------

    def view(
        self,
        result: ResultItem,
        slot: str,
        strength: float | None = None,
        step: int | None = None,
        quick: bool = False,
    ) -> None:
        """Ask for a result's picture; ``quick``: at once, and soon after it as it will be exported."""
        found = self._parts(result)
        if found is None:
            return
        source, inversion = found
        chosen = result.request.strength if strength is None else strength
        region = self.region_of(result.request)
        job = ViewJob(source, inversion, result, chosen, self._document.blob, region, step, quick, slot=slot)
        self._engine.show_view(job)
        if quick:
            self._rest_job = replace(job, quick=False)
            self._rest.start()
        elif slot == "canvas":
            self._rest.stop()

    def full_picture(self, result: ResultItem, slot: str) -> None:
        """Ask for a result at its original's size; ``EngineThread.viewed`` brings it under ``slot``."""
        found = self._parts(result)
        if found is not None:
            source, inversion = found
            strength, region = result.request.strength, self.region_of(result.request)
            blob = self._document.blob
            self._engine.show_view(
                ViewJob(source, inversion, result, strength, blob, region, full=True, slot=slot)
            )

    def _show_rested(self) -> None:
        if self._rest_job is not None:
            self._engine.show_view(self._rest_job)
            self._rest_job = None

    def mix(
        self,
        sound: ResultItem,
        text: ResultItem,
        alpha: float | None,
        split: int | None,
        strength: float,
        keep: bool,
    ) -> None:
        """Show a mix of two results at once, or keep it as a new one."""
        found = self._parts(sound)
        if found is None:
            return
        source, inversion = found
        region = self.region_of(sound.request)
        job = MixJob(source, inversion, sound, text, alpha, split, strength, self._document.blob, keep, region)
        if keep:
            self._engine.submit(job)
        else:
            self._rest.stop()  # the result in whose place the mix is shown is not wanted any more
            self._engine.show_view(job)

    def _parts(self, result: ResultItem) -> tuple[SourceItem, Inversion] | None:
        source = self._document.source_by_id(result.source_id)
        inversion = self._document.inversion_by_id(result.inversion_id)
        return (source, inversion) if source is not None and inversion is not None else None

    def parts_of(self, result: ResultItem) -> tuple[SourceItem, Inversion] | None:
        """The records a result was made from."""
        return self._parts(result)

    def region_of(self, request: Request) -> np.ndarray | None:
        """The region as (h, w) float32 0…1, or None for everywhere."""
        if request.region_sha256 is None:
            return None
        try:
            data = self._document.blob(request.region_sha256)
        except SgimError as error:
            self._document.notify(error.sentence, "warning")
            return None
        from sgim_desktop.document.reading import region_of_png

        return region_of_png(data)

    # -- what the engine says ------------------------------------------------------------------------------

    def _pump(self) -> None:
        if self._running is None and self._queue:
            self._running = self._queue.pop(0)
            run, job = self._running
            # An edit that waited may use what the one before it found out.
            job = EditJob(**{**job.__dict__, "known": self._document.inversions_of(run.source_id)})
            self._running = (run, job)
            self._clock = TimeLeft()
            self._cancelled = False
            self._state = RunState(running=True, title=run.title, phase="waiting", source_id=run.source_id)
            self._engine.submit(job)
        self._change()

    def _stepped(self, job_id: str, step: Step, preview: Preview | None, pyramid: Pyramid | None) -> None:
        if self._running is None or job_id != self._running[0].id:
            return
        left = self._clock.after(step.index + 1, step.total, time.monotonic())
        self._change(
            phase=step.guide,
            done=step.index + 1,
            total=step.total,
            seconds_left=left,
            similarity=step.similarity,
            loss=step.loss,
            soon=True,
        )
        self._document.stepped.emit(step)
        if pyramid is not None:
            self.preview.emit(self._running[0].source_id, preview, pyramid)

    def _progressed(self, job_id: str, progress: Progress) -> None:
        if self._running is not None and job_id == self._running[0].id:
            self._change(phase=progress.phase, done=progress.done, total=progress.total, seconds_left=None, soon=True)

    def _edited(self, edited: Edited) -> None:
        document = self._document
        self._cancelled = edited.cancelled and not edited.results
        if document.source_by_id(edited.job.source.id) is None:
            return
        for inversion in edited.inversions:
            document.add_inversion(inversion, dict(edited.blobs))
            if inversion.extra.get("note"):
                document.notify(str(inversion.extra["note"]))  # what the face finder remarked: cut off, turned, small
        if edited.results:
            chosen = next((item for item in reversed(edited.results) if item.kind == "mixed"), edited.results[-1])
            here = document.source is not None and document.source.id == edited.job.source.id
            self.edit_ended.emit()
            document.add_results(edited.results, dict(edited.blobs), select=chosen.id if here else "")
        if edited.cancelled and edited.results:
            document.notify(self.tr("Cancelled; the best so far is kept."))

    def _mixed(self, item: ResultItem, blobs: dict[str, bytes]) -> None:
        if self._document.source_by_id(item.source_id) is not None:
            self._document.add_results([item], dict(blobs), select=item.id)

    def _failed(self, job_id: str, sentence: str) -> None:
        if self._running is not None and job_id == self._running[0].id:
            self._cancelled = False  # it ended of itself
        self._document.notify(sentence, "error")

    def _ended(self, job_id: str) -> None:
        if self._running is None or job_id != self._running[0].id:
            return
        if self._cancelled:
            self._document.notify(self.tr("Cancelled before there was a picture to keep."))
        self._running = None
        self._state = RunState()
        self.edit_ended.emit()
        if self._afterwards is not None:
            self._queue.clear()
        self._pump()
        self._go()

    def _change(self, soon: bool = False, **fields: object) -> None:
        queue = tuple(run for run, _ in self._queue)
        self._state = replace(self._state, queue=queue, **fields)  # type: ignore[arg-type]
        if not soon:
            self._readout.stop()
            self._document.set_run(self._state)
        elif not self._readout.isActive():
            self._readout.start()

    def _title(self, source: SourceItem, request: Request) -> str:
        guides = [guide.name for guide in request.sounds]
        if request.text is not None:
            guides.append(f"“{request.text.text}”")
        return f"{source.name} ← {', '.join(guides)}"


def _new_seed() -> int:
    return int.from_bytes(os.urandom(4)) >> 1
