"""The time ruler above the waveform."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg

from sgim_desktop.local_numbers import filled

_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)


def clock(seconds: float, digits: int = 0) -> str:
    """Seconds as ``m:ss`` or ``h:mm:ss``, with ``digits`` decimals."""
    ticks = round(max(0.0, seconds) * 10**digits)
    whole, fraction = divmod(ticks, 10**digits)
    hours, rest = divmod(whole, 3600)
    minutes, rest = divmod(rest, 60)
    width = digits + 3 if digits else 2
    last = f":{{2:0{width}.{digits}f}}"
    text = "{0}:{1:02d}" if hours else "{1}"
    return filled(text + last, hours, minutes, rest + fraction / 10**digits)


class TimeRuler(pg.AxisItem):
    """Ticks at round times: milliseconds up close, hours from afar."""

    def __init__(self) -> None:
        super().__init__("top")
        self.setHeight(24)

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """The smallest round step that leaves at least 80 pixels to each label."""
        wanted = (maxVal - minVal) * 80 / max(size, 1)
        step = next((s for s in _STEPS if s >= wanted), _STEPS[-1])
        return [(step, 0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Clock times with as many decimals as the step needs."""
        digits = 0 if spacing >= 1 else 1 if spacing >= 0.1 else 2 if spacing >= 0.01 else 3
        return [clock(value, digits) for value in values]

    def restyle(self, ink: Any) -> None:
        """Take the palette's colour."""
        self.setPen(pg.mkPen(ink))
        self.setTextPen(pg.mkPen(ink))
