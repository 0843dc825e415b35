"""Shards → batches: any rank, any worker count and any resume see the same clips with the same augmentation."""

from __future__ import annotations

import os
import queue
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from engine.embedding.mel import LogMel, MelConfig
from engine.errors import DataError
from engine.training.feature_cache import LabelPool, ShardFeatures
from engine.training.shard_format import ShardClip, ShardList, index_of
from engine.training.sound_augmentation import (
    MaskPlan,
    SoundAugmentation,
    draw_masks,
    generator_for,
    jitter_gain,
    mask_tensor,
    uniform,
)

NAMES_KEPT = 1000
"""Names of unreadable clips in memory; counting never stops."""


@dataclass(frozen=True)
class SoundBatch:
    """``samples`` (b, n) ±1, or whatever the stream's front end takes; ``masks`` of the augmented view, see
    `mask_tensor`; frozen features ``text``, ``picture``, ``resampled`` (b, d) unit rows; ``has_picture``, ``valid``
    (b,) bool (False: unreadable clip, left out of the loss); ``number`` (b,) of each clip in the data set."""

    samples: Tensor
    masks: Tensor
    text: Tensor
    picture: Tensor
    resampled: Tensor
    has_picture: Tensor
    valid: Tensor
    number: Tensor

    def to(self, device: torch.device | str) -> SoundBatch:
        """The same batch on another device."""
        return SoundBatch(*(getattr(self, f.name).to(device, non_blocking=True) for f in fields(self)))

    def part(self, rows: slice) -> SoundBatch:
        """Some of its rows."""
        return SoundBatch(*(getattr(self, f.name)[rows] for f in fields(self)))


