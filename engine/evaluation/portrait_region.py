"""Where a smile may change a face, and how much colour changed elsewhere."""

from __future__ import annotations

import cv2
import numpy as np

_ELLIPSES = (
    (0.375, 0.47, 0.12, 0.085),  # eyes with lids and brows
    (0.625, 0.47, 0.12, 0.085),
    (0.5, 0.745, 0.19, 0.12),  # mouth with chin dimple
    (0.355, 0.63, 0.12, 0.12),  # cheeks
    (0.645, 0.63, 0.12, 0.12),
)


def expression_region(size: int) -> np.ndarray:
    """(size, size) bool of an FFHQ frame: mouth, eyes and cheeks."""
    at = (np.arange(size) + 0.5) / size
    inside = np.zeros((size, size), bool)
    for x, y, rx, ry in _ELLIPSES:
        inside |= ((at[None, :] - x) / rx) ** 2 + ((at[:, None] - y) / ry) ** 2 <= 1
    return inside


def colour_shift(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """CIE76 ΔE per pixel of two (H, W, 3) uint8 sRGB pictures: (H, W) float32."""
    lab = [cv2.cvtColor(x.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) for x in (before, after)]
    shift: np.ndarray = np.sqrt(((lab[1] - lab[0]) ** 2).sum(-1))
    return shift


def shift_elsewhere(before: np.ndarray, after: np.ndarray) -> float:
    """Mean ΔE outside mouth, eyes and cheeks of two aligned crops (S, S, 3) uint8."""
    return float(colour_shift(before, after)[~expression_region(before.shape[0])].mean())
