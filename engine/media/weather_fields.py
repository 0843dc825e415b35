"""Seeded fields that weather is drawn from: falling streaks, flakes, a discharge, flames, clouds, points, a sun.

Like a generator's stored noise they carry chance and no meaning: where a drop falls, how a bolt
branches. A rendered picture and the structure editor are given the same fields; *which* of them
shows, where and how strongly is rendered from a label, or learned from a guide.
"""

from __future__ import annotations

import copy

import cv2
import numpy as np

FIELD_NAMES = ("streaks", "flakes", "bolt", "flames", "clouds", "points", "sun")


def fractal_noise(
    height: int, width: int, rng: np.random.Generator, *, base: float, octaves: int = 4, stretch: float = 1.0
) -> np.ndarray:
    """Smooth noise in about [0, 1], float32 (height, width); ``base`` cells across the shorter side."""
    total, amplitude, norm = np.zeros((height, width), np.float32), 1.0, 0.0
    short = min(height, width)
    for octave in range(octaves):
        cells = base * 2**octave
        rows = max(2, int(round(cells * height / short / stretch)) + 1)
        cols = max(2, int(round(cells * width / short)) + 1)
        grid = rng.random((rows, cols), dtype=np.float32)
        total += amplitude * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        norm += amplitude
        amplitude *= 0.5
    return total / norm


def motion_blur(image: np.ndarray, length: int, slant: float) -> np.ndarray:
    """Smear along a nearly vertical line of ``length`` px; ``slant`` is dx per dy."""
    kernel = np.zeros((length, length), np.float32)
    mid = (length - 1) / 2
    x0, x1 = mid - slant * mid, mid + slant * mid
    cv2.line(kernel, (int(round(x0)), 0), (int(round(x1)), length - 1), 1.0, 1, cv2.LINE_AA)
    return cv2.filter2D(image, -1, kernel / max(kernel.sum(), 1e-6), borderType=cv2.BORDER_REFLECT)


