"""The spectrogram of what is in view: mel bands over time, as the sound encoder roughly sees it. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sgim_desktop.waveform.track import Track

BANDS = 96
FLOOR_DB = -90.0
CEILING_DB = 0.0
_WINDOW = 2048  # samples: 46 ms at 44.1 kHz
_AT_ONCE = 128  # columns transformed together: bounds the memory


@dataclass(frozen=True)
class SpectrogramPicture:
    """``levels_db`` (BANDS, columns) float32, row 0 the lowest band; dB relative to a full-scale sine."""

    start: float
    end: float
    levels_db: np.ndarray
    floor_db: float = FLOOR_DB
    ceiling_db: float = CEILING_DB


def mel_bands(rate: int, bands: int = BANDS, window: int = _WINDOW) -> np.ndarray:
    """Triangular weights (bands, window // 2 + 1) of equal steps on the mel scale, 30 Hz to half the rate.

    Low bands can be narrower than one bin of the transform: each takes at least its nearest bin.
    """
    edges = 700 * (10 ** (np.linspace(_mel(30.0), _mel(rate / 2), bands + 2) / 2595) - 1)
    bins = np.linspace(0, rate / 2, window // 2 + 1)
    rising = (bins[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins[None]) / (edges[2:] - edges[1:-1])[:, None]
    weights = np.maximum(0, np.minimum(rising, falling))
    nearest = np.abs(bins[None] - edges[1:-1, None]).argmin(axis=1)
    weights[np.arange(bands), nearest] = np.maximum(weights[np.arange(bands), nearest], 1e-3)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def spectrogram(track: Track, start: float, end: float, columns: int, gain: float = 1.0) -> SpectrogramPicture:
    """``columns`` windows spread evenly over [start, end] seconds: the cost does not grow with the length."""
    weights = mel_bands(track.rate)
    taper = np.hanning(_WINDOW).astype(np.float32)
    full_scale = np.float32((taper.sum() / 2) ** 2)
    centres = ((start + (np.arange(columns) + 0.5) * (end - start) / columns) * track.rate).astype(int)
    levels = np.empty((BANDS, columns), np.float32)
    for first in range(0, columns, _AT_ONCE):
        chosen = centres[first : first + _AT_ONCE]
        windows = np.stack([_window_at(track, centre) for centre in chosen]) * (taper * np.float32(gain))
        power = np.square(np.abs(np.fft.rfft(windows, axis=1))).astype(np.float32) / full_scale
        levels[:, first : first + len(chosen)] = 10 * np.log10(np.maximum(weights @ power.T, 1e-12))
    return SpectrogramPicture(start, end, levels)


def _window_at(track: Track, centre: int) -> np.ndarray:
    first = max(0, centre - _WINDOW // 2)
    samples = track.read(first, _WINDOW)
    return samples if len(samples) == _WINDOW else np.pad(samples, (0, _WINDOW - len(samples)))


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))
