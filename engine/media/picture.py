"""The picture value: an original as it was read, with everything needed to give it back unharmed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.media.colour import profile_to_srgb, to_8_bit


@dataclass(frozen=True, eq=False)
class Picture:
    """An original picture.

    ``pixels`` (H, W, 3) uint8 or uint16 in the file's own colour space, upright (EXIF applied);
    ``alpha`` (H, W) of the same dtype, or None; ``icc_profile`` None means sRGB;
    ``sha256`` of the file's bytes (of the pixels where there is no file); ``note`` one sentence when the file
    is not used as it is (an animation, CMYK), else empty.
    """

    pixels: np.ndarray
    alpha: np.ndarray | None
    icc_profile: bytes | None
    bit_depth: int
    sha256: str
    name: str
    path: Path | None = None
    note: str = ""

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    def srgb(self) -> np.ndarray:
        """(H, W, 3) uint8 in sRGB: what networks and screens see. Alpha is left out."""
        return profile_to_srgb(to_8_bit(self.pixels), self.icc_profile)

    def with_pixels(self, pixels: np.ndarray) -> Picture:
        """The same picture (alpha, profile, name) with other ``pixels`` of the same size and dtype."""
        return replace(self, pixels=pixels, path=None, sha256=pixels_sha256(pixels))


def pixels_sha256(pixels: np.ndarray) -> str:
    """sha256 of shape, dtype and values."""
    digest = hashlib.sha256(f"{pixels.shape}{pixels.dtype.str}".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()


def picture_from_pixels(pixels: np.ndarray, name: str = "picture") -> Picture:
    """Wrap ``pixels`` (H, W, 3) uint8 or uint16, taken as sRGB, as a picture without a file."""
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"pixels must be (H, W, 3) uint8 or uint16, not {pixels.shape} {pixels.dtype}")
    depth = 8 if pixels.dtype == np.uint8 else 16
    return Picture(pixels, None, None, depth, pixels_sha256(pixels), name)
