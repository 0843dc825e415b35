"""Which parts of a long clip are heard."""

from __future__ import annotations

import numpy as np

MAX_WINDOWS = 8


def sound_windows(samples: int, window: int) -> list[int]:
    """Starts of the windows of ``window`` samples that are heard in a clip of ``samples``: half overlapping, at most
    ``MAX_WINDOWS``, evenly spread."""
    if samples <= window:
        return [0]
    count = min(MAX_WINDOWS, 1 + int(np.ceil((samples - window) / (window / 2))))
    return [int(round(s)) for s in np.linspace(0, samples - window, count)]
