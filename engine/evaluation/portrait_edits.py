"""Smile edits of held-out people: made once, then measured for smile, identity, colour elsewhere and borders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.alignment.crop import align
from engine.alignment.paste import blend_weights
from engine.media.pictures import Picture
from engine.media.sounds import Sound
from engine.request import Request, SoundGuide
from engine.results import Result, Source
from engine.studio import Studio


@dataclass(frozen=True)
class Edit:
    """One person edited by one sound. ``before``/``after`` (S, S, 3) uint8: the frame cut out of the original and of
    the finished picture; ``drawn`` the generator's own picture."""

    source: Source
    result: Result
    finished: Picture
    before: np.ndarray
    after: np.ndarray
    drawn: np.ndarray
    similarity: float


def finished_value(steps: Any) -> Any:
    """Exhaust a generator that reports progress; its return value."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


def invert(studio: Studio, picture: Picture, fidelity: str, seed: int = 0) -> Source:
    """The source of an aligned portrait."""
    source: Source = finished_value(studio.invert(picture, fidelity=fidelity, seed=seed))
    return source


def edit_by_sound(studio: Studio, source: Source, sound: Sound, pack: str, **settings: Any) -> Edit:
    """Edit with the pack's defaults unless ``settings`` (fields of ``Request``) say otherwise."""
    request = Request(
        pack=pack, picture_sha256=source.picture.sha256, picture_name=source.picture.name,
        sounds=(SoundGuide(sound.sha256, sound.name),), **settings,
    )
    run = studio.edit(source, request, {sound.sha256: sound})
    for _ in run:
        pass
    assert run.result is not None
    return finished_edit(studio, source, run.result)


def finished_edit(studio: Studio, source: Source, result: Result, strength: float = 1.0) -> Edit:
    """Finish at the original's size and cut the frame out again."""
    picture = studio.finish(source, result, finish="detail", strength=strength)
    size = source.crop.shape[0]
    after = picture.srgb()
    if source.alignment is not None:
        after = align(after, source.alignment, size)
    drawn = studio.render(source, result, strength=strength)
    return Edit(source, result, picture, source.crop, after, drawn, result.similarity_after)


def pixels_changed_outside(edit: Edit) -> int:
    """Pixels that differ from the original where the blend mask is 0."""
    original, finished = edit.source.picture.pixels, edit.finished.pixels
    height, width = original.shape[:2]
    outside = np.ones((height, width), bool)
    if edit.source.alignment is not None:
        for rows, columns, weights in blend_weights(height, width, edit.source.alignment):
            outside[rows, columns] &= weights == 0
    return int(((original != finished).any(-1) & outside).sum())


def at_same_similarity(
    studio: Studio, source: Source, results: dict[str, Result], guide: Any, strengths: Iterable[float]
) -> dict[str, float]:
    """Strength per setting at which all reach the similarity that the weakest of them reaches at full strength.

    ``guide`` unit vector (d,) of the sound in the joint space.
    """
    curves = {
        name: [float(studio.embed_picture(studio.render(source, result, strength=s)) @ guide) for s in strengths]
        for name, result in results.items()
    }
    goal = min(max(curve) for curve in curves.values())
    wanted = {}
    for name, curve in curves.items():
        reached = [s for s, value in zip(strengths, curve, strict=True) if value >= goal - 1e-6]
        wanted[name] = min(reached) if reached else 1.0
    return wanted
