"""A ring of samples between an audio callback and everybody else."""

from __future__ import annotations

import numpy as np


class RingBuffer:
    """Mono float32 samples, one writer and one reader, no lock.

    The audio callback must never wait, so each side only ever moves its own counter: the writer
    ``_written``, the reader ``_read`` (both count samples since the start and never wrap).
    """

    def __init__(self, capacity: int) -> None:
        self._samples = np.zeros(capacity, np.float32)
        self._written = 0
        self._read = 0

    @property
    def capacity(self) -> int:
        """How many samples fit."""
        return len(self._samples)

    @property
    def filled(self) -> int:
        """How many samples wait to be read."""
        return self._written - self._read

    @property
    def free(self) -> int:
        """How many samples can be written without losing any."""
        return self.capacity - self.filled

    def write(self, samples: np.ndarray) -> int:
        """Append samples (n,); return how many fitted (the rest is not written)."""
        count = min(len(samples), self.free)
        at = self._written % self.capacity
        first = min(count, self.capacity - at)
        self._samples[at : at + first] = samples[:first]
        self._samples[: count - first] = samples[first:count]
        self._written += count  # last, so that the reader never sees samples that are not there yet
        return count

    def read(self, count: int) -> np.ndarray:
        """Take at most ``count`` samples: a copy (m,) with m <= count."""
        count = min(count, self.filled)
        at = self._read % self.capacity
        first = min(count, self.capacity - at)
        taken = np.concatenate([self._samples[at : at + first], self._samples[: count - first]])
        self._read += count
        return taken

    def read_into(self, target: np.ndarray) -> int:
        """Fill ``target`` (n,) as far as samples are there; return how many were."""
        taken = self.read(len(target))
        target[: len(taken)] = taken
        return len(taken)
