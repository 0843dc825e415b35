"""The sound value: one mono signal as the engine hears it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, eq=False)
class Sound:
    """A sound. ``samples`` (n,) float32 mono within ±1; ``rate`` in Hz; ``sha256`` of the file's bytes."""

    samples: np.ndarray
    rate: int
    sha256: str
    name: str
    path: Path | None = None

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate


def sound_from_samples(samples: np.ndarray, rate: int, name: str = "sound") -> Sound:
    """Wrap (n,) samples without a file; clamped to ±1; identified by the sha256 of rate and values."""
    clean = np.clip(np.asarray(samples, np.float32), -1.0, 1.0)
    digest = hashlib.sha256(f"{rate}".encode() + clean.tobytes()).hexdigest()
    return Sound(clean, int(rate), digest, name)
