"""Before/after portraits with another expression: a fitting person's mouth is grafted over the sitter's.

There are no pictures of one person neutral and smiling in the data; real mouths of other people, chosen
by how well the skin around them agrees, are the nearest thing with real teeth and lips.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engine.training.expressions import graft_mouth, warp_mouth
from engine.training.portrait_crops import PortraitCrops

DONORS, FITTING = 160, 2
RING_POINTS = 24
REACH, CORNERS_UP = (0.84, 0.5), 0.6
"""A smile is more than a mouth: the folds of the cheeks come along, and the corners rise."""


@dataclass(frozen=True)
class ExpressionPairs:
    """``before``, ``after`` uint8 (N, S, S, 3); ``smiling`` (N,) bool: which way the change goes."""

    before: np.ndarray
    after: np.ndarray
    smiling: np.ndarray


def ring_colours(crop: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Blurred colours on an ellipse around the mouth, mean removed: float32 (RING_POINTS, 3)."""
    soft = cv2.GaussianBlur(crop, (0, 0), 2).astype(np.float32)
    size = crop.shape[0]
    span = float(np.hypot(*(points[1] - points[0]))) * size
    centre = points[2] * size
    angles = np.linspace(0, 2 * np.pi, RING_POINTS, endpoint=False)
    at = np.stack([centre[0] + span * 0.62 * np.cos(angles), centre[1] + span * 0.36 * np.sin(angles)], 1)
    at = np.clip(at, 0, size - 1).astype(int)
    colours = soft[at[:, 1], at[:, 0]]
    return np.asarray(colours - colours.mean(0))


def teeth_shown(crop: np.ndarray, points: np.ndarray) -> float:
    """How much brighter the brightest part of the mouth is than its middle: high for an open smile."""
    size = crop.shape[0]
    span = float(np.hypot(*(points[1] - points[0]))) * size
    x, y = points[2] * size
    top, bottom, left, right = (
        int(max(0, v)) for v in (y - span * 0.16, y + span * 0.16, x - span * 0.3, x + span * 0.3)
    )
    mouth = crop[top:bottom, left:right].astype(np.float32).min(2)
    return float(np.percentile(mouth, 92) - np.median(mouth)) if mouth.size else 0.0


class Donors:
    """Mouths of one expression, and which of them fits a face."""

    def __init__(self, crops: PortraitCrops, label: str, *, teeth: bool) -> None:
        index = np.flatnonzero(crops.labels == label)
        shown = np.array([teeth_shown(crops.pixels[i], crops.points[i]) for i in index])
        order = np.argsort(-shown if teeth else shown)[:DONORS]
        self.index = index[order]
        self.rings = np.stack([ring_colours(crops.pixels[i], crops.points[i]) for i in self.index])

    def fitting(self, crop: np.ndarray, points: np.ndarray, rng: np.random.Generator) -> int:
        """The index of one of the best fitting donors."""
        far = ((self.rings - ring_colours(crop, points)) ** 2).mean((1, 2))
        return int(self.index[np.argsort(far)[int(rng.integers(FITTING))]])


def expression_pairs(crops: PortraitCrops, count: int, seed: int) -> ExpressionPairs:
    """``count`` pairs over photographs and paintings: faces that do not smile smile, smiling ones become serious."""
    rng = np.random.default_rng(seed)
    smiling, neutral = Donors(crops, "smiling", teeth=True), Donors(crops, "neutral", teeth=False)
    before, after, directions = [], [], []
    for _ in range(count):
        i = int(rng.integers(len(crops.pixels)))
        crop, points = crops.pixels[i], crops.points[i]
        to_smile = bool(crops.labels[i] != "smiling") and (crops.labels[i] == "neutral" or rng.random() < 0.7)
        donors = smiling if to_smile else neutral
        j = donors.fitting(crop, points, rng)
        changed = graft_mouth(crop, points, crops.pixels[j], crops.points[j], REACH)
        if to_smile:
            changed = warp_mouth(changed, points, CORNERS_UP, 0.0)
        if rng.random() < 0.5:
            crop, changed = crop[:, ::-1], changed[:, ::-1]
        before.append(crop)
        after.append(changed)
        directions.append(to_smile)
    return ExpressionPairs(np.stack(before), np.stack(after), np.array(directions))
