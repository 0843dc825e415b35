"""A loaded sound that can be looked at and read anywhere, whether it lasts a second or an hour. Qt-free."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from engine.media.sounds import PeakPyramid, open_sound_stream, peaks_of_samples

_CHUNK = 1 << 15  # samples: a multiple of the pyramid's base, so that chunks join without a seam
_FULL_SCALE = np.float32(32767)
_CLOSE_UP = 512  # samples per column below which the samples themselves are drawn


class Track:
    """Mono samples, kept in a temporary file as 16-bit numbers and mapped into memory.

    Sixteen bits are enough to look at and to listen to; the engine decodes the original again. An
    hour at 48 kHz takes 346 MB of disk and next to no memory.
    """

    def __init__(self, samples: np.ndarray, peaks: PeakPyramid) -> None:
        self._samples = samples
        self._peaks = peaks

    @property
    def rate(self) -> int:
        """Samples per second (Hz)."""
        return self._peaks.rate

    @property
    def frames(self) -> int:
        """How many samples."""
        return len(self._samples)

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.frames / self.rate

    def read(self, start: int, count: int) -> np.ndarray:
        """At most ``count`` float32 samples (m,) in ±1 from frame ``start`` (fewer past the end)."""
        return self._samples[max(0, start) : max(0, start + count)].astype(np.float32) / _FULL_SCALE

    def envelope(self, start: float, end: float, columns: int) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest sample, float32 (columns,) each, of equal slices of [start, end] seconds."""
        if (end - start) * self.rate / columns > _CLOSE_UP:
            pairs = self._peaks.columns(start, end, columns)
            return pairs[:, 0], pairs[:, 1]
        edges = np.linspace(start * self.rate, end * self.rate, columns + 1).astype(int)
        samples = self.read(edges[0], edges[-1] - edges[0] + 1)
        if len(samples) == 0:
            return np.zeros(columns, np.float32), np.zeros(columns, np.float32)
        firsts = np.minimum(edges[:-1] - edges[0], len(samples) - 1)
        return np.minimum.reduceat(samples, firsts), np.maximum.reduceat(samples, firsts)

    def peak(self, start: float, end: float) -> float:
        """The largest magnitude within [start, end] seconds."""
        low, high = self.envelope(start, end, 1)
        return float(max(-low[0], high[0]))


def load_track(path: Path, progress: Callable[[float], None] = lambda share: None) -> Track:
    """Decode any sound file block by block; ``progress`` hears shares 0…1. Raises ``SoundError``."""
    base: list[np.ndarray] = []
    frames = 0
    # The map keeps the nameless file alive after it is closed, and the disk is free again when the track goes.
    with tempfile.TemporaryFile(prefix="sgim-track-") as file, open_sound_stream(path) as stream:
        expected = max(1.0, (stream.declared_seconds or 0.0) * stream.rate)
        for chunk in _chunks(stream.blocks()):
            np.rint(chunk * _FULL_SCALE).astype(np.int16).tofile(file)
            base.append(peaks_of_samples(chunk, stream.rate).levels[0])
            frames += len(chunk)
            progress(min(1.0, frames / expected))
        file.flush()
        samples = np.memmap(file, dtype=np.int16, mode="r", shape=(frames,))
        return Track(samples, PeakPyramid(np.concatenate(base), stream.rate, frames))


def _chunks(blocks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    waiting: list[np.ndarray] = []
    count = 0
    for block in blocks:
        waiting.append(block)
        count += len(block)
        if count >= _CHUNK:
            joined = np.concatenate(waiting)
            whole = count // _CHUNK * _CHUNK
            yield joined[:whole]
            waiting, count = [joined[whole:]], count - whole
    if count:
        yield np.concatenate(waiting)
