"""Which windows of a clip the sound encoder hears, without importing the encoder. Qt-free."""

from __future__ import annotations

import math

DEFAULT_WINDOW_SECONDS = 5.12  # engine.embedding.mel.MelConfig; a pack's manifest may say otherwise


def heard_windows(start: float, end: float, window: float = DEFAULT_WINDOW_SECONDS) -> list[tuple[float, float]]:
    """Seconds of the file, evenly spread over [start, end] as ``engine.embedding.mel.window_starts`` does it.

    A trim shorter than one window is heard whole (the rest of the window is silence).
    """
    spare = end - start - window
    if spare <= 0:
        return [(start, end)]
    count = math.ceil(spare / window) + 1
    firsts = [start + i * spare / (count - 1) for i in range(count)]
    return [(first, first + window) for first in firsts]
