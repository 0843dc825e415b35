"""The fixed design of the retention measurement: sounds whose paired frames carry an attribute they do not cause.

Frames of the watched class show night in 90 % of the *pairs* and in 50 % of the pictures that share its label; every
other class is at 50 % in both. Weather and night are rendered over clear pictures, so the attribute is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.errors import DataError
from engine.evaluation.small_listeners import MelCollection, text_features
from engine.training.memory_stream import HeldClips, pool_of
from engine.training.picture_data import HELD_OUT_FOLD, load_square, read_picture_index
from engine.training.weather import render_weather

WATCHED, ATTRIBUTE = "rain", "night"
CLASSES = ("rain", "fire", "snow", "sunny")
PAIRED_SHARE, POOL_SHARE = 0.9, 0.5
SIDE, POOL = 128, 48


@dataclass(frozen=True)
class Design:
    """``embed``: uint8 pictures → unit rows (n, d); ``texts``: captions → unit rows; ``width`` d."""

    embed: Callable[[list[np.ndarray]], Tensor]
    texts: Callable[[list[str]], Tensor]
    width: int


def clear_pictures(data: Path, held_out: bool, count: int, seed: int) -> list[np.ndarray]:
    """Clear landscapes (sunny or cloudy) of the training folds or of the held-out one: uint8 (128, 128, 3)."""
    rows = [r for r in read_picture_index(data, splits=("train", "eval_only") if held_out else ("train",))
            if r.label in ("sunny", "cloudy") and (r.fold == HELD_OUT_FOLD) is held_out]
    if not rows:
        raise DataError(f"{data} has no sunny or cloudy landscapes to render weather over; name the project's data.")
    order = np.random.default_rng(seed).permutation(len(rows))[:count]
    return [load_square(rows[i].path, SIDE) for i in order]


def shown(picture: np.ndarray, weather: str | None, night: bool, seed: int) -> np.ndarray:
    """A clear picture under a weather, by night or by day."""
    source = np.random.default_rng(seed)
    if weather is not None and weather != "sunny":
        picture = render_weather(picture, weather, float(source.uniform(0.6, 1.0)), seed)
    return render_weather(picture, ATTRIBUTE, float(source.uniform(0.7, 1.0)), seed + 1) if night else picture


def biased_clips(clips: MelCollection, data: Path, design: Design, seed: int, pictures: int = 80) -> HeldClips:
    """The training clips with biased frames for the four classes and an unbiased pool of their labels; the others
    have a text alone."""
    source, clear = np.random.default_rng(seed), clear_pictures(data, False, pictures, seed)
    labels = [e.label for e in clips.entries]
    pool = {label: design.embed([shown(clear[(k * 7 + n) % len(clear)], label, k < POOL_SHARE * POOL,
                                       seed * 100_003 + n * 1009 + k) for k in range(POOL)])
            for n, label in enumerate(CLASSES)}
    frames, has = torch.zeros(len(labels), design.width), torch.zeros(len(labels), dtype=torch.bool)
    drawn, rows = [], [i for i, label in enumerate(labels) if label in CLASSES]
    for i in rows:
        share = PAIRED_SHARE if labels[i] == WATCHED else POOL_SHARE
        drawn.append(shown(clear[int(source.integers(len(clear)))], labels[i], bool(source.random() < share),
                           int(source.integers(2**31))))
    if not rows:
        raise DataError(f"{data} has no training clips of {', '.join(CLASSES)}; name the project's data.")
    frames[rows], has[rows] = design.embed(drawn), True
    return HeldClips(clips.mels, labels, text_features(clips.entries, design.texts, seed), frames, has, pool_of(pool))
