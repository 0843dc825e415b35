"""Zero crossings: where a sound can be cut without a click."""

from __future__ import annotations

import numpy as np


def nearest_zero_crossing(samples: np.ndarray, frame: int) -> int:
    """The frame nearest to ``frame`` at which ``samples`` (n,) change sign or are zero.

    Of the two frames around a sign change the quieter one counts. Without any crossing the frame
    itself is returned.
    """
    if len(samples) == 0:
        return frame
    negative = np.signbit(samples)
    changes = np.flatnonzero(negative[1:] != negative[:-1])
    quieter = np.where(np.abs(samples[changes]) <= np.abs(samples[changes + 1]), changes, changes + 1)
    crossings = np.union1d(quieter, np.flatnonzero(samples == 0))
    if len(crossings) == 0:
        return frame
    return int(crossings[np.argmin(np.abs(crossings - frame))])
