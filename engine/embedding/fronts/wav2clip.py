"""Front end of Wav2CLIP: the wave at 16 kHz; the spectrogram is part of the network."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.embedding.fronts.waveform import spread_starts, wave_at
from engine.media.sound import Sound

RATE = 16_000
LONGEST_SECONDS, MOST_WINDOWS = 30, 4
_SHORTEST_SAMPLES = 512  # the centred transform reflects 256 samples


def wav2clip_front(sound: Sound) -> tuple[Tensor, list[tuple[float, float]]]:
    """Sound → ((windows,samples) at 16 kHz, windows heard in seconds).

    The published code hears the whole file at once; so does this up to 30 s. Longer sounds are heard in four
    windows, or an hour would need gigabytes.
    """
    wave = wave_at(sound, RATE)
    if len(wave) < _SHORTEST_SAMPLES:
        wave = F.pad(wave, (0, _SHORTEST_SAMPLES - len(wave)))
    length = min(len(wave), LONGEST_SECONDS * RATE)
    starts = spread_starts(len(wave), length, MOST_WINDOWS)
    heard = [(s / RATE, min((s + length) / RATE, sound.seconds)) for s in starts]
    return torch.stack([wave[s : s + length] for s in starts]), heard
