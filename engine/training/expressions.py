"""Simulated changes of expression on aligned crops: local warps of the mouth and eyes, another person's mouth."""

from __future__ import annotations

import cv2
import numpy as np

MOUTH = (0.62, 0.36)
LOWER_FACE = (1.08, 0.75)
"""Reach of a graft, in eye distances, that brings the folds of the cheeks and the chin along."""


def warp_mouth(crop: np.ndarray, points: np.ndarray, smile: float, opening: float) -> np.ndarray:
    """Move mouth corners and lips of an aligned crop (S, S, 3) uint8.

    ``points`` (3, 2) eyes and mouth in [0, 1]. ``smile`` −1…1: corners up and out (or down and in) by up to a
    fifth of the eye distance; ``opening`` 0…1 pulls the lips apart. Nothing farther than an eye distance moves.
    """
    size = crop.shape[0]
    eyes = points[:2] * size
    span = float(np.hypot(*(eyes[1] - eyes[0])))
    mouth = points[2] * size
    ys, xs = np.mgrid[0:size, 0:size].astype(np.float32)
    across, down = (xs - mouth[0]) / span, (ys - mouth[1]) / span
    move_x, move_y = np.zeros_like(xs), np.zeros_like(ys)
    for side in (-1.0, 1.0):
        near = np.exp(-((across - side * 0.36) ** 2 + down**2) / (2 * 0.17**2))
        move_x += side * 0.12 * smile * near
        move_y -= 0.20 * smile * near
    below = np.exp(-(across**2 / (2 * 0.3**2) + (down - 0.16) ** 2 / (2 * 0.16**2)))
    above = np.exp(-(across**2 / (2 * 0.3**2) + (down + 0.12) ** 2 / (2 * 0.10**2)))
    move_y += opening * (0.16 * below - 0.04 * above) + 0.05 * smile * below
    return cv2.remap(
        crop, (xs - move_x * span).astype(np.float32), (ys - move_y * span).astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT_101,
    )


def graft_mouth(
    crop: np.ndarray, points: np.ndarray, other: np.ndarray, other_points: np.ndarray,
    reach: tuple[float, float] = MOUTH,
) -> np.ndarray:
    """Put another person's mouth (aligned crop and points alike) over this one's, feathered and matched in colour.

    ``reach``: half axes of what is taken, in eye distances; larger ones bring the folds of the cheeks along.
    """
    size = crop.shape[0]
    span, other_span = (float(np.hypot(*(p[1] - p[0]))) for p in (points, other_points))  # in crop sides
    scale = span / other_span
    shift = points[2] * size - scale * other_points[2] * size
    moved = cv2.warpAffine(
        other, np.array([[scale, 0, shift[0]], [0, scale, shift[1]]]), (size, size), borderMode=cv2.BORDER_REFLECT_101
    )
    ys, xs = np.mgrid[0:size, 0:size].astype(np.float32)
    across = (xs - points[2][0] * size) / (span * size)
    down = (ys - points[2][1] * size) / (span * size)
    weight = np.clip((1.15 - np.sqrt((across / reach[0]) ** 2 + (down / reach[1]) ** 2)) / 0.4, 0, 1)[..., None]
    edge = weight * (1 - weight) + 1e-4
    offset = (edge * (crop.astype(np.float32) - moved)).sum((0, 1)) / edge.sum((0, 1))
    mixed = crop + weight * (moved.astype(np.float32) + offset - crop)
    out: np.ndarray = np.clip(mixed, 0, 255).astype(np.uint8)
    return out


def soft_lower_face(crop: np.ndarray, points: np.ndarray, sigma: float) -> np.ndarray:
    """The lower face as a small generator would draw it: blurred by ``sigma`` pixels, feathered."""
    return graft_mouth(crop, points, cv2.GaussianBlur(crop, (0, 0), sigma), points, LOWER_FACE)


def random_expression(
    crop: np.ndarray, points: np.ndarray, others: np.ndarray, other_points: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """One of: unchanged, warped mouth, grafted mouth (of a random one of ``others`` (n, S, S, 3)), or both; the graft
    may reach over the lower face, which may be drawn softly."""
    kind = rng.random()
    if kind < 0.35:
        i = int(rng.integers(len(others)))
        reach = LOWER_FACE if rng.random() < 0.5 else MOUTH
        crop = graft_mouth(crop, points, others[i], other_points[i], reach)
    if 0.2 < kind < 0.7:
        crop = warp_mouth(crop, points, float(rng.uniform(-0.8, 1.0)), float(rng.uniform(0, 0.8)))
    if rng.random() < 0.35:
        crop = soft_lower_face(crop, points, crop.shape[0] * float(rng.uniform(0.004, 0.018)))
    return crop
