"""How fast bytes arrive, and how long the rest will take."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

_WINDOW_SECONDS = 5.0


@dataclass(frozen=True)
class DownloadProgress:
    """``done`` of ``total`` bytes (None unknown), recent speed, seconds left (None unknown), from which address."""

    done: int
    total: int | None
    bytes_per_second: float
    seconds_left: float | None
    url: str
    note: str = ""


class SpeedMeter:
    """Average speed over the last few seconds; what was on disk before counts for nothing."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def progress(self, done: int, total: int | None, url: str, note: str = "") -> DownloadProgress:
        """Record that ``done`` bytes are there now and describe the state."""
        now = time.monotonic()
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[0][0] > _WINDOW_SECONDS:
            self._seen.popleft()
        start, first = self._seen[0]
        speed = (done - first) / (now - start) if now > start else 0.0
        left = (total - done) / speed if total is not None and speed > 0 else None
        return DownloadProgress(done, total, speed, left, url, note)
