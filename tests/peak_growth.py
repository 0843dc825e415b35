"""How much a process's memory grows at most while something runs (Linux)."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.peak_memory import peak_memory_mb


class PeakGrowth:
    """``with PeakGrowth() as peak: …`` then ``peak.bytes``. Skips the test where Linux's counters are missing.

    ``getrusage`` would not do: its maximum survives from whatever the process, or its parent, did before.
    """

    bytes = 0

    def __enter__(self) -> PeakGrowth:
        try:
            Path("/proc/self/clear_refs").write_text("5")  # sets the high-water mark back to now
        except OSError:
            pytest.skip("this system does not count peak memory")
        self._before = peak_memory_mb()
        return self

    def __exit__(self, *_: object) -> None:
        self.bytes = round((peak_memory_mb() - self._before) * 1e6)
