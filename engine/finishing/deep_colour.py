"""The ``detail`` finish of a 16-bit original, in floats throughout: a smooth change makes no bands."""

from __future__ import annotations

import numpy as np

from engine.finishing.detail import STRIP_ROWS, CarriedChange, carried_rows
from engine.media.float_colour import from_srgb_floats, to_srgb_floats
from engine.media.pictures import Picture


def carry_deep(picture: Picture, change: CarriedChange, mask: np.ndarray | None = None) -> Picture:
    """``picture`` (16 bit) with the change applied in its own depth and profile; ``mask`` as in ``carry``.

    The difference is added to the original's pixels, so what lies outside sRGB survives and untouched pixels
    stay identical.
    """
    pixels = np.empty_like(picture.pixels)
    for top in range(0, picture.height, STRIP_ROWS):
        own = picture.pixels[top : top + STRIP_ROWS]
        before = to_srgb_floats(own, picture.icc_profile)
        after = carried_rows(before, change, mask, (picture.height, picture.width), top)
        moved = from_srgb_floats(after, picture.icc_profile, 16).astype(np.int32)
        moved -= from_srgb_floats(before, picture.icc_profile, 16)
        pixels[top : top + STRIP_ROWS] = np.clip(own.astype(np.int32) + moved, 0, 65535)
    return picture.with_pixels(pixels)
