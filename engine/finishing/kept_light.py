"""Light that an edit leaves in a picture: a night is dark, and one still sees what is there.

The scenes' generator draws nights far darker than night photographs are. Such an edit is given more light, as a
photographer opens the shadows of a night.
"""

from __future__ import annotations

import numpy as np

from engine.finishing.detail import TO_OPPONENT

LEAST_LIGHT = 0.14
"""The luminance that a tenth of an edited picture is to exceed. Of night photographs nine in ten have 0.3 or more; from
0.18 on, though, fewer and fewer of the edits are night to a judge."""
BRIGHTER = 90.0
COLOUR_SHARE = 0.3
"""How much colour changes with the light, as a power: 1 would make every night a saturated blue."""
LUMINANCE = TO_OPPONENT[0]


def with_light(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """``after`` float32 (h, w, 3) sRGB in [0, 1], with light where the edit took too much of what ``before`` has.

    Black stays black and white white; a picture that was as dark before the edit is not brightened.
    """
    light = after @ LUMINANCE
    there = float(np.percentile(light, BRIGHTER))
    wanted = min(LEAST_LIGHT, float(np.percentile(before @ LUMINANCE, BRIGHTER)))
    if there >= wanted or there <= 0:
        return after
    lift = wanted * (1 - there) / (there * (1 - wanted))
    return relit(after, light, light * lift / (1 + (lift - 1) * light))


def relit(picture: np.ndarray, light: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """``picture`` float32 (h, w, 3) of luminance ``light`` (h, w) with the luminance ``wanted`` (h, w) instead; a
    channel that would leave [0, 1] is cut off there."""
    growth = (wanted / np.maximum(light, 1e-4))[..., None]
    return np.clip(wanted[..., None] + (picture - light[..., None]) * growth**COLOUR_SHARE, 0, 1).astype(np.float32)
