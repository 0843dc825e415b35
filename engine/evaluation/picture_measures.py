"""What an edit kept and what it broke, measured on pictures alone."""

from __future__ import annotations

import cv2
import numpy as np

EDGE_SIZE = 128
SOURCE_SHARE, EDITED_SHARE = 0.12, 0.30
SAME_DIRECTION = 0.8
CLIP_LOW, CLIP_HIGH = 1, 254


def luminance_edges(picture: np.ndarray, share: float = SOURCE_SHARE) -> tuple[np.ndarray, np.ndarray]:
    """Thinned luminance edges of uint8 (H, W, 3) and their direction: bool (128, 128), unit vectors (128, 128, 2).

    Gradients are divided by their local mean, so that a darker or hazier picture with the same drawing
    has the same edges; the strongest ``share`` of the pixels count before thinning.
    """
    small = cv2.resize(picture, (EDGE_SIZE, EDGE_SIZE), interpolation=cv2.INTER_AREA)
    luma = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 1.0)
    gx, gy = cv2.Sobel(luma, -1, 1, 0), cv2.Sobel(luma, -1, 0, 1)
    magnitude = np.hypot(gx, gy)
    strength = magnitude / (cv2.GaussianBlur(magnitude, (0, 0), 12) + 1.0)
    along_x = np.abs(gx) >= np.abs(gy)
    left, right = np.roll(strength, 1, 1), np.roll(strength, -1, 1)
    above, below = np.roll(strength, 1, 0), np.roll(strength, -1, 0)
    peak = np.where(along_x, (strength >= left) & (strength >= right), (strength >= above) & (strength >= below))
    direction = np.stack([gx, gy], -1) / (magnitude[..., None] + 1e-3)
    return peak & (strength >= np.quantile(strength, 1 - share)), direction


def edge_recall(source: np.ndarray, edited: np.ndarray) -> float:
    """Share of the source's luminance edges that the edit still has: an edge of the same direction (up to its
    sign) within one pixel at 128 px. What the edit adds (streaks, flames) does not count against it, so more
    of its pixels may be edges; an unrelated picture reaches about 0.3 (``tests/evaluation``)."""
    wanted, direction = luminance_edges(source)
    found, other = luminance_edges(edited, EDITED_SHARE)
    kept = np.zeros_like(wanted)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            here = np.roll(found, (dy, dx), (0, 1))
            same = np.abs((np.roll(other, (dy, dx), (0, 1)) * direction).sum(-1)) > SAME_DIRECTION
            kept |= wanted & here & same
    return float(kept.sum() / max(1, wanted.sum()))


def newly_clipped(source: np.ndarray, edited: np.ndarray) -> float:
    """Share of pixels with a channel at the end of its range in the edit and none in the source (same size)."""

    def clipped(x: np.ndarray) -> np.ndarray:
        return np.asarray(((x <= CLIP_LOW) | (x >= CLIP_HIGH)).any(2))

    return float((clipped(edited) & ~clipped(source)).mean())
