"""A recording as other microphones, in other rooms and over other noises, would have it: waveforms to learn from."""

from __future__ import annotations

import numpy as np

from engine.embedding.second_listener import repeated
from engine.media.sounds import resampled, sound_from_samples
from engine.training.starter.mel_views import uneven_response
from engine.training.starter.synthetic_noise import RATE, background

BACKGROUNDS, OVER_BACKGROUND = 30, 0.35
FAINTEST_DB = 24.0


def varied_waveform(samples: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """A window of ``count`` samples, stretched in time and pitch, as another microphone in another room has it."""
    rate = rng.uniform(0.85, 1.18)
    taken = int(count * rate) + 1
    whole = repeated(samples, taken)
    start = int(rng.integers(0, len(whole) - taken + 1))
    window = np.interp(np.arange(count) * rate, np.arange(taken), whole[start : start + taken])
    spectrum = np.fft.rfft(window)
    curve = uneven_response(np.log1p(np.linspace(0, 60, len(spectrum))) / np.log(61), rng)
    return np.asarray(np.fft.irfft(spectrum * 10 ** (curve / 20), count), np.float32)


def made_at(samples: np.ndarray, rate: int) -> np.ndarray:
    """Synthesised samples, which have ``RATE``, at another rate in Hz."""
    return resampled(sound_from_samples(samples, RATE), rate).samples


class Backgrounds:
    """Synthesised noises at ``rate`` Hz to lay behind windows of ``count`` samples."""

    def __init__(self, rate: int, count: int) -> None:
        self._noises = [made_at(background(np.random.default_rng((19, k))), rate) for k in range(BACKGROUNDS)]
        self._count = count

    def over(self, samples: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """The window over a noise as loud as itself, or up to ``FAINTEST_DB`` fainter."""
        noise = varied_waveform(self._noises[int(rng.integers(BACKGROUNDS))], self._count, rng)
        level = np.sqrt(np.mean(samples**2) / (np.mean(noise**2) + 1e-12))
        return np.asarray(samples + noise * level * 10 ** (-rng.uniform(0, FAINTEST_DB) / 20), np.float32)

    def views(self, samples: np.ndarray, number: int, rng: np.random.Generator) -> list[np.ndarray]:
        """So many varied windows of a recording, some of them over a noise."""
        varied = [varied_waveform(samples, self._count, rng) for _ in range(number)]
        return [self.over(view, rng) if rng.random() < OVER_BACKGROUND else view for view in varied]
