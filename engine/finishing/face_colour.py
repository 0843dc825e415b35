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
