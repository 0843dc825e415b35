"""Before/after portraits with another expression: a fitting person's lower face is grafted over the sitter's.

There are no pictures of one person neutral and smiling in the data; real lower faces of other people, chosen
by how well the skin around them and the lips agree, are the nearest thing with real teeth, lips and folds.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engine.training.expressions import LOWER_FACE, graft_mouth, warp_mouth
from engine.training.portrait_crops import PortraitCrops

DONORS, FITTING = 320, 2
RING_POINTS, CHIN_POINTS = 24, 12
CORNERS_UP, CORNERS_DOWN = 0.2, -0.25
LIPS_WEIGHT = 30.0
"""Of lips redder than the sitter's, against the mean square of the ring's colours."""
WORST_FIT = 0.75
"""Of all sitters, the share whose nearest donor fits best; the others would get visible seams."""


@dataclass(frozen=True)
class ExpressionPairs:
    """``before``, ``after`` uint8 (N, S, S, 3); ``smiling`` (N,) bool: which way the change goes."""

    before: np.ndarray
    after: np.ndarray
    smiling: np.ndarray


def ring_colours(crop: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Blurred colours around the lower face and on the chin (beards), mean removed: float32 (points, 3)."""
    soft = cv2.GaussianBlur(crop, (0, 0), 2).astype(np.float32)
    size = crop.shape[0]
    span = float(np.hypot(*(points[1] - points[0]))) * size
    centre = points[2] * size
    around = np.linspace(0, 2 * np.pi, RING_POINTS, endpoint=False)
    chin = np.linspace(0.15 * np.pi, 0.85 * np.pi, CHIN_POINTS)
    angles = np.concatenate([around, chin])
    half_axes = np.array([[1.05, 0.72]] * RING_POINTS + [[0.5, 0.42]] * CHIN_POINTS) * span
    at = np.stack([centre[0] + half_axes[:, 0] * np.cos(angles), centre[1] + half_axes[:, 1] * np.sin(angles)], 1)
    at = np.clip(at, 0, size - 1).astype(int)
    colours = soft[at[:, 1], at[:, 0]]
    return np.asarray(colours - colours.mean(0))


def redder_lips(crop: np.ndarray, points: np.ndarray) -> float:
    """How much redder (CIELAB a*) the lips are than the chin: painted lips suit few sitters."""
    size = crop.shape[0]
    span = float(np.hypot(*(points[1] - points[0]))) * size
    x, y = points[2] * size
    red = cv2.cvtColor(np.ascontiguousarray(crop), cv2.COLOR_RGB2LAB)[..., 1].astype(np.float32)

    def box(top: float, bottom: float) -> np.ndarray:
        at = (int(max(0, v)) for v in (y + span * top, y + span * bottom, x - span * 0.28, x + span * 0.28))
        y0, y1, x0, x1 = at
        return red[y0:y1, x0:x1]

    lips, chin = box(-0.14, 0.14), box(0.3, 0.42)
    return float(np.percentile(lips, 80) - np.median(chin)) if lips.size and chin.size else 0.0


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
    """Lower faces of one expression, and which of them fits a face."""

    def __init__(self, crops: PortraitCrops, label: str, *, teeth: bool) -> None:
        index = np.flatnonzero(crops.labels == label)
        shown = np.array([teeth_shown(crops.pixels[i], crops.points[i]) for i in index])
        order = np.argsort(-shown if teeth else shown)[:DONORS]
        self.index = index[order]
        self.rings = np.stack([ring_colours(crops.pixels[i], crops.points[i]) for i in self.index])
        self.lips = np.array([redder_lips(crops.pixels[i], crops.points[i]) for i in self.index])

    def nearest(self, crops: PortraitCrops, sitter: int) -> tuple[np.ndarray, float]:
        """(indices of the best fitting donors, the distance of the best); nobody lends to themselves."""
        crop, points = crops.pixels[sitter], crops.points[sitter]
        far = ((self.rings - ring_colours(crop, points)) ** 2).mean((1, 2))
        far += LIPS_WEIGHT * np.maximum(0, self.lips - max(redder_lips(crop, points), 2.0)) ** 2
        far[self.index == sitter] = np.inf
        order = np.argsort(far)[:FITTING]
        return self.index[order], float(far[order[0]])


def expression_pairs(crops: PortraitCrops, count: int, seed: int) -> ExpressionPairs:
    """``count`` pairs over photographs and paintings: faces that do not smile smile, smiling ones become serious."""
    rng = np.random.default_rng(seed)
    smiling, neutral = Donors(crops, "smiling", teeth=True), Donors(crops, "neutral", teeth=False)
    found = {True: [smiling.nearest(crops, i) for i in range(len(crops.pixels))],
             False: [neutral.nearest(crops, i) for i in range(len(crops.pixels))]}  # fmt: skip
    limit = {way: float(np.quantile([far for _, far in rows], WORST_FIT)) for way, rows in found.items()}
    before: list[np.ndarray] = []
    after: list[np.ndarray] = []
    directions: list[bool] = []
    while len(before) < count:
        i = int(rng.integers(len(crops.pixels)))
        crop, points = crops.pixels[i], crops.points[i]
        to_smile = bool(crops.labels[i] != "smiling") and (crops.labels[i] == "neutral" or rng.random() < 0.7)
        donors, far = found[to_smile][i]
        if far > limit[to_smile]:
            continue
        j = int(donors[int(rng.integers(len(donors)))])
        changed = graft_mouth(crop, points, crops.pixels[j], crops.points[j], LOWER_FACE)
        changed = warp_mouth(changed, points, CORNERS_UP if to_smile else CORNERS_DOWN, 0.0)
        if rng.random() < 0.5:
            crop, changed = crop[:, ::-1], changed[:, ::-1]
        before.append(crop)
        after.append(changed)
        directions.append(to_smile)
    return ExpressionPairs(np.stack(before), np.stack(after), np.array(directions))
