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

from engine.embedding.mel import MelConfig
from engine.errors import DataError
from engine.networks.sound_encoders import build_sound_encoder
from engine.training.feature_cache import ShardFeatures, store_features, store_pool
from engine.training.loop import LoopPlan, train
from engine.training.losses import LossWeights
from engine.training.picture_data import HELD_OUT_FOLD, load_square, read_picture_index
from engine.training.ranks import Ranks
from engine.training.shard_format import ShardList, index_of
from engine.training.shard_stream import ShardStream
from engine.training.shard_writer import ShardPlan, write_shards
from engine.training.sound_encoder_task import SoundEncoderRecipe, SoundEncoderTask
from engine.training.text_augmentation import caption_variants
from engine.training.weather import render_weather

WATCHED, ATTRIBUTE = "rain", "night"
CLASSES = ("rain", "fire", "snow", "sunny")
PAIRED_SHARE, POOL_SHARE = 0.9, 0.5
SIDE, POOL, VARIANTS = 128, 48, 4


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


def prepare(data: Path, out: Path, design: Design, mel: MelConfig, seed: int, pictures: int = 80) -> Path:
    """Shards of the training folds' sounds of the four classes, with biased frames and an unbiased pool."""
    shards = out / f"pairs-{seed}"
    plan = ShardPlan(rate=mel.sample_rate, splits=("train",), without_folds=(HELD_OUT_FOLD,))
    done = write_shards(data, shards, plan, layout="index")
    source, clear = np.random.default_rng(seed), clear_pictures(data, False, pictures, seed)
    pool = {label: design.embed([shown(clear[(k * 7 + n) % len(clear)], label, k < POOL_SHARE * POOL,
                                       seed * 100_003 + n * 1009 + k) for k in range(POOL)])
            for n, label in enumerate(CLASSES)}
    for number, name in enumerate(done.shards):
        clips = index_of(shards / name)
        captions = sorted({c.caption for c in clips})
        lines = [line for caption in captions for line in caption_variants(caption, VARIANTS, seed)]
        frames, has = torch.zeros(len(clips), design.width), torch.zeros(len(clips), dtype=torch.bool)
        rows = [i for i, clip in enumerate(clips) if clip.label in CLASSES]
        drawn = []
        for i in rows:
            share = PAIRED_SHARE if clips[i].label == WATCHED else POOL_SHARE
            drawn.append(shown(clear[int(source.integers(len(clear)))], clips[i].label, bool(source.random() < share),
                               int(source.integers(2**31))))
        if rows:
            frames[rows], has[rows] = design.embed(drawn), True
        where = torch.tensor([captions.index(c.caption) for c in clips], dtype=torch.int32)
        text = design.texts(lines).view(len(captions), VARIANTS, -1)
        store_features(shards / name, ShardFeatures(text, where, frames, has), f"biased-{seed}-{number}")
    store_pool(shards, pool, f"biased-{seed}")
    return shards


def train_listener(shards: Path, out: Path, width: int, mel: MelConfig, seed: int, *, weights: LossWeights, epochs: int,
                   batch: int) -> torch.nn.Module:
    """A small sound encoder with the terms of Eq. 13 that ``weights`` leaves; everything else is the same."""
    torch.manual_seed(seed)
    network = build_sound_encoder({"kind": "conv", "out_dim": width, "mels": mel.n_mels, "frames": mel.frames,
                                   "widths": (24, 48, 96), "depths": (1, 1, 1)})
    total = ShardList.load(shards).total
    recipe = SoundEncoderRecipe(epochs=epochs, batch=min(batch, total), cycles=1, warmup_steps=5,
                                weights=weights)
    stream = ShardStream(shards, mel, recipe.batch, seed=seed)
    task = SoundEncoderTask(network, stream, recipe, Ranks())
    train(task, LoopPlan(out, seed=seed, events=False, quiet=True))
    stream.close()
    return network.eval().requires_grad_(False)
