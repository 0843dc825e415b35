"""Put an edited crop back into its picture: inverse warp, feathered mask, colour match; the rest is bit-identical."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np

from engine.alignment.crop import align, sampling_matrix
from engine.alignment.frame import Alignment
from engine.errors import RequestError

STRIP_ROWS = 256
_LEAST_WEIGHT = 1.0 / 512
_OVAL_CENTRE = (0.5, 0.57)
_OVAL_RADII = (0.265, 0.345)
_OVAL_FEATHER = 0.28
_MOST_GAIN = 1.25
_Change = Callable[[slice, slice, np.ndarray], np.ndarray]


def face_oval(size: int) -> np.ndarray:
    """The blend mask of an FFHQ frame: (size, size) float32, 1 on the face, 0 on hair and background, soft between."""
    at = (np.arange(size, dtype=np.float32) + 0.5) / size
    dx = (at[None, :] - _OVAL_CENTRE[0]) / _OVAL_RADII[0]
    dy = (at[:, None] - _OVAL_CENTRE[1]) / _OVAL_RADII[1]
    inside = (1.0 - np.sqrt(dx**2 + dy**2)) / _OVAL_FEATHER
    smooth = np.clip(inside, 0, 1)
    weight: np.ndarray = smooth * smooth * (3 - 2 * smooth)
    return weight.astype(np.float32)


def blend_weights(
    height: int, width: int, alignment: Alignment, mask: np.ndarray | None = None
) -> Iterator[tuple[slice, slice, np.ndarray]]:
    """Full-resolution blend weights in strips: (rows, columns, weights float32 in [0, 1]) covering all weights > 0.

    ``mask`` (S, S) float in crop coordinates, None: ``face_oval``. Weights below 1/512 are exactly 0.
    """
    mask = _checked(mask)
    left, top, right, bottom = alignment.bounds(width, height)
    if left >= right:
        return
    for start in range(top, bottom, STRIP_ROWS):
        rows = slice(start, min(start + STRIP_ROWS, bottom))
        weights = _lift(mask, alignment, rows, slice(left, right))
        weights[weights < _LEAST_WEIGHT] = 0
        yield rows, slice(left, right), np.clip(weights, 0, 1)


def paste_back(
    original: np.ndarray,
    edited_crop: np.ndarray,
    alignment: Alignment,
    mask: np.ndarray | None = None,
    *,
    match_colour: bool = True,
) -> np.ndarray:
    """``original`` (H, W, 3) uint8 or uint16 with ``edited_crop`` (S, S, 3) uint8, uint16 or float 0…1 blended in.

    The crop must be in the original's colour space. ``match_colour`` fits gain and offset per channel on the
    feather, where both should agree. Pixels of zero weight are copied. Works in strips: extra memory is the
    returned copy plus about 30 MB at any size.
    """
    full = _full_scale(original)
    crop = _to_unit(edited_crop)
    mask = _checked(mask)
    if match_colour:
        before = align(original, alignment, crop.shape[0]).astype(np.float32) / full
        crop = matched_colour(crop, before, cv2.resize(mask, crop.shape[1::-1], interpolation=cv2.INTER_AREA))
    return _blend(original, alignment, mask, lambda rows, columns, base: _lift(crop, alignment, rows, columns) - base)


def paste_change(
    original: np.ndarray, before_crop: np.ndarray, after_crop: np.ndarray, alignment: Alignment,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    """Add only what changed between two crops (reconstruction before and after the edit, both (S, S, 3)).

    The original's pores and brushstrokes stay; use it when the generator is coarser than the picture.
    """
    change = _to_unit(after_crop) - _to_unit(before_crop)
    return _blend(
        original, alignment, _checked(mask), lambda rows, columns, base: _lift(change, alignment, rows, columns)
    )


def matched_colour(crop: np.ndarray, reference: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """``crop`` with gain (≤ 1.25) and offset per channel so that it agrees with ``reference`` on the mask's feather.

    All (S, S, 3) float in [0, 1], ``mask`` (S, S). Returned unclipped.
    """
    weight = (mask * (1 - mask))[..., None]
    total = float(weight.sum())
    if total < 1e-3:
        return crop
    mean_c, mean_r = ((x * weight).sum((0, 1)) / total for x in (crop, reference))
    std_c, std_r = (
        np.sqrt((((x - m) ** 2) * weight).sum((0, 1)) / total) for x, m in ((crop, mean_c), (reference, mean_r))
    )
    gain = np.clip((std_r + 0.02) / (std_c + 0.02), 1 / _MOST_GAIN, _MOST_GAIN)
    matched: np.ndarray = (crop - mean_c) * gain + mean_r
    return matched.astype(np.float32)


def _blend(original: np.ndarray, alignment: Alignment, mask: np.ndarray, change: _Change) -> np.ndarray:
    """Copy of ``original`` plus weight × change(rows, columns, base in [0, 1]), strip by strip."""
    full = _full_scale(original)
    out: np.ndarray = original.copy()
    height, width = original.shape[:2]
    for rows, columns, weights in blend_weights(height, width, alignment, mask):
        touched = weights > 0
        if not touched.any():
            continue
        base = original[rows, columns].astype(np.float32) / full
        mixed = base + weights[..., None] * change(rows, columns, base)
        values = np.rint(np.clip(mixed, 0, 1) * full).astype(original.dtype)
        out[rows, columns][touched] = values[touched]
    return out


def _lift(crop: np.ndarray, alignment: Alignment, rows: slice, columns: slice) -> np.ndarray:
    """The part of a crop (S, S[, C]) float32 that falls on this strip of the picture; 0 outside the frame."""
    size = crop.shape[0]
    reach = max(alignment.w, alignment.h)
    if reach < 0.75 * size:  # a small face: average the crop's pixels instead of skipping some
        size = max(round(reach), 2)
        crop = cv2.resize(crop, (size, size), interpolation=cv2.INTER_AREA)
    to_crop = cv2.invertAffineTransform(sampling_matrix(alignment, size))
    to_crop[:, 2] += to_crop[:, :2] @ [columns.start, rows.start]
    extent = (columns.stop - columns.start, rows.stop - rows.start)
    enlarging = reach > size
    return cv2.warpAffine(
        crop,
        to_crop,
        extent,
        flags=(cv2.INTER_CUBIC if enlarging and crop.ndim == 3 else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE if crop.ndim == 3 else cv2.BORDER_CONSTANT,
    )


def _checked(mask: np.ndarray | None) -> np.ndarray:
    if mask is None:
        return face_oval(256)
    if mask.ndim != 2 or mask.shape[0] != mask.shape[1]:
        raise RequestError(f"The blend mask is {mask.shape}, not a square of the frame; give one value per crop pixel.")
    return _to_unit(mask)


def _full_scale(pixels: np.ndarray) -> float:
    return 65535.0 if pixels.dtype == np.uint16 else 255.0


def _to_unit(pixels: np.ndarray) -> np.ndarray:
    if pixels.dtype in (np.uint8, np.uint16):
        return pixels.astype(np.float32) / np.float32(_full_scale(pixels))
    return np.asarray(pixels, np.float32)
