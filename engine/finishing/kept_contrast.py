"""Contrast that an edit leaves in a picture: snow is bright, and what stands in it is dark against it.

The scenes' generator draws snow as one bright haze, flatter than photographs so bright are. Such an edit is given more
contrast, as a photographer sets a black point in a photograph of snow.
"""

from __future__ import annotations

import numpy as np

from engine.finishing.kept_light import LUMINANCE, relit

LEAST_SPREAD = 0.12
"""The standard deviation that the luminance of a bright edit is to have. Of the training photographs brighter than 0.6
in the mean, nine in ten have 0.115 or more; of edits into snow, half have less than 0.085."""
BRIGHT_FROM, BRIGHT = 0.5, 0.6
"""Between these means of luminance, the least spread grows from nothing to all of it: darker edits (rain, night) may be
flat, and nothing jumps while an edit grows."""
STRONGEST = 3.0
"""More would draw little but the generator's grain. Edits into snow on a training fold needed up to 2.7."""
UNSEEN = 1e-3
"""Spreads so near each other are the same: a picture that was not edited is not changed by its rounding."""
HALVINGS, ENDS = 12, 1e-3


def with_contrast(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, float]:
    """``after`` float32 (h, w, 3) sRGB in [0, 1], if it is bright and flatter than photographs so bright and than
    ``before``: with more contrast of luminance; and how many times as much, 1 … ``STRONGEST``.

    The log-odds of luminance are stretched about their mean, so that no luminance clips and white flakes stay apart.
    """
    light = _light(after)
    share = float(np.clip((light.mean() - BRIGHT_FROM) / (BRIGHT - BRIGHT_FROM), 0, 1))
    wanted = min(LEAST_SPREAD * share, float(_light(before).std()))
    if float(light.std()) > wanted - UNSEEN:
        return after, 1.0
    odds = np.log(light / (1 - light))
    mean = odds.mean()

    def stretched(by: float) -> np.ndarray:
        return np.asarray(1 / (1 + np.exp(-(mean + (odds - mean) * by))), np.float32)

    low, high = 1.0, STRONGEST
    for _ in range(HALVINGS):
        by = (low + high) / 2
        low, high = (by, high) if float(stretched(by).std()) < wanted else (low, by)
    return relit(after, light, stretched(high)), high


def _light(picture: np.ndarray) -> np.ndarray:
    """Luminance (h, w) of a picture (h, w, 3), off the ends."""
    return np.clip(picture @ LUMINANCE, ENDS, 1 - ENDS)
