"""Min/max pyramid of a waveform: what the waveform panel draws, fluid for an hour of sound."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from pathlib import Path

import numpy as np

from engine.media.sound_stream import open_sound_stream
from engine.steps import Progress

BASE_SAMPLES = 256  # samples per finest pair
FACTOR = 4  # pairs merged per level


class PeakPyramid:
    """Levels of (n, 2) float32 [min, max]; level k covers ``BASE_SAMPLES · FACTOR**k`` samples per row."""

    def __init__(self, base: np.ndarray, rate: int, total_samples: int) -> None:
        self.rate = rate
        self.total_samples = total_samples
        self.levels: list[np.ndarray] = [base]
        while len(self.levels[-1]) > FACTOR:
            self.levels.append(_merge(self.levels[-1]))

    @property
    def seconds(self) -> float:
        """Length of the sound in seconds."""
        return self.total_samples / self.rate

    def columns(self, start: float, end: float, width: int) -> np.ndarray:
        """(width, 2) float32 [min, max] per pixel column of ``start``–``end`` seconds; 0 outside the sound.

        Never misses a peak: a column covers every pair that touches it.
        """
        out = np.zeros((max(0, width), 2), np.float32)
        if width <= 0 or end <= start:
            return out
        edges = np.linspace(start, end, width + 1) * self.rate
        per_column = (edges[-1] - edges[0]) / width
        level = 0
        while level + 1 < len(self.levels) and BASE_SAMPLES * FACTOR ** (level + 1) <= per_column:
            level += 1
        rows, span = self.levels[level], BASE_SAMPLES * FACTOR**level
        first = np.floor(edges[:-1] / span).astype(np.int64)
        last = np.maximum(np.ceil(edges[1:] / span).astype(np.int64), first + 1)
        inside = (last > 0) & (first < len(rows)) & (edges[1:] > 0) & (edges[:-1] < self.total_samples)
        if inside.any():
            # reduceat over interleaved [first, last) pairs: the even results are the columns.
            pairs = np.stack([np.clip(first, 0, None), np.clip(last, None, len(rows))], axis=1)[inside].ravel()
            padded = np.concatenate([rows[: pairs.max()], rows[-1:]])
            out[inside, 0] = np.minimum.reduceat(padded[:, 0], pairs)[::2]
            out[inside, 1] = np.maximum.reduceat(padded[:, 1], pairs)[::2]
        return out


def peaks_of_samples(samples: np.ndarray, rate: int) -> PeakPyramid:
    """The pyramid of (n,) samples in memory."""
    return PeakPyramid(_pairs([samples]), rate, len(samples))


def peaks_of_file(path: str | Path) -> Generator[Progress, None, PeakPyramid]:
    """Stream a file of any length into a pyramid: yields ``Progress``, returns the ``PeakPyramid``.

    Use ``pyramid = yield from peaks_of_file(path)`` or exhaust it and read ``StopIteration.value``.
    Memory stays at about 8 bytes per 256 samples. Raises ``SoundError``.
    """
    with open_sound_stream(path) as stream:
        expected = max(1, int((stream.declared_seconds or 0) * stream.rate))
        total, told, kept, rest = 0, 0, [], np.empty(0, np.float32)
        for block in stream.blocks():
            total += len(block)
            rest = np.concatenate([rest, block])
            whole = len(rest) // BASE_SAMPLES * BASE_SAMPLES
            if whole >= 64 * BASE_SAMPLES:
                kept.append(_pairs([rest[:whole]]))
                rest = rest[whole:]
            if total - told >= stream.rate * 10:
                told = total
                yield Progress("waveform", min(total, expected), expected)
        if len(rest):
            kept.append(_pairs([rest]))
        return PeakPyramid(np.concatenate(kept), stream.rate, total)


def _pairs(blocks: Iterable[np.ndarray]) -> np.ndarray:
    samples = np.concatenate(list(blocks))
    if len(samples) == 0:
        return np.zeros((0, 2), np.float32)
    starts = np.arange(0, len(samples), BASE_SAMPLES)
    return np.stack([np.minimum.reduceat(samples, starts), np.maximum.reduceat(samples, starts)], axis=1)


def _merge(rows: np.ndarray) -> np.ndarray:
    starts = np.arange(0, len(rows), FACTOR)
    lows, highs = np.minimum.reduceat(rows[:, 0], starts), np.maximum.reduceat(rows[:, 1], starts)
    return np.stack([lows, highs], axis=1)
