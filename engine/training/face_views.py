"""Random views of a face for training: turned, scaled, shifted, relit, blurred, compressed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Spread:
    """How far views stray. Angles in degrees, the rest relative to the crop's side."""

    angle: float = 22.0
    most_angle: float = 60.0
    log_scale: float = 0.22
    shift: float = 0.07


def random_view(
    centre: np.ndarray, side: float, size: int, spread: Spread, rng: np.random.Generator
) -> np.ndarray:
    """(2, 3) affine from picture pixel indices to a ``size``² crop: a turned, scaled, shifted, maybe mirrored view."""
    angle = math.radians(float(np.clip(rng.normal(0, spread.angle), -spread.most_angle, spread.most_angle)))
    scale = size / side * math.exp(rng.normal(0, spread.log_scale))
    mirror = -1.0 if rng.random() < 0.5 else 1.0
    linear = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    linear = linear @ np.diag([mirror, 1.0])
    shift = np.array([size / 2, size / 2]) + rng.normal(0, spread.shift, 2) * size
    return np.column_stack([linear, shift - linear @ centre])


def worsen(crop: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Photographic damage of a (S, S[, 3]) uint8 crop: light, contrast, blur, fewer pixels, noise, JPEG."""
    size = crop.shape[0]
    x = crop.astype(np.float32) / 255
    x = x ** math.exp(rng.normal(0, 0.3))
    x = 0.5 + (x - 0.5) * math.exp(rng.normal(0, 0.2)) + rng.normal(0, 0.08)
    if rng.random() < 0.3:  # light from one side
        ramp = np.linspace(-1, 1, size, dtype=np.float32)
        turn = rng.uniform(0, 2 * math.pi)
        light = 1 + rng.uniform(0, 0.5) * (ramp[None] * math.cos(turn) + ramp[:, None] * math.sin(turn))
        x = x * (light if x.ndim == 2 else light[..., None])
    if rng.random() < 0.4:
        x = np.asarray(cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 2.2)), np.float32)
    if rng.random() < 0.3:
        small = int(size / rng.uniform(1.3, 3.5))
        x = np.asarray(cv2.resize(cv2.resize(x, (small, small), interpolation=cv2.INTER_AREA), (size, size)))
    if rng.random() < 0.4:
        x = x + rng.normal(0, rng.uniform(0.005, 0.06), x.shape).astype(np.float32)
    out: np.ndarray = (np.clip(x, 0, 1) * 255).astype(np.uint8)
    if rng.random() < 0.5:
        kept = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(12, 90))])[1]
        out = np.asarray(cv2.imdecode(kept, cv2.IMREAD_UNCHANGED))
    return out


def wear_sunglasses(grey: np.ndarray, points: np.ndarray, rng: np.random.Generator) -> None:
    """Draw dark lenses over the eyes of a grey crop, in place; ``points`` (3, 2) eyes and mouth in pixels."""
    across = points[1] - points[0]
    width = float(np.hypot(*across))
    turn = math.degrees(math.atan2(across[1], across[0]))
    lens = (max(int(width * rng.uniform(0.3, 0.44)), 1), max(int(width * rng.uniform(0.2, 0.32)), 1))
    shade = int(rng.integers(0, 60))
    for eye in points[:2]:
        at = (int(eye[0]), int(eye[1]))
        cv2.ellipse(grey, at, lens, turn, 0, 360, shade, -1, cv2.LINE_AA)
    start, end = (tuple(int(v) for v in p) for p in points[:2])
    cv2.line(grey, start, end, shade, max(int(width * 0.06), 1), cv2.LINE_AA)
