"""What synthesised sounds are made of: noises, slow curves, rooms and levels. Mono, ``SECONDS`` at ``RATE``."""

from __future__ import annotations

import numpy as np
from scipy.signal import butter, fftconvolve, sosfilt

RATE = 32_000
SECONDS = 6.0
N = int(RATE * SECONDS)


def unit(x: np.ndarray) -> np.ndarray:
    """Scaled to unit spread."""
    return np.asarray(x / (x.std() + 1e-9))


def noise(rng: np.random.Generator, low: float, high: float, count: int = N) -> np.ndarray:
    """Noise of unit spread between ``low`` and ``high`` Hz."""
    sos = butter(2, [low, min(high, RATE / 2 - 100)], "bandpass", fs=RATE, output="sos")
    return unit(sosfilt(sos, rng.standard_normal(count)))


def slow(rng: np.random.Generator, per_second: float, low: float, high: float) -> np.ndarray:
    """A slowly wandering curve between ``low`` and ``high``."""
    knots = rng.uniform(low, high, max(2, int(SECONDS * per_second) + 2))
    return np.interp(np.linspace(0, len(knots) - 1, N), np.arange(len(knots)), knots)


def coloured(rng: np.random.Generator, slope: float, peak: float = 20.0, rise: float = 0.0) -> np.ndarray:
    """Noise of unit spread whose power falls as 1/f^``slope`` above ``peak`` Hz and rises as f^``rise`` up to it."""
    frequency = np.fft.rfftfreq(N, 1 / RATE)
    spectrum = np.fft.rfft(rng.standard_normal(N)) * np.maximum(frequency, peak) ** (-slope / 2)
    return unit(np.fft.irfft(spectrum * np.minimum(frequency / peak, 1) ** (rise / 2), N))


def far(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As heard among walls or trees: a decaying tail of 0.03 to 0.5 s, of unit spread."""
    count = int(RATE * rng.uniform(0.03, 0.5))
    tail = rng.standard_normal(count) * np.exp(-np.linspace(0, 6, count))
    tail[0] += rng.uniform(0, 6)
    return unit(fftconvolve(x, tail)[: len(x)])


def outdoors(x: np.ndarray, rng: np.random.Generator, quiet: float, loud: float) -> np.ndarray:
    """Something over the hiss of the recorder, leaves and far roads, which are ``quiet`` to ``loud`` dB beside it."""
    behind = coloured(rng, rng.uniform(0.2, 2.2)) * slow(rng, 0.7, 0.6, 1.0)
    return np.asarray(unit(x) + behind * 10 ** (rng.uniform(quiet, loud) / 20))


def levelled(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """At a random RMS between −48 and −14 dB."""
    level = 10 ** (rng.uniform(-48, -14) / 20)
    return np.clip(x / (np.sqrt(np.mean(x**2)) + 1e-9) * level, -1, 1).astype(np.float32)


def background(rng: np.random.Generator) -> np.ndarray:
    """What a field recording has behind its animal: the hiss of the recorder, leaves, a far road. Mono, RMS 0.1."""
    out = coloured(rng, rng.uniform(0.3, 2.2)) * slow(rng, rng.uniform(0.3, 2.0), 0.6, 1.0)
    return np.asarray(0.1 * out / out.std(), np.float32)
