"""The peak that a report states is the program's own."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from engine.peak_memory import peak_memory_mb


def test_a_small_program_started_by_a_large_one_is_small() -> None:
    large = np.ones(100_000_000)
    code = "from engine.peak_memory import peak_memory_mb; print(peak_memory_mb())"
    small = float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
    assert large.nbytes / 1e6 < peak_memory_mb() and 5 < small < 200
