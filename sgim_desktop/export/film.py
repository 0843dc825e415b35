"""A film from the original to the result, moved by the loudness of the sound, with the sound on it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sgim_desktop.document.document import new_id
from sgim_desktop.document.values import ClipItem, ResultItem
from sgim_desktop.jobs import ExportJob

if TYPE_CHECKING:
    from sgim_desktop.engine_work import ExportSubject
    from sgim_desktop.run.conductor import Conductor

KEY_FRAMES = 24  # finished along the way; what lies between two of them is blended
LONGEST_SECONDS = 600.0


@dataclass(frozen=True)
class FilmChoice:
    """``drive``: "travel" moves on while it is loud, "pulse" follows the loudness back and forth."""

    path: Path
    clip: ClipItem
    drive: str = "travel"
    frames_per_second: int = 25
    long_side: int = 1280
    codec: str = "vp9"


def export_film(conductor: Conductor, result: ResultItem, choice: FilmChoice) -> str:
    """Queue a film; the id its signals carry."""
    found = conductor.parts_of(result)
    if found is None:
        return ""
    region = conductor.region_of(result.request)
    regions = {result.request.region_sha256: region} if result.request.region_sha256 and region is not None else {}
    job = ExportJob(
        new_id(),
        ((*found, result),),
        conductor.document.blob,
        lambda subject: write_film(subject, choice),
        regions,
    )
    conductor.submit(job)
    return job.id


def write_film(subject: ExportSubject, choice: FilmChoice) -> Generator[Any, Any, list[Path]]:
    """Yields ``Progress``; returns the path in a list. Raises ``SoundError``, ``SaveError``."""
    import cv2

    from engine.errors import RequestError
    from engine.media.loudness_curve import morph_positions
    from engine.media.sounds import clip, load_sound
    from engine.media.videos import write_video
    from engine.steps import Progress

    item = choice.clip
    sound = load_sound(subject.job.read_blob(item.sha256), item.name)
    sound = clip(sound, item.start, item.end, item.gain_db)
    if sound.seconds > LONGEST_SECONDS:
        raise RequestError(f"{item.name} is longer than ten minutes; trim it to the part the film should follow.")
    keys: list[np.ndarray] = []
    for number in range(KEY_FRAMES):
        share = number / (KEY_FRAMES - 1)
        pixels = subject.finished(share * subject.result_item.request.strength).srgb()
        scale = choice.long_side / max(pixels.shape[:2])
        if scale < 1:
            pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        keys.append(pixels)
        yield Progress("film", number, KEY_FRAMES)
    drive: Any = choice.drive
    codec: Any = choice.codec
    positions = morph_positions(sound, choice.frames_per_second, drive)
    frames = blended(keys, positions)
    licence = subject.studio.loaded.manifest.licence
    yield from write_video(choice.path, frames, len(positions), choice.frames_per_second, sound, codec, licence)
    return [choice.path]


def blended(keys: list[np.ndarray], positions: np.ndarray) -> Iterator[np.ndarray]:
    """One (H, W, 3) uint8 picture per position in 0–1."""
    import cv2

    for position in positions:
        at = float(position) * (len(keys) - 1)
        low = min(int(at), len(keys) - 2)
        yield cv2.addWeighted(keys[low], 1 - (at - low), keys[low + 1], at - low, 0)
