"""How much a process's memory grows at most while something runs (Linux)."""

from __future__ import annotations

from pathlib import Path

import pytest

_STATUS = Path("/proc/self/status")


def _kilobytes(field: str) -> int:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(field + ":"))
    return int(line.split()[1])


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
        self._before = _kilobytes("VmRSS")
        return self

    def __exit__(self, *_: object) -> None:
        self.bytes = (_kilobytes("VmHWM") - self._before) * 1024
