"""How long an edit will take, from how long its last steps took."""

from __future__ import annotations

SMOOTHING = 0.2


class TimeLeft:
    """Smoothed seconds per step; forgives a slow first step."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._per_step: float | None = None

    def after(self, done: int, total: int, now: float) -> float | None:
        """Seconds left after ``done`` of ``total`` steps at the time ``now``; None before it can be known."""
        if self._last is not None:
            took = now - self._last
            self._per_step = took if self._per_step is None else (1 - SMOOTHING) * self._per_step + SMOOTHING * took
        self._last = now
        return None if self._per_step is None else max(0.0, (total - done) * self._per_step)
