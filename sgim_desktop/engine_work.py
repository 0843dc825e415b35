"""What the engine thread does with the studio: edits, views, mixes, exports. Imports torch; knows no Qt."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from engine.alignment.crop import align
from engine.alignment.frame import Alignment
from engine.alignment.paste import paste_change
from engine.finishing.detail import carry, split_change
from engine.finishing.face_colour import carried_face
from engine.media.pictures import Picture, load_picture, picture_from_pixels
from engine.media.sounds import Sound, load_sound
from engine.request import Request
from engine.steps import Step
from engine.studio import Result, Source, Studio
from sgim_desktop.document.values import Frame, Inversion, ResultItem, SourceItem
from sgim_desktop.jobs import (
    Edited,
    EditJob,
    ExportJob,
    MixJob,
    Preview,
    ReadBlob,
    SampleJob,
    ShownStep,
    Viewed,
    ViewJob,
)
from sgim_desktop.studio_records import (
    BlobBox,
    at_step,
    frame_of,
    inversion_record,
    latent_bytes,
    result_from_record,
    result_record,
    source_from_record,
)

log = logging.getLogger(__name__)
Relay = Callable[[Iterator[Any]], Any]
"""Passes on what a generator yields and gives back what it returns."""

SOURCES_KEPT = 4
RESULTS_KEPT = 24
FACE_SIDE = 512  # pixels; a face's change is carried no finer than this while it is only looked at
SCREEN_SIDE = 1440  # pixels; what is looked at is finished no larger than this


class EngineWork:
    """The studio, and what it need not compute twice."""

    def __init__(self, device: str = "auto", threads: int | None = None) -> None:
        self._threads = threads
        self._device = device
        self.studio = Studio(device, threads)
        self._all_threads = self.studio.threads
        self._sources: OrderedDict[str, Source] = OrderedDict()
        self._results: OrderedDict[str, Result] = OrderedDict()
        self._sounds: OrderedDict[str, Sound] = OrderedDict()
        self._screens: OrderedDict[str, Picture] = OrderedDict()
        self._screen_side = SCREEN_SIDE

    @property
    def device_name(self) -> str:
        """The device that computes."""
        return str(getattr(self.studio, "device", self._device))

    def step_down(self) -> str | None:
        """Go on with less: forget what is cached, then leave the accelerator. The sentence for the artist."""
        self._sources.clear()
        self._results.clear()
        self._screens.clear()
        if self.device_name != "cpu":
            self.studio = Studio("cpu", self._threads)
            return "The graphics memory is full; the edit goes on with the processor, more slowly."
        if self._screen_side == SCREEN_SIDE:
            self._screen_side = SCREEN_SIDE // 2
            return "Memory is short; pictures are shown smaller from now on, and the edit starts once more."
        return None

    def _fit(self, request: Request) -> None:
        """Device and threads as the request says: both change the numbers a little."""
        if request.device not in ("auto", self.device_name) and request.device != self._device:
            self.studio = Studio(request.device, self._threads)
            self._device = request.device
        wanted = request.threads or self._all_threads
        if wanted != self.studio.threads:
            torch.set_num_threads(wanted)
            self.studio.threads = wanted

    # -- editing -----------------------------------------------------------------------------------------

    def edit(self, job: EditJob, relay: Relay, cancelled: Callable[[], bool]) -> Edited:
        """Invert unless known, then edit once per variant. Cancelled: what is finished, and the best so far."""
        from sgim_desktop.engine_thread import Cancelled

        box = BlobBox()
        self._fit(job.request)
        self.studio.load_pack(job.request.pack)
        inversion, source = self._inverted(job.source, job.request, job.read_blob, job.known, relay, box)
        sounds = {guide.sha256: self._sound(guide.sha256, guide.name, job.read_blob) for guide in job.request.sounds}
        items: list[ResultItem] = []
        stopped = False
        for variant in range(max(1, job.variants)):
            request = job.request.changed(variant=job.request.variant + variant)
            region = None if job.region is None else fitted_region(job.region, job.source)
            run = self.studio.edit(source, request, sounds, region)
            try:
                relay(self._with_previews(iter(run), source, job.region))
            except Cancelled:
                stopped = True
                run.close()
            items += self._records(run, job, source, inversion, box)
            if stopped or cancelled():
                break
        fresh = () if inversion in job.known else (inversion,)
        return Edited(job, fresh, tuple(items), box.blobs, stopped)

    def _with_previews(
        self, events: Iterator[Any], source: Source, region: np.ndarray | None
    ) -> Generator[Any, None, None]:
        """Previews as the result will look, on the whole picture."""
        try:
            for event in events:
                if not isinstance(event, Step):
                    yield event
                elif event.preview is None:
                    yield ShownStep(event, None)
                else:
                    yield ShownStep(event, Preview(*self._dressed(source, event.preview, region)))
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()

    def _records(self, run: Any, job: EditJob, source: Source, inversion: Inversion, box: BlobBox) -> list[ResultItem]:
        results = dict(getattr(run, "results", None) or {})
        if not results and run.result is not None:
            results = {run.result.kind: run.result}
        items: dict[str, ResultItem] = {}
        for kind in ("sound", "text", "mixed"):
            result = results.get(kind)
            if result is None:
                continue
            seen = self._seen(source, result.picture, job.region)
            position = time.time() + len(items) * 1e-3
            item = result_record(result, job.source, inversion, job.id, position, box, seen)
            if kind == "mixed" and {"sound", "text"} <= items.keys():
                item = dataclasses.replace(item, parts=(items["sound"].id, items["text"].id))
            self._keep(self._results, item.id, result, RESULTS_KEPT)
            items[kind] = item
        return list(items.values())

    def _inverted(
        self,
        item: SourceItem,
        request: Request,
        read_blob: ReadBlob,
        known: tuple[Inversion, ...],
        relay: Relay,
        box: BlobBox,
    ) -> tuple[Inversion, Source]:
        wanted = (request.pack, request.fidelity, request.seed, request.face, request.align)
        for inversion in reversed(known):
            had = (inversion.pack, inversion.fidelity, inversion.seed, inversion.face, inversion.align)
            if had == wanted:
                return inversion, self._source(item, inversion, read_blob)
        self.studio.load_pack(request.pack)
        picture = load_picture(read_blob(item.sha256), item.name)
        source = relay(
            self.studio.invert(
                picture, fidelity=request.fidelity, seed=request.seed, face=request.face, align=request.align
            )
        )
        inversion = inversion_record(source, item, request, box, time.time())
        self._keep(self._sources, inversion.id, source, SOURCES_KEPT)
        return inversion, source

    # -- looking -----------------------------------------------------------------------------------------

    def view(self, job: ViewJob) -> Viewed:
        """A result as it will be exported, at the size it is looked at."""
        self.studio.load_pack(job.result.request.pack)
        source = self._source(job.source, job.inversion, job.read_blob)
        result = at_step(source, self._result(job.result, job.read_blob), job.step)
        if job.full:
            region = None if job.region is None else fitted_region(job.region, job.source)
            finish = job.result.request.finish
            pixels = self.studio.finish(source, result, finish=finish, strength=job.strength, region=region).srgb()
            frame = None
        elif job.quick:
            pixels, frame = self._dressed(source, self.studio.render(source, result, strength=job.strength), job.region)
        else:
            pixels, frame = self._finished(source, result, job.strength, job.region), None
        final = not job.quick and job.step is None
        return Viewed(job.slot, job.source.id, job.result.id, pixels, frame, job.strength, job.step, final)

    def live_mix(self, job: MixJob) -> Viewed:
        """A mix, to look at."""
        source, result = self._mix(job)
        pixels = self._finished(source, result, job.strength, job.region)
        return Viewed(job.slot, job.source.id, "", pixels, None, job.strength)

    def keep_mix(self, job: MixJob) -> tuple[ResultItem, dict[str, bytes]]:
        """A mix, as a result."""
        box = BlobBox()
        source, result = self._mix(job)
        result = dataclasses.replace(result, request=result.request.changed(strength=job.strength))
        seen = self._seen(source, result.picture, job.region)
        item = result_record(result, job.source, job.inversion, job.sound.run, time.time(), box, seen)
        item = dataclasses.replace(item, parts=(job.sound.id, job.text.id))
        self._keep(self._results, item.id, result, RESULTS_KEPT)
        return item, box.blobs

    def _mix(self, job: MixJob) -> tuple[Source, Result]:
        self.studio.load_pack(job.sound.request.pack)
        source = self._source(job.source, job.inversion, job.read_blob)
        sound, text = self._result(job.sound, job.read_blob), self._result(job.text, job.read_blob)
        return source, self.studio.mix(source, sound, text, alpha=job.alpha, split=job.split)

    def _finished(self, source: Source, result: Result, strength: float, region: np.ndarray | None) -> np.ndarray:
        """As it will be exported, but no larger than a screen: (H, W, 3) uint8."""
        if source.alignment is None:
            source = self._screen_source(source)
        finish = result.request.finish
        return self.studio.finish(source, result, finish=finish, strength=strength, region=region).srgb()

    def _screen_source(self, source: Source) -> Source:
        """The same source with its original at screen size, so that looking costs the same for any original."""
        key = source.picture.sha256
        picture = self._screens.get(key)
        if picture is None:
            picture = picture_from_pixels(screen_sized(source.picture.srgb(), self._screen_side), source.picture.name)
            self._keep(self._screens, key, picture, SOURCES_KEPT)
        return dataclasses.replace(source, picture=picture)

    def _dressed(self, source: Source, drawn: np.ndarray, region: np.ndarray | None) -> tuple[np.ndarray, Frame | None]:
        """What the generator drew, carried to the original as the ``detail`` finish does: uint8 (H, W, 3)."""
        if drawn.shape != source.reconstruction.shape:
            return drawn, frame_of(source)
        if source.alignment is not None:
            return self._dressed_face(source, drawn, region), None
        before = source.reconstruction.astype(np.float32) / 255.0
        crop = source.crop.astype(np.float32) / 255.0
        change = split_change(before, drawn.astype(np.float32) / 255.0, original=crop)
        screen = self._screen_source(source).picture.pixels
        x, y, width, height, _ = frame_of(source)
        scale = screen.shape[1] / source.picture.width
        left, top = round(x * scale), round(y * scale)
        right, bottom = round((x + width) * scale), round((y + height) * scale)
        part = np.ascontiguousarray(screen[top:bottom, left:right])
        mask = None
        if region is not None:
            fitted = cv2.resize(region, (screen.shape[1], screen.shape[0]), interpolation=cv2.INTER_LINEAR)
            mask = np.ascontiguousarray(fitted[top:bottom, left:right])
        out = screen.copy()
        out[top:bottom, left:right] = carry(part, change, mask)
        return out, None

    def _dressed_face(self, source: Source, drawn: np.ndarray, region: np.ndarray | None) -> np.ndarray:
        screen, alignment = self._screen_source(source).picture.pixels, self._on_screen(source)
        side = int(np.clip(alignment.w, drawn.shape[0], FACE_SIDE))
        fine = align(screen, alignment, side)
        before, after = (x.astype(np.float32) / 255.0 for x in (source.reconstruction, drawn))
        edited = paste_change(screen, fine, carried_face(fine, before, after), alignment)
        if region is None:
            return edited
        weight = cv2.resize(region, (screen.shape[1], screen.shape[0]), interpolation=cv2.INTER_LINEAR)[..., None]
        blended: np.ndarray = np.round(screen + (edited.astype(np.float32) - screen) * weight).astype(np.uint8)
        return blended

    def _on_screen(self, source: Source) -> Alignment:
        """The face's frame in the picture of screen size."""
        assert source.alignment is not None
        return source.alignment.scaled(self._screen_source(source).picture.width / source.picture.width)

    def _seen(self, source: Source, drawn: np.ndarray, region: np.ndarray | None) -> np.ndarray:
        """As the gallery shows it: the picture, or of a face its frame, carried to the original."""
        dressed, frame = self._dressed(source, drawn, region)
        if source.alignment is None or frame is not None:
            return dressed
        return align(dressed, self._on_screen(source), drawn.shape[0])

    # -- the rest ------------------------------------------------------------------------------------------

    def export(self, job: ExportJob, relay: Relay) -> list[Path]:
        """Write results; yields progress through ``relay``."""
        return relay(self._exporting(job))

    def _exporting(self, job: ExportJob) -> Generator[Any, Any, list[Path]]:
        from engine.steps import Progress

        written: list[Path] = []
        for index, (item, inversion, result_item) in enumerate(job.items):
            yield Progress("export", index, len(job.items))
            self.studio.load_pack(result_item.request.pack)
            source = self._source(item, inversion, job.read_blob)
            result = self._result(result_item, job.read_blob)
            subject = ExportSubject(self.studio, source, result, item, result_item, index, job)
            done = job.write(subject)
            written += done if isinstance(done, list) else (yield from done)
        yield Progress("export", len(job.items), len(job.items))
        return written

    def sample(self, job: SampleJob) -> tuple[np.ndarray, bytes]:
        """A random source's picture and its latent."""
        self.studio.load_pack(job.pack)
        source = self.studio.sample(job.seed)
        return np.array(source.crop), latent_bytes(source.latent)

    def _source(self, item: SourceItem, inversion: Inversion, read_blob: ReadBlob) -> Source:
        source = self._sources.get(inversion.id)
        if source is None:
            source = source_from_record(inversion, item, read_blob)
            self._keep(self._sources, inversion.id, source, SOURCES_KEPT)
        return source

    def _result(self, item: ResultItem, read_blob: ReadBlob) -> Result:
        result = self._results.get(item.id)
        if result is None:
            result = result_from_record(item, read_blob)
            self._keep(self._results, item.id, result, RESULTS_KEPT)
        return result

    def _sound(self, sha256: str, name: str, read_blob: ReadBlob) -> Sound:
        sound = self._sounds.get(sha256)
        if sound is None:
            sound = load_sound(read_blob(sha256), name)
            self._keep(self._sounds, sha256, sound, 8)
        return sound

    @staticmethod
    def _keep(cache: OrderedDict[str, Any], key: str, value: Any, size: int) -> None:
        cache[key] = value
        cache.move_to_end(key)
        while len(cache) > size:
            cache.popitem(last=False)


