"""Edits of held-out pictures by held-out sounds, by text and by both, as a judge and an artist would see them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from engine.evaluation.judge import SCENE_CLASSES, Judge, LabelledPictures
from engine.evaluation.picture_measures import edge_recall, newly_clipped
from engine.evaluation.starter_guides import SoundRow, sounds_of_class
from engine.media.pictures import load_picture
from engine.media.sounds import Sound, load_sound
from engine.request import Request, SoundGuide, TextGuide
from engine.results import Result, Source
from engine.studio import Studio

TARGETS = ("rain", "thunderstorm", "fire", "snow", "night", "sunny")
TARGET_TEXTS = {
    "rain": "heavy rain", "thunderstorm": "a thunderstorm with lightning", "fire": "a burning forest fire",
    "snow": "a snowy winter landscape", "night": "a dark night", "sunny": "a sunny day",
}  # fmt: skip


@dataclass
class EditScore:
    """One edit: judged class by finish, what was kept, what clipped."""

    picture: str
    target: str
    guide: str
    said: dict[str, str] = field(default_factory=dict)
    kept: dict[str, float] = field(default_factory=dict)
    clipped: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class SheetRow:
    """Pictures of one line of a contact sheet, uint8, with the class the judge named."""

    source: np.ndarray
    sound: np.ndarray
    text: np.ndarray
    mixed: np.ndarray
    captions: tuple[str, str, str, str]


def run_edit(studio: Studio, source: Source, request: Request, sounds: Sequence[Sound] = ()) -> Result:
    """Run an edit to its end and return its result."""
    run = studio.edit(source, request, {s.sha256: s for s in sounds})
    for _ in run:
        pass
    assert run.result is not None
    return run.result


def source_of(studio: Studio, path: Path, fidelity: str = "balanced", *, align: bool = False) -> Source:
    """Invert the picture at ``path``; its face, with ``align``."""
    work = studio.invert(load_picture(path), fidelity=fidelity, align=align)
    while True:
        try:
            next(work)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]


def choose_pictures(data: LabelledPictures, judge: Judge, target: str, count: int, seed: int) -> list[int]:
    """Held-out pictures that the judge does not call ``target`` now, spread over their classes."""
    rng = np.random.default_rng((seed, SCENE_CLASSES.index(target)))
    held = rng.permutation(np.flatnonzero(data.held_out))
    said = judge.classes(data.pictures[held])
    goal = SCENE_CLASSES.index(target)
    free = [int(i) for i, s in zip(held, said, strict=True) if s != goal and data.classes[i] != goal]
    # One picture of each class in turn, so that no class of sources dominates.
    by_class: dict[int, list[int]] = {}
    for i in free:
        by_class.setdefault(int(data.classes[i]), []).append(i)
    chosen: list[int] = []
    while len(chosen) < count and any(by_class.values()):
        for values in by_class.values():
            if values and len(chosen) < count:
                chosen.append(values.pop())
    return chosen


def guide_of(sound: Sound, gain_db: float = 0.0) -> SoundGuide:
    """A whole sound as a guide."""
    return SoundGuide(sha256=sound.sha256, name=sound.name, gain_db=gain_db)


def judged_edits(
    studio: Studio,
    judge: Judge,
    data_folder: Path,
    data: LabelledPictures,
    sounds: Sequence[SoundRow],
    *,
    count: int,
    seed: int,
) -> Iterator[tuple[list[EditScore], SheetRow]]:
    """For every target and chosen picture: a sound-guided, a text-guided and their mixed edit, judged."""
    sources: dict[int, Source] = {}
    for target in TARGETS:
        clips = sounds_of_class(data_folder, sounds, target)
        for k, index in enumerate(choose_pictures(data, judge, target, count, seed)):
            if index not in sources:
                sources[index] = source_of(studio, data.paths[index], "fast")
            source = sources[index]
            sound = load_sound(clips[k % len(clips)].path)
            started = time.perf_counter()
            base = Request(pack=source.pack, picture_sha256=source.picture.sha256, seed=k)
            by_sound = run_edit(studio, source, base.changed(sounds=(guide_of(sound),)), [sound])
            seconds = time.perf_counter() - started
            by_text = run_edit(studio, source, base.changed(text=TextGuide(TARGET_TEXTS[target])))
            mixed = studio.mix(source, by_sound, by_text, alpha=0.5)
            scores, shown = [], []
            original = source.picture.srgb()
            for kind, result in (("sound", by_sound), ("text", by_text), ("mixed", mixed)):
                score = EditScore(data.paths[index].name, target, kind, seconds=seconds)
                for finish in ("model", "detail"):
                    picture = studio.finish(source, result, finish=finish).srgb()
                    said = int(judge.classes([picture])[0])
                    score.said[finish] = SCENE_CLASSES[said]
                    score.kept[finish] = edge_recall(original, picture)
                    same = picture if picture.shape == original.shape else cv2.resize(picture, original.shape[1::-1])
                    score.clipped[finish] = newly_clipped(original, same)
                scores.append(score)
                shown.append(picture)
            captions = ("source", *(f"{s.guide}: {s.said['detail']}" for s in scores))
            yield scores, SheetRow(original, *shown, captions)  # type: ignore[arg-type,call-arg]


def intensity_correlation(
    studio: Studio, sources: Sequence[Source], clips: Sequence[Sound], gains: Sequence[float], *, coupling: bool
) -> float:
    """Median over clips of Spearman's correlation between gain in dB and the size of the edit (latent distance)."""
    from scipy.stats import spearmanr

    values = []
    for k, sound in enumerate(clips):
        source = sources[k % len(sources)]
        sizes = []
        for gain in gains:
            request = Request(
                pack=source.pack,
                picture_sha256=source.picture.sha256,
                sounds=(guide_of(sound, gain),),
                loudness=coupling,
            )
            sizes.append(run_edit(studio, source, request, [sound]).latent_distance)
        values.append(float(spearmanr(gains, sizes).statistic))
    return float(np.median(values))
