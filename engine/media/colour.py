"""Colour spaces and bit depths: originals keep their profile, networks see sRGB (DESIGN §7)."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms


def to_8_bit(pixels: np.ndarray) -> np.ndarray:
    """uint16 → uint8 by rounding (65535 → 255); uint8 is returned as it is."""
    if pixels.dtype == np.uint8:
        return pixels
    out = np.empty(pixels.shape, np.uint8)
    for row in range(0, pixels.shape[0], 512):  # strips: a 24-megapixel picture must not be copied to int32 at once
        strip = pixels[row : row + 512].astype(np.uint32)
        out[row : row + 512] = (strip * 255 + 32767) // 65535
    return out


def to_16_bit(pixels: np.ndarray) -> np.ndarray:
    """uint8 → uint16 exactly (255 → 65535); uint16 is returned as it is."""
    return pixels if pixels.dtype == np.uint16 else pixels.astype(np.uint16) * np.uint16(257)


def profile_to_srgb(pixels: np.ndarray, icc_profile: bytes | None) -> np.ndarray:
    """(H, W, 3) uint8 in ``icc_profile`` → uint8 sRGB. A profile that cannot be used is taken as sRGB."""
    transform = _transform(icc_profile, to_srgb=True)
    return pixels if transform is None else _apply(pixels, transform)


def srgb_to_profile(pixels: np.ndarray, icc_profile: bytes | None) -> np.ndarray:
    """(H, W, 3) uint8 sRGB → uint8 in ``icc_profile``."""
    transform = _transform(icc_profile, to_srgb=False)
    return pixels if transform is None else _apply(pixels, transform)


def image_to_srgb(image: Image.Image) -> Image.Image:
    """A grey, CMYK or Lab image with a profile that does not fit RGB pixels → RGB image in sRGB."""
    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile of the wrong kind: the plain conversion below is the best guess
    return image.convert("RGB")


def is_rgb_profile(icc_profile: bytes | None) -> bool:
    """Whether the bytes are a usable ICC profile of RGB pixels."""
    if not icc_profile:
        return False
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(icc_profile)).profile.xcolor_space.strip() == "RGB"
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False


def _transform(icc_profile: bytes | None, *, to_srgb: bool) -> ImageCms.ImageCmsTransform | None:
    if not icc_profile:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
        srgb = ImageCms.createProfile("sRGB")
        first, second = (profile, srgb) if to_srgb else (srgb, profile)
        return ImageCms.buildTransform(first, second, "RGB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _apply(pixels: np.ndarray, transform: ImageCms.ImageCmsTransform) -> np.ndarray:
    out = np.empty_like(pixels)
    for row in range(0, pixels.shape[0], 512):
        strip = Image.fromarray(np.ascontiguousarray(pixels[row : row + 512]))
        out[row : row + 512] = np.asarray(ImageCms.applyTransform(strip, transform))
    return out
