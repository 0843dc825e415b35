"""Cut the frame out of a picture: the crop that the networks see."""

from __future__ import annotations

import cv2
import numpy as np

from engine.alignment.frame import Alignment

_MOST_OVERSAMPLING = 24


def sampling_matrix(alignment: Alignment, size: int) -> np.ndarray:
    """(2, 3) affine from crop pixel indices (x, y) to picture pixel indices, as ``cv2`` counts them (centres whole)."""
    unit = alignment.unit_to_picture()
    linear = unit[:, :2] / size
    return np.column_stack([linear, unit[:, 2] + linear @ [0.5, 0.5] - 0.5])


def align(picture: np.ndarray, alignment: Alignment, size: int) -> np.ndarray:
    """Cut ``alignment`` out of ``picture`` (H, W, C) or (H, W), any dtype, as a (size, size[, C]) square.

    Averages over the pixels it skips (no aliasing) and mirrors what lies beyond the border.
    """
    height, width = picture.shape[:2]
    reach = max(alignment.w, alignment.h)
    factor = int(min(max(round(reach / size), 1), _MOST_OVERSAMPLING))
    piece, shifted = _neighbourhood(picture, alignment, width, height)
    matrix = sampling_matrix(shifted, size * factor)
    crop = cv2.warpAffine(
        piece,
        matrix,
        (size * factor, size * factor),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    if factor > 1:
        crop = cv2.resize(crop, (size, size), interpolation=cv2.INTER_AREA)
    return crop


def _neighbourhood(
    picture: np.ndarray, alignment: Alignment, width: int, height: int
) -> tuple[np.ndarray, Alignment]:
    """The part of a large picture the frame touches (whole picture where the frame leaves it: mirroring needs it)."""
    left, top, right, bottom = alignment.bounds(width, height)
    corners = alignment.corners()
    inside = corners.min() >= 2 and corners[:, 0].max() <= width - 2 and corners[:, 1].max() <= height - 2
    if not inside:
        return picture, alignment
    left, top = max(left - 2, 0), max(top - 2, 0)
    piece = picture[top : min(bottom + 2, height), left : min(right + 2, width)]
    shifted = Alignment(alignment.x - left, alignment.y - top, alignment.w, alignment.h, alignment.angle)
    return piece, shifted
