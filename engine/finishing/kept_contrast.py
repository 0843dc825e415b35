"""Contrast that an edit leaves in a picture: snow is bright, and what stands in it is dark against it.

The scenes' generator draws snow as one bright haze, flatter than photographs so bright are. Such an edit is given more
contrast, as a photographer sets a black point in a photograph of snow.
"""

from __future__ import annotations

import numpy as np

from engine.finishing.kept_light import LUMINANCE, relit

LEAST_SPREAD = 0.12
"""The standard deviation that the luminance of a bright edit is to have. Of 254 training photographs brighter than 0.6
in the mean, nine in ten have 0.115 or more; of edits into snow, hardly one had."""
BRIGHT_FROM, BRIGHT = 0.5, 0.6
"""Between these means of luminance, the least spread grows from nothing to all of it: darker edits (rain, night) may be
flat, and nothing jumps while an edit grows."""
STRONGEST, HALVINGS = 6.0, 12
ENDS = 1e-3


def with_contrast(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, float]:
    """``after`` float32 (h, w, 3) sRGB in [0, 1], stretched about its middle until its luminance spreads as a bright
    photograph's does, or as that of ``before`` if it is flatter; and by how much it was stretched there, 1 … 6.

    Stretched are the log-odds of luminance, so that nothing clips.
    """
    light = np.clip(after @ LUMINANCE, ENDS, 1 - ENDS)
    share = float(np.clip((light.mean() - BRIGHT_FROM) / (BRIGHT - BRIGHT_FROM), 0, 1))
    wanted = min(LEAST_SPREAD * share, float((before @ LUMINANCE).std()))
    if float(light.std()) >= wanted:
        return after, 1.0
    odds = np.log(light / (1 - light))
    middle = odds.mean()

    def stretched(by: float) -> np.ndarray:
        return np.asarray(1 / (1 + np.exp(-(middle + (odds - middle) * by))), np.float32)

    low, high = 1.0, STRONGEST
    for _ in range(HALVINGS):
        by = (low + high) / 2
        low, high = (by, high) if float(stretched(by).std()) < wanted else (low, by)
    return relit(after, light, stretched(high)), high
