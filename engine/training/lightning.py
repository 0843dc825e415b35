"""Lightning as photographers bring it home: long exposures under skies of every colour, over a dark land.

Real ones with an open licence are few (eight); these teach the picture tower what they have in common.
"""

from __future__ import annotations

import cv2
import numpy as np

from engine.media.weather_fields import bolt_branches, fractal_noise

SKIES = (
    (0.46, 0.42, 0.72), (0.62, 0.40, 0.60), (0.30, 0.42, 0.75), (0.62, 0.44, 0.30), (0.52, 0.50, 0.52),
    (0.32, 0.50, 0.56), (0.34, 0.22, 0.44), (0.58, 0.50, 0.46),
)  # fmt: skip


def _bolts(height: int, width: int, horizon: float, rng: np.random.Generator) -> np.ndarray:
    """One to six discharges, mostly down to the land, some across the sky. float32 in [0, 1]."""
    core = np.zeros((height, width), np.float32)
    for _ in range(1 + int(rng.geometric(0.45)) % 6):
        start = np.array([rng.uniform(0.05, 0.95) * width, rng.uniform(-0.05, 0.45) * height])
        if rng.random() < 0.8:
            end = np.array([start[0] + rng.normal(0, 0.18) * width, horizon * height])
        else:
            end = start + np.array([rng.choice([-1, 1]) * rng.uniform(0.3, 0.8) * width, rng.uniform(0, 0.3) * height])
        heavy = rng.uniform(0.5, 1.0)
        for a, b, weight in bolt_branches(start, end, heavy, rng):
            p, q = (a * 8).round().astype(int), (b * 8).round().astype(int)
            thick = 2 if weight > 0.8 and rng.random() < 0.5 else 1
            value = float(heavy * (0.45 + 0.55 * weight))
            cv2.line(core, (int(p[0]), int(p[1])), (int(q[0]), int(q[1])), value, thick, cv2.LINE_AA, 3)
    return core


def lightning_photograph(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A thunderstorm loosely after ``picture`` uint8 (H, W, 3): its shapes are the clouds. Same size, uint8."""
    height, width = picture.shape[:2]
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    horizon = float(rng.uniform(0.7, 0.98))
    clouds = fractal_noise(height, width, rng, base=float(rng.uniform(1.5, 4)), octaves=5, stretch=0.6)
    shape = 0.55 * clouds + 0.45 * cv2.GaussianBlur(luma, (0, 0), height / 50)
    contrast, level = rng.uniform(0.3, 1.8), rng.uniform(0.15, 0.75)
    colour = np.array(SKIES[int(rng.integers(len(SKIES)))], np.float32) * rng.uniform(0.85, 1.15, 3).astype(np.float32)
    second = np.array(SKIES[int(rng.integers(len(SKIES)))], np.float32)
    low = np.clip(y / horizon, 0, 1)[..., None] ** 2 * rng.uniform(0, 0.7)
    sky = (colour * (1 - low) + second * low) * 2 * level * np.clip(0.55 + contrast * (shape[..., None] - 0.5), 0.05, 2)
    core = _bolts(height, width, horizon, rng)
    glow = cv2.GaussianBlur(core, (0, 0), height / 40) * 1.6 + cv2.GaussianBlur(core, (0, 0), height / 9) * 2.0
    sky = sky + np.clip(glow, 0, 0.9)[..., None] * (0.35 + 0.65 * colour) * rng.uniform(0.3, 1.0)
    sky = sky + (1.0 - sky) * np.clip(core * rng.uniform(1.0, 1.6), 0, 1)[..., None]
    skyline = horizon + (fractal_noise(1, width, rng, base=6, octaves=4)[0] - 0.5) * rng.uniform(0, 0.16)
    land = 1 / (1 + np.exp(-np.clip((y - skyline[None]) * height * 0.8, -40, 40)))
    ground = luma[..., None] ** 1.5 * rng.uniform(0.05, 0.4) * (0.5 + colour)
    out = sky + (ground - sky) * land[..., None]
    if rng.random() < 0.35:
        lights = (rng.random((height, width)) < 0.05) * (np.abs(y - horizon - 0.02) < 0.035)
        out = out + cv2.GaussianBlur(lights.astype(np.float32), (0, 0), 0.7)[..., None] * np.array([3, 2.2, 1.2])
    return (np.clip(out, 0, 1) * 255 + 0.5).astype(np.uint8)
