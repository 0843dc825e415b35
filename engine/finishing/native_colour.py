"""Carry an 8-bit sRGB change back into the original's own bit depth and colour profile (DESIGN §7)."""

from __future__ import annotations

import numpy as np

from engine.media.colour import srgb_to_profile
from engine.media.pictures import Picture

STRIP_ROWS = 512


def apply_srgb_change(picture: Picture, before: np.ndarray, after: np.ndarray) -> Picture:
    """``picture`` changed as ``before`` → ``after`` (uint8 (H, W, 3) sRGB) says; untouched pixels stay identical.

    Both sRGB versions are taken to the original's profile, and their difference is added to the
    original's pixels at its own depth, so 16-bit gradations and wide-gamut colours survive.
    """
    scale = 257 if picture.bit_depth == 16 else 1
    top = 65535 if picture.bit_depth == 16 else 255
    pixels = np.empty_like(picture.pixels)
    for row in range(0, len(pixels), STRIP_ROWS):  # a 24-megapixel original must not become int32 at once
        rows = slice(row, row + STRIP_ROWS)
        change = srgb_to_profile(after[rows], picture.icc_profile).astype(np.int32)
        change -= srgb_to_profile(before[rows], picture.icc_profile)
        pixels[rows] = np.clip(picture.pixels[rows].astype(np.int32) + change * scale, 0, top)
    return picture.with_pixels(pixels)
