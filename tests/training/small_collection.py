"""A sound collection, towers and an encoder small enough to train in a second."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from engine.embedding.mel import MelConfig
from engine.networks.sound_encoders import build_sound_encoder
from engine.training.feature_cache import cache_features
from engine.training.ranks import Ranks
from engine.training.shard_format import wav_bytes
from engine.training.shard_stream import ShardStream
from engine.training.shard_writer import ShardPlan, write_shards
from engine.training.sound_encoder_task import SoundEncoderRecipe, SoundEncoderTask

RATE = 8000
MEL = MelConfig(sample_rate=RATE, n_fft=256, hop=80, n_mels=16, f_min=50, f_max=3900, frames=32)
LABELS = {"rain": 500.0, "fire": 1200.0, "sea": 2600.0}
WIDTH = 12


class WordTowers:
    """A frozen joint space without training: a text is the sum of its words' fixed directions, a picture its mean
    colour through a fixed matrix."""

    fingerprint = "word-towers-1"
    width = WIDTH

    def texts(self, texts: list[str]) -> Tensor:
        rows = []
        for text in texts:
            words = [np.random.default_rng(zlib.crc32(w.encode())).standard_normal(WIDTH) for w in text.split()]
            rows.append(torch.tensor(np.sum(words, axis=0), dtype=torch.float32))
        return nn.functional.normalize(torch.stack(rows), dim=1)

    def pictures(self, pictures: Tensor) -> Tensor:
        matrix = torch.tensor(np.random.default_rng(1).standard_normal((3, WIDTH)), dtype=torch.float32)
        return nn.functional.normalize(pictures.mean(dim=(2, 3)) @ matrix + 0.1, dim=1)


def write_collection(folder: Path, clips: int = 24, seconds: float = 0.5, pictured: bool = True) -> Path:
    """``index.csv`` with ``clips`` noisy tones of three labels, two thirds of them with a picture."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["path,label,caption,image,fold,split"]
    for number in range(clips):
        label = list(LABELS)[number % 3]
        source = np.random.default_rng(number)
        time = np.arange(round(seconds * RATE)) / RATE
        tone = 0.3 * np.sin(2 * np.pi * LABELS[label] * time) + 0.05 * source.standard_normal(len(time))
        (folder / f"{number:03d}.wav").write_bytes(wav_bytes(tone, RATE))
        image = ""
        if pictured and number % 9 < 6:
            image = f"{number:03d}.png"
            colour = [(40, 60, 120), (220, 90, 10), (20, 120, 200)][number % 3]
            Image.new("RGB", (40, 30), tuple(int(c + source.integers(0, 30)) for c in colour)).save(folder / image)
        lines.append(f"{number:03d}.wav,{label},sound of {label},{image},{number % 5},train")
    (folder / "index.csv").write_text("\n".join(lines) + "\n")
    return folder


def make_shards(folder: Path, clips: int = 24, per_shard: int = 7) -> Path:
    """A collection, cut into shards with cached features; returns the shard folder."""
    write_collection(folder / "collection", clips)
    write_shards(folder / "collection", folder / "shards", ShardPlan(rate=RATE, clips_per_shard=per_shard))
    cache_features(folder / "shards", WordTowers(), variants=4)
    return folder / "shards"


def make_task(shards: Path, recipe: SoundEncoderRecipe | None = None, ranks: Ranks | None = None, seed: int = 0
              ) -> SoundEncoderTask:
    """A LayerNorm encoder on those shards."""
    ranks, recipe = ranks or Ranks(), recipe or SoundEncoderRecipe(epochs=4, batch=8, half=False)
    stream = ShardStream(shards, MEL, recipe.batch, seed=seed, rank=ranks.rank, world=ranks.world)
    torch.manual_seed(seed)
    network = build_sound_encoder({"kind": "conv", "out_dim": WIDTH, "mels": MEL.n_mels, "frames": MEL.frames,
                                   "widths": (8, 16), "depths": (1, 1)})
    return SoundEncoderTask(network, stream, recipe, ranks)
