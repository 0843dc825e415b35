"""Colour at full precision: pixels of any profile and depth ↔ sRGB floats, for finishing 16-bit originals.

LittleCMS through Pillow is 8-bit only. Profiles of cameras and painting programs are almost always
"matrix/TRC" profiles (three primaries and three curves), which take a few lines of numpy; any other
profile falls back to the 8-bit conversion.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.media.colour import profile_to_srgb, srgb_to_profile, to_8_bit

_TABLE = 4096  # curves are inverted by interpolation in a table of this length
# sRGB primaries adapted to D50, the connection space of ICC profiles (columns R, G, B; rows X, Y, Z).
_SRGB_TO_PCS = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)


@dataclass(frozen=True, eq=False)
class MatrixProfile:
    """``to_pcs`` (3, 3) linear RGB → XYZ D50; ``curves`` (3, 4096) encoded → linear on an even grid over 0–1."""

    to_pcs: np.ndarray
    curves: np.ndarray


def to_srgb_floats(pixels: np.ndarray, icc_profile: bytes | None) -> np.ndarray:
    """(H, W, 3) uint8/uint16 in ``icc_profile`` → float32 sRGB-encoded in 0–1 (clipped to the sRGB gamut)."""
    values = pixels.astype(np.float32) / np.iinfo(pixels.dtype).max
    if icc_profile is None:
        return values
    profile = matrix_profile(icc_profile)
    if profile is None:
        return profile_to_srgb(to_8_bit(pixels), icc_profile).astype(np.float32) / 255.0
    linear = _curve(values, profile.curves)
    matrix = np.linalg.inv(_SRGB_TO_PCS) @ profile.to_pcs
    return _encode_srgb(np.clip(linear @ matrix.T.astype(np.float32), 0.0, 1.0))


def from_srgb_floats(values: np.ndarray, icc_profile: bytes | None, bit_depth: int) -> np.ndarray:
    """(H, W, 3) float sRGB-encoded in 0–1 → uint8/uint16 pixels in ``icc_profile``."""
    full = 255 if bit_depth == 8 else 65535
    dtype = np.uint8 if bit_depth == 8 else np.uint16
    values = np.clip(values, 0.0, 1.0).astype(np.float32)
    if icc_profile is not None:
        profile = matrix_profile(icc_profile)
        if profile is None:
            eight = srgb_to_profile(np.round(values * 255).astype(np.uint8), icc_profile)
            return eight if bit_depth == 8 else eight.astype(np.uint16) * np.uint16(257)
        matrix = np.linalg.inv(profile.to_pcs) @ _SRGB_TO_PCS
        linear = np.clip(_decode_srgb(values) @ matrix.T.astype(np.float32), 0.0, 1.0)
        values = _uncurve(linear, profile.curves)
    return np.round(values * full).astype(dtype)


@lru_cache(maxsize=16)
def matrix_profile(icc_profile: bytes) -> MatrixProfile | None:
    """The profile's primaries and curves; None when it is damaged or of another kind (tables)."""
    try:
        if icc_profile[36:40] != b"acsp" or icc_profile[16:20] != b"RGB ":
            return None
        count = struct.unpack_from(">I", icc_profile, 128)[0]
        tags = {}
        for i in range(min(count, 100)):
            name, offset, size = struct.unpack_from(">4sII", icc_profile, 132 + 12 * i)
            tags[name] = icc_profile[offset : offset + size]
        if b"A2B0" in tags:  # tables come before the matrix where both are given
            return None
        columns = [_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        curves = np.stack([_read_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")])
        matrix = np.array(columns).T
        if abs(np.linalg.det(matrix)) < 1e-6 or not np.isfinite(curves).all():
            return None
        return MatrixProfile(matrix, curves)
    except (KeyError, struct.error, ValueError):
        return None


def _xyz(tag: bytes) -> list[float]:
    return [v / 65536 for v in struct.unpack_from(">3i", tag, 8)]


def _read_curve(tag: bytes) -> np.ndarray:
    grid = np.linspace(0.0, 1.0, _TABLE)
    kind = tag[:4]
    if kind == b"curv":
        count = struct.unpack_from(">I", tag, 8)[0]
        if count == 0:
            return grid
        if count == 1:
            return grid ** (struct.unpack_from(">H", tag, 12)[0] / 256)
        table = np.array(struct.unpack_from(f">{count}H", tag, 12)) / 65535
        return np.maximum.accumulate(np.interp(grid, np.linspace(0, 1, count), table))
    if kind != b"para":
        raise ValueError("unknown curve")
    function = struct.unpack_from(">H", tag, 8)[0]
    needed = (1, 3, 4, 5, 7)[function] if function < 5 else 0
    if not needed:
        raise ValueError("unknown parametric curve")
    p = [v / 65536 for v in struct.unpack_from(f">{needed}i", tag, 12)]
    g, a, b, c, d, e, f = (p + [0.0] * 7)[:7]
    if function == 0:
        return grid**g
    if function in (1, 2):  # below −b/a the curve is flat at c
        return np.where(grid >= -b / a, np.maximum(a * grid + b, 0) ** g + c, c)
    return np.where(grid >= d, np.maximum(a * grid + b, 0) ** g + (e if function == 4 else 0.0), c * grid + f)


def _curve(values: np.ndarray, curves: np.ndarray) -> np.ndarray:
    grid = np.linspace(0.0, 1.0, _TABLE)
    return np.stack([np.interp(values[..., i], grid, curves[i]) for i in range(3)], axis=-1).astype(np.float32)


def _uncurve(linear: np.ndarray, curves: np.ndarray) -> np.ndarray:
    grid = np.linspace(0.0, 1.0, _TABLE)
    return np.stack([np.interp(linear[..., i], curves[i], grid) for i in range(3)], axis=-1).astype(np.float32)


def _decode_srgb(values: np.ndarray) -> np.ndarray:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _encode_srgb(linear: np.ndarray) -> np.ndarray:
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)