@dataclasses.dataclass(frozen=True)
class ExportSubject:
    """What an export writes about: the engine's values and the records they belong to."""

    studio: Studio
    source: Source
    result: Result
    source_item: SourceItem
    result_item: ResultItem
    index: int
    job: ExportJob

    def original(self) -> Picture:
        """The original, as it was read."""
        return load_picture(self.job.read_blob(self.source_item.sha256), self.source_item.name)

    def region(self) -> np.ndarray | None:
        """The region of the request at the original's size, (H, W) float32 0…1."""
        mask = self.job.regions.get(self.result_item.request.region_sha256 or "")
        return None if mask is None else fitted_region(mask, self.source_item)

    def finished(self, strength: float | None = None) -> Picture:
        """The result at the original's size, in its colours and depth."""
        request = self.result_item.request
        chosen = request.strength if strength is None else strength
        return self.studio.finish(
            self.source, self.result, finish=request.finish, strength=chosen, region=self.region()
        )


def screen_sized(pixels: np.ndarray, side: int = SCREEN_SIDE) -> np.ndarray:
    """(H, W, 3) uint8, no longer than ``side``."""
    scale = side / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def fitted_region(mask: np.ndarray, item: SourceItem) -> np.ndarray:
    """A painted mask (h, w) at the original's size, as the command line reads it from a file."""
    return cv2.resize(mask, (item.width, item.height), interpolation=cv2.INTER_LINEAR)
