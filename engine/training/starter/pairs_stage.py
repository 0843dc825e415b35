"""Stage ``pairs``: exact before/after renders with their fields, for the mapper and the picture tower."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from engine.media.atomic_files import written_beside
from engine.media.weather_fields import FIELD_NAMES, seed_fields
from engine.training.picture_data import random_crop
from engine.training.starter.run_folder import RunFolder
from engine.training.weather import RENDERERS, render_weather

SIZE, SEED = 128, 5
EDIT_TARGET_SHARE = 3.0
LEAST = 0.45
"""A fainter weather than this would be seen by no one."""


@dataclass(frozen=True)
class Pairs:
    """``before``, ``after`` uint8 (N, 128, 128, 3); ``fields`` uint8 (N, 7, 128, 128); ``weather`` (N,) index into
    ``RENDERERS``; ``amount`` (N,) in [0, 1]."""

    before: np.ndarray
    after: np.ndarray
    fields: np.ndarray
    weather: np.ndarray
    amount: np.ndarray


def run_stage(run: RunFolder, count: int, report: Callable[[str], None]) -> None:
    """Render ``count`` pairs over the training scenes."""
    _, pictures = run.training_scenes()
    rng = np.random.default_rng(SEED)
    names = list(RENDERERS)
    odds = np.array([EDIT_TARGET_SHARE] * 6 + [1.0] * (len(names) - 6))
    before = np.zeros((count, SIZE, SIZE, 3), np.uint8)
    after = np.zeros_like(before)
    fields = np.zeros((count, len(FIELD_NAMES), SIZE, SIZE), np.uint8)
    weather, amount = np.zeros(count, np.int64), np.zeros(count, np.float32)
    for k in range(count):
        picture = pictures[rng.integers(len(pictures))]
        if rng.random() < 0.7:
            before[k] = random_crop(picture, SIZE, rng)
        else:
            before[k] = cv2.resize(picture, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        weather[k] = rng.choice(len(names), p=odds / odds.sum())
        amount[k] = LEAST + (1 - LEAST) * rng.beta(2.2, 1.2)
        drawn = seed_fields(SIZE, SIZE, int(rng.integers(2**20)))
        fields[k] = (drawn * 255 + 0.5).astype(np.uint8)
        after[k] = render_weather(before[k], names[weather[k]], float(amount[k]), 0, fields=drawn)
        if (k + 1) % 500 == 0:
            report(f"rendered {k + 1} of {count}")
    with written_beside(run.file("pairs.npz")) as beside:
        np.savez(beside, before=before, after=after, weather=weather, amount=amount)
    with written_beside(run.file("pairs_fields.npy")) as beside:
        np.save(beside, fields)


def read_pairs(run: RunFolder) -> Pairs:
    """What ``run_stage`` wrote; the fields stay on disk."""
    with np.load(run.file("pairs.npz")) as stored:
        parts = {name: stored[name] for name in ("before", "after", "weather", "amount")}
    return Pairs(fields=np.load(run.file("pairs_fields.npy"), mmap_mode="r"), **parts)
