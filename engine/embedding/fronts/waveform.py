"""What the published front ends share: a wave at the network's rate, and the choice of windows."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torchaudio.functional import resample

from engine.media.clips import resampled
from engine.media.sound import Sound

# librosa's "kaiser_best", with which the published files were read (torchaudio's documented equivalent).
_KAISER_BEST: dict[str, object] = {
    "lowpass_filter_width": 64,
    "rolloff": 0.9475937167399596,
    "resampling_method": "sinc_interp_kaiser",
    "beta": 14.769656459379492,
}
# torchaudio makes one filter per output phase: for rates without a common divisor that would fill the memory.
_MOST_FILTER_CELLS = 4_000_000


def wave_at(sound: Sound, rate: int, kaiser: bool = True) -> Tensor:
    """The samples of ``sound`` at ``rate`` Hz, (n,) float32; ``kaiser=False`` takes torchaudio's default filter."""
    if sound.rate == rate:
        return torch.from_numpy(sound.samples).to(torch.float32)
    divisor = math.gcd(sound.rate, rate)
    if (sound.rate // divisor) * (rate // divisor) > _MOST_FILTER_CELLS:
        return torch.from_numpy(resampled(sound, rate).samples).to(torch.float32)
    samples = torch.from_numpy(sound.samples).to(torch.float32)
    return resample(samples, sound.rate, rate, **(_KAISER_BEST if kaiser else {}))  # type: ignore[arg-type]


def spread_starts(total: int, length: int, most: int) -> list[int]:
    """Starts of at most ``most`` windows of ``length`` that cover 0..``total`` as evenly as they can.

    One window from 0 where it holds everything. Deterministic: the published code draws a random one.
    """
    if total <= length:
        return [0]
    count = min(most, math.ceil(total / length))
    if count == 1:
        return [0]
    return [round(i * (total - length) / (count - 1)) for i in range(count)]
