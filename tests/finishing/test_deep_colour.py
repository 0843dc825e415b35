"""A 16-bit original is edited in 16 bits."""

from __future__ import annotations

import numpy as np

from engine.finishing.deep_colour import carry_deep
from engine.finishing.detail import CarriedChange
from engine.media.pictures import picture_from_pixels


def change_of(gain: float) -> CarriedChange:
    zero = np.zeros((24, 32, 3), np.float32)
    return CarriedChange(zero + gain, zero, zero)


def test_no_change_keeps_every_pixel() -> None:
    pixels = np.random.default_rng(0).integers(0, 65536, (90, 120, 3)).astype(np.uint16)
    assert np.array_equal(carry_deep(picture_from_pixels(pixels, "deep.png"), change_of(0.0)).pixels, pixels)


def test_a_darkened_gradient_keeps_more_steps_than_eight_bits_have() -> None:
    ramp = np.linspace(10_000, 50_000, 2000).astype(np.uint16)
    pixels = np.repeat(np.repeat(ramp[None, :, None], 8, 0), 3, 2)
    edited = carry_deep(picture_from_pixels(pixels, "ramp.png"), change_of(-0.5)).pixels
    assert abs(edited.mean() / pixels.mean() - 0.5) < 0.01
    assert len(np.unique(edited[0, :, 0])) > 1000


def test_outside_the_mask_nothing_changes() -> None:
    pixels = np.full((60, 80, 3), 30_000, np.uint16)
    mask = np.zeros((60, 80), np.float32)
    mask[:20] = 1
    edited = carry_deep(picture_from_pixels(pixels, "masked.png"), change_of(-0.5), mask).pixels
    assert np.array_equal(edited[30:], pixels[30:]) and (edited[:10] < 16_000).all()
