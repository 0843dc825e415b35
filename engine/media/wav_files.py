"""Recorded or mixed sounds as WAV files of 32-bit float: nothing is lost."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from engine.media.atomic_files import write_file


def wav_bytes(samples: np.ndarray, rate: int) -> bytes:
    """(n,) mono samples as a float32 WAV."""
    data = np.ascontiguousarray(samples, "<f4").tobytes()
    fmt = struct.pack("<HHIIHH", 3, 1, rate, rate * 4, 4, 32)  # 3: IEEE float
    fact = struct.pack("<I", len(samples))
    chunks = b"fmt " + struct.pack("<I", len(fmt)) + fmt + b"fact" + struct.pack("<I", 4) + fact
    chunks += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def save_wav(path: str | Path, samples: np.ndarray, rate: int) -> None:
    """Write (n,) mono samples to ``path`` as a float32 WAV, atomically. Raises ``SaveError``."""
    write_file(path, wav_bytes(samples, rate))
