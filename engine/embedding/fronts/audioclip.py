"""Front end of AudioCLIP: the wave at 44.1 kHz in the range of 16-bit integers; the rest is in the network."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.embedding.fronts.waveform import spread_starts, wave_at
from engine.media.sound import Sound

RATE = 44_100
LONGEST_SECONDS, MOST_WINDOWS = 10, 4
_SHORTEST_SECONDS = 1


def audioclip_front(sound: Sound) -> tuple[Tensor, list[tuple[float, float]]]:
    """Sound → ((windows,1,samples) in -32768..32767, windows heard in seconds).

    Heard whole up to 10 s (its training clips had 5), in at most four windows beyond that; sounds below one
    second are padded with silence, since the network halves time five times.
    """
    wave = wave_at(sound, RATE) * 32768.0
    if len(wave) < _SHORTEST_SECONDS * RATE:
        wave = F.pad(wave, (0, _SHORTEST_SECONDS * RATE - len(wave)))
    length = min(len(wave), LONGEST_SECONDS * RATE)
    starts = spread_starts(len(wave), length, MOST_WINDOWS)
    heard = [(s / RATE, min((s + length) / RATE, sound.seconds)) for s in starts]
    return torch.stack([wave[None, s : s + length] for s in starts]), heard
