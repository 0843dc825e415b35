"""Clips held in memory as mel pictures: for measurements that train many small encoders on one small collection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize, pad

from engine.embedding.mel import MelConfig
from engine.errors import DataError
from engine.training.feature_cache import LabelPool
from engine.training.shard_stream import SoundBatch
from engine.training.sound_augmentation import (
    SoundAugmentation,
    draw_masks,
    generator_for,
    mask_tensor,
    uniform,
)


@dataclass(frozen=True)
class HeldClips:
    """``mels`` of whole clips, each (mels, frames) in [-1, 1], any dtype and length; ``labels`` of each; frozen
    features: ``text`` (clips, variants, d), ``picture`` (clips, d) unit rows, ``has_picture`` (clips,) bool;
    ``pool`` the pictures of each label (Eq. 9)."""

    mels: list[Tensor]
    labels: list[str]
    text: Tensor
    picture: Tensor
    has_picture: Tensor
    pool: LabelPool


class MemoryStream:
    """Batches of :class:`HeldClips`, the same for the same seed, from any step on.

    The gain jitter happens on the mel picture: a gain of G dB moves every cell in range by 2·G / (ceiling − floor)
    (see `engine.embedding.mel`), so no sound has to be decoded or transformed again.
    """

    unreadable = 0

    def __init__(self, clips: HeldClips, mel: MelConfig, batch: int, *, seed: int = 0,
                 augmentation: SoundAugmentation | None = None) -> None:
        if len(clips.mels) < batch:
            raise DataError(f"There are {len(clips.mels)} clips to train on, fewer than one batch of {batch}; choose "
                            "a smaller --batch.")
        self.clips, self.mel, self.batch, self.seed = clips, mel, batch, seed
        self.augmentation = augmentation or SoundAugmentation()

    @property
    def batches_per_epoch(self) -> int:
        """Whole batches in the collection."""
        return len(self.clips.mels) // self.batch

    def front_end(self) -> nn.Module:
        """Nothing is left to do: batches carry mel pictures (b, 1, mels, frames)."""
        return nn.Identity()

    def batches(self, start: int = 0) -> Iterator[SoundBatch]:
        """Batches from step ``start`` on, epoch after epoch, without end."""
        epoch, skip = divmod(start, self.batches_per_epoch)
        while True:
            order = np.random.default_rng((self.seed, epoch)).permutation(len(self.clips.mels))
            for number in range(skip, self.batches_per_epoch):
                yield self.read(order[number * self.batch : (number + 1) * self.batch].tolist(), epoch)
            epoch, skip = epoch + 1, 0

    def read(self, rows: list[int], epoch: int) -> SoundBatch:
        """Some clips with the augmentation of ``epoch``."""
        clips, frames, gain = self.clips, self.mel.frames, self.augmentation.gain_db
        span = self.mel.db_ceiling - self.mel.db_floor
        mels, masks, texts, others, has = [], [], [], [], []
        for row in rows:
            draw = generator_for(self.seed, epoch, row)
            whole = clips.mels[row]
            start = int(uniform(draw, 0.0, max(0, whole.shape[1] - frames) + 1))
            piece = whole[:, start : start + frames].float()
            shift = 2 * uniform(draw, -gain, gain) / span
            # -1 is "nothing heard": a gain does not lift silence
            piece = torch.where(piece > -1, piece + shift, piece).clamp(-1, 1)
            mels.append(pad(piece, (0, frames - piece.shape[1]), value=-1.0))
            masks.append(draw_masks(self.augmentation, draw))
            texts.append(clips.text[row, int(uniform(draw, 0, clips.text.shape[1]))])
            other = clips.pool.draw(clips.labels[row], uniform(draw, 0.0, 1.0))
            has.append(bool(clips.has_picture[row]) and other is not None)
            others.append(other if other is not None else torch.zeros(clips.picture.shape[1]))
        number = torch.tensor(rows)
        return SoundBatch(torch.stack(mels)[:, None], mask_tensor(masks), normalize(torch.stack(texts).float(), dim=1),
                          clips.picture[number].float(), torch.stack(others), torch.tensor(has),
                          torch.ones(len(rows), dtype=torch.bool), number)


def pool_of(by_label: dict[str, Tensor]) -> LabelPool:
    """A label pool in memory from unit rows (k, d) per label."""
    rows, parts, first = {}, [], 0
    for label in sorted(by_label):
        if len(by_label[label]):
            rows[label] = (first, len(by_label[label]))
            parts.append(by_label[label])
            first += len(by_label[label])
    return LabelPool(torch.cat(parts) if parts else torch.zeros(0, 1), rows)