def streak_field(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Falling rain: streaks of two lengths, one slant. float32 in [0, 1]."""
    slant = float(rng.uniform(-0.35, 0.35))
    scale = max(1.0, min(height, width) / 160)
    out = np.zeros((height, width), np.float32)
    for length, density, gain in ((11, 0.014, 5.5), (19, 0.007, 10.0), (31, 0.003, 18.0)):
        drops = (rng.random((height, width), dtype=np.float32) < density / scale).astype(np.float32)
        drops *= rng.random((height, width), dtype=np.float32) * 0.7 + 0.3
        out += motion_blur(drops, int(length * scale) | 1, slant) * gain * scale
    if scale > 1.5:
        out = cv2.GaussianBlur(out, (0, 0), 0.35 * scale) * 1.5
    return np.clip(out, 0, 1)


def flake_field(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Falling snow: soft discs of three sizes. float32 in [0, 1]."""
    scale = max(1.0, min(height, width) / 160)
    out = np.zeros((height, width), np.float32)
    for sigma, density, gain in ((0.55, 0.020, 2.2), (0.9, 0.006, 5.0), (1.5, 0.0012, 13.0)):
        dots = (rng.random((height, width), dtype=np.float32) < density / scale**1.6).astype(np.float32)
        s = sigma * scale
        out += cv2.GaussianBlur(dots, (0, 0), s) * gain * scale**2
    return np.clip(out, 0, 1)


def _branch(
    points: list[tuple[np.ndarray, np.ndarray, float]],
    start: np.ndarray,
    end: np.ndarray,
    width: float,
    rng: np.random.Generator,
) -> None:
    """Midpoint displacement from ``start`` to ``end``; side branches thin out."""
    path = [start, end]
    spread = float(np.linalg.norm(end - start)) * 0.17
    for _ in range(5):
        refined = [path[0]]
        for a, b in zip(path[:-1], path[1:], strict=True):
            refined += [(a + b) / 2 + rng.normal(0, spread, 2) * np.array([1.0, 0.35]), b]
        path, spread = refined, spread * 0.52
    for a, b in zip(path[:-1], path[1:], strict=True):
        points.append((a, b, width))
    if width > 0.45:
        for _ in range(int(rng.integers(2, 5))):
            i = int(rng.integers(len(path) // 6, len(path) - 4))
            reach = (end - start) * rng.uniform(0.2, 0.45)
            turn = rng.uniform(-0.9, 0.9)
            side = np.array([reach[0] + turn * abs(reach[1]), reach[1] * rng.uniform(0.5, 1.0)])
            _branch(points, path[i], path[i] + side, width * 0.5, rng)


def bolt_branches(
    start: np.ndarray, end: np.ndarray, width: float, rng: np.random.Generator
) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """One discharge from ``start`` to ``end`` (x, y): its pieces (from, to, weight in [0, 1])."""
    pieces: list[tuple[np.ndarray, np.ndarray, float]] = []
    _branch(pieces, start, end, width, rng)
    return pieces


def bolt_field(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """One or two branching discharges from the top edge towards the lower half. float32 in [0, 1]."""
    segments: list[tuple[np.ndarray, np.ndarray, float]] = []
    for _ in range(1 if rng.random() < 0.55 else 2):
        top = np.array([rng.uniform(0.15, 0.85) * width, -0.02 * height])
        foot = np.array([top[0] + rng.uniform(-0.25, 0.25) * width, rng.uniform(0.5, 0.72) * height])
        _branch(segments, top, foot, 1.0, rng)
    scale = max(1.0, min(height, width) / 128) * float(rng.uniform(0.7, 1.15))
    core = np.zeros((height, width), np.float32)
    shift = 3
    for a, b, weight in segments:
        p, q = (a * 2**shift).round().astype(int), (b * 2**shift).round().astype(int)
        thickness = max(1, int(round(scale * (0.8 + 0.9 * weight))))
        layer_value = 0.55 + 0.45 * weight
        cv2.line(
            core, (int(p[0]), int(p[1])), (int(q[0]), int(q[1])), float(layer_value), thickness, cv2.LINE_AA, shift
        )
    return np.clip(core + 0.9 * cv2.GaussianBlur(core, (0, 0), 1.0 * scale), 0, 1)


def flame_field(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Tongues of flame rising from the lower part. float32 in [0, 1]; 1 is the hottest."""
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    short = min(height, width)
    grid_x, grid_y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    raw = fractal_noise(height, width, rng, base=5, octaves=5, stretch=1.9)
    turbulence: np.ndarray = np.clip((raw - 0.5) * 2.4 + 0.5, 0, 1)
    # Two scales of sideways warping make tongues lick instead of standing like bars.
    for base, reach in ((4, 0.14), (11, 0.055)):
        warp_x = (fractal_noise(height, width, rng, base=base, octaves=2) - 0.5) * reach * 2 * short
        warp_y = (fractal_noise(height, width, rng, base=base, octaves=2) - 0.5) * reach * short
        turbulence = cv2.remap(
            turbulence, grid_x + warp_x, grid_y + warp_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
    fronts = rng.random((1, max(4, round(6 * width / short))), dtype=np.float32)
    flame_height = 0.14 + 0.42 * np.clip(cv2.resize(fronts, (width, 1), interpolation=cv2.INTER_CUBIC), 0, 1)
    rise = (1.0 - y) / flame_height
    heat = turbulence * 1.25 + 0.15 - 0.85 * rise
    return np.clip(heat, 0, 1).astype(np.float32)


def sun_field(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """A sun's disc, glow and rays in the upper third. float32 in [0, 1]."""
    cx, cy = rng.uniform(0.12, 0.88) * width, rng.uniform(0.06, 0.28) * height
    short = min(height, width)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    r = np.hypot(x - cx, y - cy) / short + 1e-4
    angle = np.arctan2(y - cy, x - cx)
    rays = 0.5 + 0.5 * np.cos(angle * int(rng.integers(5, 9)) + rng.uniform(0, 6.28))
    glow = 0.55 * np.exp(-r / 0.13) + 0.35 * rays**3 * np.exp(-r / 0.17) + 1.2 * np.exp(-((r / 0.045) ** 2))
    return np.clip(glow, 0, 1).astype(np.float32)


def cloud_field(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Banks of cloud, wider than high. float32 in [0, 1]."""
    return np.clip((fractal_noise(height, width, rng, base=3, octaves=5, stretch=0.5) - 0.5) * 2.0 + 0.5, 0, 1)


def point_field(height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Scattered points of unlike brightness. float32 in [0, 1]."""
    points = (rng.random((height, width), dtype=np.float32) < 0.006).astype(np.float32)
    points *= rng.random((height, width), dtype=np.float32)
    scale = max(1.0, min(height, width) / 160)
    if scale > 1.2:
        points = cv2.GaussianBlur(points / scale, (0, 0), 0.4 * scale) * 1.6 * scale**2
    return np.clip(points, 0, 1)


_IN_ORDER = (
    ("clouds", cloud_field),
    ("points", point_field),
    ("streaks", streak_field),
    ("flakes", flake_field),
    ("bolt", bolt_field),
    ("flames", flame_field),
    ("sun", sun_field),
)
"""The fields as they take their chances, one after the other, from one seed."""


def seed_fields(height: int, width: int, seed: int, like: tuple[int, int] | None = None) -> np.ndarray:
    """All fields for a picture of this size: float32 (7, height, width) in [0, 1], order ``FIELD_NAMES``.

    ``like`` (height, width): the size at which the same picture was drawn before. What has a shape (bolt, flames,
    clouds, sun) then is where it is there: a bolt must not jump when the picture is drawn larger.
    """
    rng = np.random.default_rng((20240, seed))
    drawn = {}
    for name, draw in _IN_ORDER:
        chance = copy.deepcopy(rng)  # how many numbers a field takes depends on its size
        drawn[name] = draw(*(like or (height, width)), rng)
        if like is not None and like != (height, width):
            drawn[name] = draw(height, width, chance)
    return np.stack([drawn[name] for name in FIELD_NAMES]).astype(np.float32)
