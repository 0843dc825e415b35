"""How much a process's memory grows at most while something runs (Linux)."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.peak_memory import peak_memory_mb


def forget_peak() -> bool:
    """Set this process's largest memory back to what it takes now; False where the system cannot."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True


class PeakGrowth:
    """``with PeakGrowth() as peak: …`` then ``peak.bytes``. Skips the test where Linux's counters are missing.

    ``getrusage`` would not do: its maximum survives from whatever the process, or its parent, did before.
    """

    bytes = 0

    def __enter__(self) -> PeakGrowth:
        if not forget_peak():
            pytest.skip("this system does not count peak memory")
        self._before = peak_memory_mb()
        return self

    def __exit__(self, *_: object) -> None:
        self.bytes = round((peak_memory_mb() - self._before) * 1e6)
