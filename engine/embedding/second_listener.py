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
from engine.networks.soundnet import SOUNDNET_RATE, SoundNetListener


def repeated(samples: np.ndarray, count: int) -> np.ndarray:
    """A clip shorter than ``count`` samples, again and again until it is as long."""
    return samples if len(samples) >= count else np.resize(samples, count)


def second_opinion(listener: SoundNetListener, seconds: float) -> Callable[[Sound], Tensor]:
    """A function sound → odds (labels,) that sum to 1, from the same windows of ``seconds`` as the first listener's."""

    @torch.no_grad()
    def odds(sound: Sound) -> Tensor:
        device = listener.head.weight.device
        window = round(seconds * sound.rate)
        pieces = [repeated(sound.samples[s : s + window], window) for s in sound_windows(len(sound.samples), window)]
        # An hour of sound is resampled only where it is listened to.
        heard = np.stack([resampled(replace(sound, samples=piece), SOUNDNET_RATE).samples for piece in pieces])
        return torch.softmax(listener(torch.from_numpy(heard).float().to(device)).mean(0), dim=0)

    return odds
