"""An edited face keeps its complexion: a change of expression is local, a tint over the whole face is not meant."""

from __future__ import annotations

import cv2
import numpy as np

MOUTH_CENTRE, MOUTH_RADII = (0.5, 0.72), (0.17, 0.12)
SPREAD = 0.14
"""Of the blur that finds the tint, as a share of the crop."""


def mouth_weights(size: int) -> np.ndarray:
    """(size, size) float32 of an FFHQ frame: 1 on mouth and chin, 0 elsewhere, soft between."""
    at = (np.arange(size, dtype=np.float32) + 0.5) / size
    dx, dy = (at[None, :] - MOUTH_CENTRE[0]) / MOUTH_RADII[0], (at[:, None] - MOUTH_CENTRE[1]) / MOUTH_RADII[1]
    far = dx**2 + dy**2
    weights: np.ndarray = np.clip(1.6 - far, 0, 1).astype(np.float32)
    return weights


def without_tint(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """``after`` (S, S, 3) float32 in [0, 1] less the broad colour change against ``before`` around the mouth.

    The tint is the blurred change of everything but the mouth, carried on across it.
    """
    size = before.shape[0]
    weights = (1.0 - mouth_weights(size))[..., None]
    sigma = SPREAD * size
    total = cv2.GaussianBlur((after - before) * weights, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    share = cv2.GaussianBlur(weights, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)[..., None]
    return np.clip(after - total / np.maximum(share, 1e-3), 0, 1).astype(np.float32)


REPAINTED = 0.07
"""A mean change of this size counts as a mouth drawn anew."""
MOST = 0.85


def repaint_mouth(edited: np.ndarray, fine: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """``edited`` uint8 (T, T, 3) with a mouth that changed its shape taken from ``after``.

    The old lips, drawn finer than a small generator draws, would otherwise show through the new ones. ``fine``
    uint8 (T, T, 3) is the original; ``before``, ``after`` float32 (S, S, 3) in [0, 1]. Where nothing changed,
    nothing is repainted.
    """
    size, small = fine.shape[0], before.shape[0]
    moved = cv2.GaussianBlur(np.abs(after - before).mean(2), (0, 0), small / 40)
    weight = MOST * mouth_weights(small) * np.clip(moved / REPAINTED, 0, 1) ** 2
    weight = cv2.GaussianBlur(weight, (0, 0), small / 60)
    original = cv2.resize(fine, (small, small), interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
    # In the original's own light: only the broad difference of the reconstruction is put right.
    drawn = after + cv2.GaussianBlur(original - before, (0, 0), small / 16)
    drawn = cv2.resize(drawn, (size, size), interpolation=cv2.INTER_CUBIC)
    weight = cv2.resize(weight, (size, size), interpolation=cv2.INTER_LINEAR)[..., None]
    value = edited / 255.0 * (1 - weight) + np.clip(drawn, 0, 1) * weight
    return np.where(weight > 0, np.round(value * 255), edited).astype(np.uint8)
