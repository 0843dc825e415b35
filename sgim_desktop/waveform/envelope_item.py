"""The drawn shape of the sound: one vertical stroke per column from its lowest to its highest sample."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

_CAP = 0.08  # height of the warning colour where a column is cut off


class EnvelopeItem(pg.ItemGroup):
    """Two curves: what fits into ±1, and, in the warning colour, where columns clip."""

    def __init__(self) -> None:
        super().__init__()
        self._within = pg.PlotCurveItem(connect="pairs", antialias=False)
        self._clipped = pg.PlotCurveItem(connect="pairs", antialias=False)
        self.addItem(self._within)
        self.addItem(self._clipped)

    def restyle(self, sound: QColor, clipping: QColor) -> None:
        """Take the palette's colours."""
        self._within.setPen(pg.mkPen(sound, width=1))
        self._clipped.setPen(pg.mkPen(clipping, width=2))

    def show_columns(self, times: np.ndarray, low: np.ndarray, high: np.ndarray, gain: float) -> None:
        """Draw columns at ``times`` (n,) seconds; ``low`` and ``high`` (n,) in ±1, times ``gain`` (linear)."""
        low, high = low * gain, high * gain
        # A column as flat as its neighbour would vanish; a hair of height keeps silence visible.
        flat = (high - low) < 0.006
        low, high = np.where(flat, low - 0.003, low), np.where(flat, high + 0.003, high)
        self._draw(self._within, times, np.clip(low, -1, 1), np.clip(high, -1, 1))
        over, under = high > 1.003, low < -1.003
        tops, bottoms = np.ones(over.sum()), -np.ones(under.sum())
        self._draw(
            self._clipped,
            np.concatenate([times[over], times[under]]),
            np.concatenate([tops - _CAP, bottoms]),
            np.concatenate([tops, bottoms + _CAP]),
        )

    def clear_columns(self) -> None:
        """Draw nothing."""
        self._within.setData([], [])
        self._clipped.setData([], [])

    @staticmethod
    def _draw(curve: pg.PlotCurveItem, times: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        curve.setData(np.repeat(times, 2), np.stack([low, high], axis=1).ravel())
