"""What a pack's second listener makes of a clip: odds over the labels that were learnt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from engine.embedding.windows import sound_windows
from engine.media.sound import Sound
from engine.media.sounds import resampled
from engine.networks.second_listener import SecondListener
from engine.networks.soundnet import SOUNDNET_RATE

SPEEDS = (0.93, 1.0, 1.08)
"""A sound is listened to a little slower, as it is, and a little faster: what it is does not depend on it."""


def repeated(samples: np.ndarray, count: int) -> np.ndarray:
    """A clip shorter than ``count`` samples, again and again until it is as long."""
    return samples if len(samples) >= count else np.resize(samples, count)


def second_opinion(listener: SecondListener, seconds: float) -> Callable[[Sound], Tensor]:
    """A function sound → odds (labels,) that sum to 1, from the same windows of ``seconds`` as the first listener's,
    each at all ``SPEEDS``."""

    @torch.no_grad()
    def odds(sound: Sound) -> Tensor:
        device = listener.head.weight.device
        said = []
        for speed in SPEEDS:
            played = replace(sound, rate=round(sound.rate * speed))
            window = round(seconds * played.rate)
            starts = sound_windows(len(played.samples), window)
            pieces = [repeated(played.samples[start : start + window], window) for start in starts]
            # An hour of sound is resampled only where it is listened to.
            heard = np.stack([resampled(replace(played, samples=piece), SOUNDNET_RATE).samples for piece in pieces])
            said.append(listener(torch.from_numpy(heard).float().to(device)))
        return torch.stack(said).mean(0)

    return odds