class ShardStream:
    """Batches of a shard folder with cached features.

    ``batch`` is the GLOBAL batch; rank r of ``world`` gets its r-th contiguous part. The order of an epoch depends
    on ``seed`` and the epoch alone: shards are permuted, and clips among ``mixed_shards`` neighbouring shards, so
    memory does not grow with the collection. The incomplete last batch of an epoch is left out.
    """

    def __init__(self, folder: str | Path, mel: MelConfig, batch: int, *, seed: int = 0, rank: int = 0, world: int = 1,
                 augmentation: SoundAugmentation | None = None, mixed_shards: int = 8) -> None:
        self.folder, self.mel, self.batch, self.seed = Path(folder), mel, batch, seed
        self.rank, self.world = rank, world
        self.augmentation = augmentation or SoundAugmentation()
        self.mixed_shards = mixed_shards
        self.list = ShardList.load(self.folder)
        if self.list.rate != mel.sample_rate:
            raise DataError(f"The shards in {folder} are at {self.list.rate} Hz and the sound encoder listens at "
                            f"{mel.sample_rate} Hz; make them again with --rate {mel.sample_rate}.")
        if batch % world:
            raise DataError(f"A batch of {batch} cannot be shared by {world} ranks; choose a multiple of {world}.")
        if self.list.total < batch:
            raise DataError(f"{folder} holds {self.list.total} clips, fewer than one batch of {batch}; "
                            "choose a smaller --batch.")
        self.first = np.concatenate([[0], np.cumsum(self.list.clips)])
        self.pool = LabelPool.load(self.folder)
        self.unreadable = 0
        self.unreadable_names: dict[str, str] = {}
        self._open: OrderedDict[int, tuple[int, list[ShardClip], ShardFeatures]] = OrderedDict()

    @property
    def batches_per_epoch(self) -> int:
        """Whole global batches in the collection."""
        return int(self.list.total // self.batch)

    def front_end(self) -> nn.Module:
        """What makes a batch's ``samples`` mel pictures."""
        return LogMel(self.mel)

    def order(self, epoch: int) -> Iterator[tuple[int, int]]:
        """(shard, clip in shard) of an epoch in its global order, lazily."""
        source = np.random.default_rng((self.seed, epoch))
        shards = source.permutation(len(self.list.shards))
        for at in range(0, len(shards), self.mixed_shards):
            group = shards[at : at + self.mixed_shards]
            pairs = np.concatenate([np.stack([np.full(self.list.clips[s], s), np.arange(self.list.clips[s])], 1)
                                    for s in group])
            source.shuffle(pairs)
            yield from ((int(a), int(b)) for a, b in pairs)

    def _shard(self, number: int) -> tuple[int, list[ShardClip], ShardFeatures]:
        """Open file, index and features of a shard; the least recently used beyond what is mixed are let go."""
        if number not in self._open:
            tar = self.folder / self.list.shards[number]
            try:
                handle = os.open(tar, os.O_RDONLY)
            except OSError as error:
                raise DataError(f"{tar} cannot be opened; restore it, or make the shards again.", error) from error
            self._open[number] = (handle, index_of(tar), ShardFeatures.load(tar))
            while len(self._open) > self.mixed_shards + 1:
                os.close(self._open.popitem(last=False)[1][0])
        self._open.move_to_end(number)
        return self._open[number]

    def close(self) -> None:
        """Close the open shards."""
        while self._open:
            os.close(self._open.popitem()[1][0])

    def batches(self, start: int = 0) -> Iterator[SoundBatch]:
        """This rank's part of every global batch from step ``start`` on, epoch after epoch, without end."""
        per_epoch, share = self.batches_per_epoch, self.batch // self.world
        epoch, skip = divmod(start, per_epoch)
        while True:
            chosen: list[tuple[int, int]] = []
            for place, pair in enumerate(self.order(epoch)):
                number, within = divmod(place, self.batch)
                if number >= per_epoch:
                    break
                if number >= skip and self.rank * share <= within < (self.rank + 1) * share:
                    chosen.append(pair)
                if within == self.batch - 1 and number >= skip:
                    yield self.read(chosen, epoch)
                    chosen = []
            epoch, skip = epoch + 1, 0

    def read(self, pairs: list[tuple[int, int]], epoch: int) -> SoundBatch:
        """Read clips with the augmentation of ``epoch``."""
        size = self.mel.window_samples
        samples = torch.zeros(len(pairs), size)
        valid = torch.ones(len(pairs), dtype=torch.bool)
        numbers = [int(self.first[s]) + c for s, c in pairs]
        texts, pictures, others, has, masks = [], [], [], [], []
        for row, ((shard, place), number) in enumerate(zip(pairs, numbers, strict=True)):
            handle, clips, features = self._shard(shard)
            clip, draw = clips[place], generator_for(self.seed, epoch, number)
            start = int(uniform(draw, 0.0, max(0, clip.samples - size) + 1))
            data = os.pread(handle, 2 * min(size, clip.samples), clip.offset + 2 * start)
            if len(data) < 2 or len(data) < 2 * min(size, clip.samples - start):  # empty, or the tar is cut off
                valid[row] = False
                self.unreadable += 1
                if len(self.unreadable_names) < NAMES_KEPT:
                    self.unreadable_names[f"{self.list.shards[shard]}: {clip.key}"] = "empty or cut off"
            else:
                sound = torch.from_numpy(np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float32) / 32767.0)
                samples[row, : len(sound)] = jitter_gain(sound, self.augmentation, draw)
            masks.append(draw_masks(self.augmentation, draw))
            text, picture, other = self._features(clip, features, place, draw)
            texts.append(text)
            pictures.append(picture if picture is not None else torch.zeros_like(text))
            others.append(other if other is not None else torch.zeros_like(text))
            has.append(picture is not None and other is not None)
        return SoundBatch(samples, mask_tensor(masks) if self.augmentation.masks else _no_masks(len(pairs)),
                          torch.stack(texts), torch.stack(pictures), torch.stack(others), torch.tensor(has), valid,
                          torch.tensor(numbers))

    def _features(self, clip: ShardClip, features: ShardFeatures, place: int, draw: torch.Generator
                  ) -> tuple[Tensor, Tensor | None, Tensor | None]:
        """Text, own picture, re-sampled picture of a clip (Eq. 1, 6, 9)."""
        variants = features.text.shape[1]
        text = features.text[int(features.text_row[place]), int(uniform(draw, 0, variants))]
        other = self.pool.draw(clip.label, uniform(draw, 0.0, 1.0))
        if features.has_picture[place]:
            picture: Tensor | None = normalize(features.picture[place].float(), dim=0)
        else:
            # no frame of its own: one picture of its label stands in, always the same one, as a frame would be
            picture = self.pool.draw(clip.label, zlib.crc32(clip.key.encode()) / 2**32)
        return normalize(text.float(), dim=0), picture, other


def _no_masks(count: int) -> Tensor:
    return mask_tensor([MaskPlan(((0.0, 0.0),), ((0.0, 0.0),))] * count)


def read_ahead(batches: Iterator[SoundBatch], held: int = 2) -> Iterator[SoundBatch]:
    """The same batches, read by a thread while the network works; an error there is raised here."""
    waiting: queue.Queue[SoundBatch | BaseException] = queue.Queue(held)
    stopped = threading.Event()

    def fetch() -> None:
        try:
            for batch in batches:
                while not stopped.is_set():
                    try:
                        waiting.put(batch, timeout=0.1)
                        break
                    except queue.Full:
                        continue
                if stopped.is_set():
                    return
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that can tell the artist
            waiting.put(error)

    thread = threading.Thread(target=fetch, name="read-ahead", daemon=True)
    thread.start()
    try:
        while True:
            item = waiting.get()
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        thread.join(timeout=10)
