"""Carry an 8-bit sRGB change back into the original's own bit depth and colour profile (DESIGN §7)."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

from engine.media.pictures import Picture


def apply_srgb_change(picture: Picture, before: np.ndarray, after: np.ndarray) -> Picture:
    """``picture`` changed as ``before`` → ``after`` (uint8 (H, W, 3) sRGB) says; untouched pixels stay identical.

    Both sRGB versions are taken to the original's profile, and their difference is added to the
    original's pixels at its own depth, so 16-bit gradations and wide-gamut colours survive.
    """
    change = _to_profile(after, picture.icc_profile).astype(np.int32) - _to_profile(before, picture.icc_profile).astype(
        np.int32
    )
    scale = 257 if picture.bit_depth == 16 else 1
    top = 65535 if picture.bit_depth == 16 else 255
    pixels = np.clip(picture.pixels.astype(np.int32) + change * scale, 0, top).astype(picture.pixels.dtype)
    return picture.with_pixels(pixels)


def _to_profile(pixels: np.ndarray, profile: bytes | None) -> np.ndarray:
    if profile is None:
        return pixels
    try:
        target = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            Image.fromarray(pixels),
            ImageCms.createProfile("sRGB"),
            target,
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
        )
    except ImageCms.PyCMSError:
        # A profile of another colour model (grey, CMYK): the pixels were taken as sRGB on the way in, too.
        return pixels
    return np.asarray(converted)
