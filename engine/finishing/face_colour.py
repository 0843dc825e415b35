"""An edited face keeps its complexion: a change of expression is local, a tint over the whole face is not meant."""

from __future__ import annotations

import cv2
import numpy as np

from engine.finishing.detail import FAINT_ON_FACES, carry, split_change

CENTRE, RADII = (0.5, 0.75), (0.27, 0.15)
"""Of the lower face in an FFHQ frame: mouth, chin and the folds of the cheeks."""
SPREAD = 0.14
"""Of the blur that finds the tint, as a share of the crop."""


def lower_face_weights(size: int) -> np.ndarray:
    """(size, size) float32 of an FFHQ frame: 1 on the lower face, 0 elsewhere, soft between."""
    at = (np.arange(size, dtype=np.float32) + 0.5) / size
    dx, dy = (at[None, :] - CENTRE[0]) / RADII[0], (at[:, None] - CENTRE[1]) / RADII[1]
    far = dx**2 + dy**2
    weights: np.ndarray = np.clip(1.6 - far, 0, 1).astype(np.float32)
    return weights


def without_tint(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """``after`` (S, S, 3) float32 in [0, 1] less the broad colour change against ``before``.

    The tint is the blurred change of everything but the lower face, carried on across it.
    """
    size = before.shape[0]
    weights = (1.0 - lower_face_weights(size))[..., None]
    sigma = SPREAD * size
    total = cv2.GaussianBlur((after - before) * weights, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    share = cv2.GaussianBlur(weights, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)[..., None]
    return np.clip(after - total / np.maximum(share, 1e-3), 0, 1).astype(np.float32)


REPAINTED = 0.025
"""A mean change of this size counts as drawn anew (chosen on people of the training folds)."""


def repaint_lower_face(edited: np.ndarray, fine: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """``edited`` uint8 (T, T, 3) with mouth and folds that changed their shape taken from ``after``.

    The old lips and folds, drawn finer than a small generator draws, would otherwise show through. ``fine``
    uint8 (T, T, 3) is the original; ``before``, ``after`` float32 (S, S, 3) in [0, 1]. Where nothing changed,
    nothing is repainted.
    """
    size, small = fine.shape[0], before.shape[0]
    moved = cv2.GaussianBlur(np.abs(after - before).mean(2), (0, 0), small / 40)
    weight = lower_face_weights(small) * np.clip(moved / REPAINTED, 0, 1)
    weight = cv2.GaussianBlur(weight, (0, 0), small / 60)
    original = cv2.resize(fine, (small, small), interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
    # In the original's own light: only the broad difference of the reconstruction is put right.
    drawn = after + cv2.GaussianBlur(original - before, (0, 0), small / 16)
    drawn = cv2.resize(drawn, (size, size), interpolation=cv2.INTER_CUBIC)
    weight = cv2.resize(weight, (size, size), interpolation=cv2.INTER_LINEAR)[..., None]
    value = edited / 255.0 * (1 - weight) + np.clip(drawn, 0, 1) * weight
    return np.where(weight > 0, np.round(value * 255), edited).astype(np.uint8)


def carried_face(fine: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """A face's edit carried to its finer original: uint8 (T, T, 3), like ``fine``, the original's aligned crop.

    ``before``, ``after`` float32 (S, S, 3) in [0, 1]: source and edit as the generator draws them.
    """
    after = without_tint(before, after)
    change = split_change(before, after, faint=FAINT_ON_FACES)
    return repaint_lower_face(carry(fine, change), fine, before, after)
