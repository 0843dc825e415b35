"""A change made in 8-bit sRGB comes back in the original's depth and profile, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import ImageCms

from engine.finishing.native_colour import apply_srgb_change
from engine.media.pictures import picture_from_pixels

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SWAPPED = SRGB.replace(b"rXYZ", b"tmpX").replace(b"gXYZ", b"rXYZ").replace(b"tmpX", b"gXYZ")
DEEP = np.random.default_rng(0).integers(6000, 60_000, (1100, 20, 3), dtype=np.uint16)  # more rows than two strips


@pytest.mark.parametrize("icc", [None, SRGB, SWAPPED])
def test_untouched_pixels_stay_identical_in_sixteen_bits(icc: bytes | None) -> None:
    picture = replace(picture_from_pixels(DEEP), icc_profile=icc)
    before = picture.srgb()
    after = before.copy()
    after[500:600] = np.clip(after[500:600].astype(int) - 20, 0, 255)
    out = apply_srgb_change(picture, before, after)
    assert out.bit_depth == 16 and out.icc_profile == icc
    same = np.ones(len(DEEP), bool)
    same[500:600] = False
    assert np.array_equal(out.pixels[same], DEEP[same])
    fell = DEEP[~same].astype(int) - out.pixels[~same].astype(int)
    assert abs(np.median(fell) - 20 * 257) <= 2 * 257


def test_a_change_of_one_channel_lands_in_the_channel_the_profile_says() -> None:
    picture = replace(picture_from_pixels(np.full((20, 20, 3), 128, np.uint8)), icc_profile=SWAPPED)
    before = picture.srgb()
    after = before.copy()
    after[..., 0] += 40  # more red on the screen: the swapped profile's second channel
    change = apply_srgb_change(picture, before, after).pixels[0, 0].astype(int) - 128
    assert change[1] > 20 and abs(change[0]) < change[1] / 2
