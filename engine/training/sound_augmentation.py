"""Augmented views of a sound: SpecAugment on the mel picture, and the little that may be done to its loudness."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class SoundAugmentation:
    """``frequency`` / ``time``: largest masked share of mel rows / frames (paper §4.1: 0.15 / 0.3), drawn uniformly
    from 0; ``masks`` of each kind per view (two, as the published code); ``gain_db``: largest gain jitter.

    Why the gain jitter is small and never given to one view alone: the self-supervised term (Eq. 8) pulls a clip
    and its augmented view together. A view that differs in gain would teach the encoder that loudness does not
    matter, which is exactly the intensity-awareness the term is there for. So one gain is drawn per clip and BOTH
    views get it (it stands for an unknown microphone), and it stays within a few decibels so that "weak rain" and
    "heavy rain" keep their places.
    """

    frequency: float = 0.15
    time: float = 0.3
    masks: int = 2
    gain_db: float = 3.0


def generator_for(seed: int, epoch: int, key: int, purpose: int = 0) -> torch.Generator:
    """A random source that depends on the clip and not on who asks: the same for any number of ranks or workers,
    and after a resume. ``key`` is the clip's number in the data set."""
    mixed = seed * 0x9E3779B97F4A7C15 + epoch * 0xBF58476D1CE4E5B9
    mixed = (mixed + key * 0x94D049BB133111EB + purpose * 0xD6E8FEB86659FD93) & ((1 << 64) - 1)
    # one splitmix64 round: neighbouring keys must not give neighbouring streams
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & ((1 << 64) - 1)
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & ((1 << 64) - 1)
    return torch.Generator().manual_seed((mixed ^ (mixed >> 31)) & ((1 << 63) - 1))


def uniform(generator: torch.Generator, low: float, high: float) -> float:
    """One number from [low, high)."""
    return low + (high - low) * float(torch.rand((), generator=generator))


def jitter_gain(samples: Tensor, augmentation: SoundAugmentation, generator: torch.Generator) -> Tensor:
    """Samples (…, n) times one gain within ±``gain_db``, clamped to ±1. Call once per clip, before cutting views."""
    if not augmentation.gain_db:
        return samples
    decibels = uniform(generator, -augmentation.gain_db, augmentation.gain_db)
    return (samples * 10.0 ** (decibels / 20.0)).clamp(-1.0, 1.0)


@dataclass(frozen=True)
class MaskPlan:
    """Masked spans of one view, as shares of the picture: ``(start, length)`` each. Drawn where the clip is read,
    applied wherever the mel is computed (on the GPU, for a whole batch at once)."""

    rows: tuple[tuple[float, float], ...]
    frames: tuple[tuple[float, float], ...]


def draw_masks(augmentation: SoundAugmentation, generator: torch.Generator) -> MaskPlan:
    """SpecAugment's spans for one view."""

    def spans(largest: float) -> tuple[tuple[float, float], ...]:
        drawn = []
        for _ in range(augmentation.masks):
            length = uniform(generator, 0.0, largest)
            drawn.append((uniform(generator, 0.0, 1.0 - length), length))
        return tuple(drawn)

    return MaskPlan(spans(augmentation.frequency), spans(augmentation.time))


def mask_tensor(plans: list[MaskPlan]) -> Tensor:
    """Plans as numbers (N, 2, masks, 2), float32: axis 1 is rows / frames, the last is start / length."""
    return torch.tensor([[plan.rows, plan.frames] for plan in plans], dtype=torch.float32)


def spec_augment(mel: Tensor, masks: Tensor) -> Tensor:
    """Mel pictures (N, 1, mels, frames) with the spans of ``masks`` (see :func:`mask_tensor`) put to -1 (silence).

    Time warping, which SpecAugment's authors found to matter least, is left out as in the published code.
    """
    masks = masks.to(mel.device)

    def covered(axis: int, size: int) -> Tensor:
        start = torch.floor(masks[:, axis, :, 0] * size)[:, :, None]
        length = torch.floor(masks[:, axis, :, 1] * size)[:, :, None]
        place = torch.arange(size, device=mel.device)[None, None, :]
        return ((place >= start) & (place < start + length)).any(dim=1)

    rows = covered(0, mel.shape[2])[:, None, :, None]
    frames = covered(1, mel.shape[3])[:, None, None, :]
    return mel.masked_fill(rows | frames, -1.0)
