"""Rendered weather: exact before/after pairs for classes of which few pictures exist.

Every renderer takes a picture, the seeded fields (``media/weather_fields.py``) and an amount in
[0, 1], and returns the same scene under that weather. Amount 0 returns the picture unchanged.
Used in training only; the program itself draws weather with the trained networks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from engine.media.weather_fields import FIELD_NAMES, seed_fields

STREAKS, FLAKES, BOLT, FLAMES, CLOUDS, POINTS, SUN = range(len(FIELD_NAMES))


@dataclass(frozen=True)
class Scene:
    """What the renderers need to know of a picture: colours, luminance, a guess at sky and distance."""

    rgb: np.ndarray
    luma: np.ndarray
    sky: np.ndarray
    distance: np.ndarray
    y: np.ndarray


def read_scene(picture: np.ndarray) -> Scene:
    """Guess the sky (smooth, connected to the top, not too low) and distance (higher up is farther)."""
    rgb = picture.astype(np.float32) / 255.0
    luma = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
    height, width = luma.shape
    y = np.repeat(np.linspace(0, 1, height, dtype=np.float32)[:, None], width, 1)
    smooth = cv2.GaussianBlur(luma, (0, 0), height / 100 + 0.5)
    gx, gy = cv2.Sobel(smooth, -1, 1, 0), cv2.Sobel(smooth, -1, 0, 1)
    edge = cv2.GaussianBlur(np.hypot(gx, gy) * height / 128, (0, 0), height / 50)
    dark = np.clip(0.32 - smooth, 0, 1) * 2.0
    barrier = np.clip(edge - 0.05, 0, 1) * 3.0 + dark * 0.4
    sky = np.exp(-np.cumsum(barrier, 0) / height * 9.0) / (1 + np.exp((y - 0.66) * 16))
    sky = cv2.GaussianBlur(np.clip(sky * 1.25, 0, 1), (0, 0), height / 64)
    distance = np.clip(sky + (1 - sky) * np.clip(1.15 - 1.1 * y, 0, 1) * 0.8, 0, 1)
    return Scene(rgb, luma, sky, distance, y)


def _mix(a: np.ndarray, b: np.ndarray | tuple[float, float, float], t: np.ndarray | float) -> np.ndarray:
    weight = t[..., None] if isinstance(t, np.ndarray) and t.ndim == 2 else t
    return a + (np.asarray(b, np.float32) - a) * weight


def _desaturate(rgb: np.ndarray, amount: float) -> np.ndarray:
    grey = (rgb @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
    return rgb + (grey - rgb) * amount


def rain(s: Scene, f: np.ndarray, u: float) -> np.ndarray:
    """Grey, wet, hazy, with streaks that are seen falling."""
    x = _desaturate(s.rgb, 0.62 * u)
    x = x ** (1 + 0.25 * u) * (1 - 0.22 * u)
    cloud = 0.50 + 0.16 * (f[CLOUDS] - 0.5)
    grey = np.stack([cloud * 0.96, cloud * 1.0, cloud * 1.03], -1)
    x = _mix(x, grey, (0.22 + 0.38 * s.distance) * u)
    streaks = f[STREAKS] * (0.50 + 0.3 * (1 - s.luma)) * min(1.0, 0.25 + 0.75 * u) * (u > 0)
    x = _mix(x, (0.90, 0.93, 0.96), streaks * 0.72)
    splash = f[FLAKES] * (1 - s.sky) * np.clip(s.y - 0.62, 0, 1) * 1.1 * u
    return _mix(x, (0.86, 0.9, 0.94), np.clip(splash, 0, 0.7))


def thunderstorm(s: Scene, f: np.ndarray, u: float) -> np.ndarray:
    """A dark violet sky torn by lightning that lights the clouds and the ground."""
    x = _desaturate(s.rgb, 0.35 * u)
    cloud = np.clip(0.10 + 0.42 * (f[CLOUDS] - 0.22), 0.03, 0.55)
    storm = np.stack([cloud * 0.78, cloud * 0.72, cloud * 1.22], -1) + 0.10 * _desaturate(s.rgb, 0.6)
    x = _mix(x, storm, s.sky * 0.88 * u)
    dark = (x ** (1 + 0.5 * u)) * np.array([0.42, 0.42, 0.58], np.float32)
    x = _mix(x, dark, (1 - 0.55 * s.sky) * 0.92 * u)
    height = s.luma.shape[0]
    reach = np.clip(s.sky + np.clip(0.62 - s.y, 0, 1) * 1.2, 0, 1)
    bolt = f[BOLT] * reach
    glow = cv2.GaussianBlur(bolt, (0, 0), height / 22) * 3.2 + cv2.GaussianBlur(bolt, (0, 0), height / 7) * 3.0
    x = x + np.clip(glow, 0, 1.1)[..., None] * np.array([0.40, 0.34, 0.66], np.float32) * u
    return _mix(x, (0.97, 0.95, 1.0), np.clip(bolt * 1.35, 0, 1) * min(1.0, 1.5 * u))


def fire(s: Scene, f: np.ndarray, u: float) -> np.ndarray:
    """Flames on the ground, an orange glow over everything, dark smoke above."""
    dark = (s.rgb**1.25) * np.array([0.66, 0.42, 0.30], np.float32) + np.array([0.05, 0.015, 0.0], np.float32)
    x = _mix(s.rgb, dark, 0.85 * u)
    smoke_amount = s.sky * (0.35 + 0.65 * f[CLOUDS]) * 0.75 * u
    shade = 0.30 + 0.35 * (1 - f[CLOUDS])
    smoke = np.stack([shade * 0.95, shade * 0.60, shade * 0.42], -1)
    x = _mix(x, smoke, smoke_amount)
    heat = np.clip(f[FLAMES] * (0.45 + 0.55 * u) - 0.03, 0, 1) * (1 - 0.25 * s.sky) * min(1.0, 2 * u)
    glow = cv2.GaussianBlur(heat, (0, 0), s.luma.shape[0] / 10)
    x = x + glow[..., None] * np.array([0.62, 0.24, 0.04], np.float32) * u
    t = heat[..., None]
    colour = np.concatenate(
        [np.clip(0.62 + 1.5 * t, 0, 1), np.clip(1.55 * t + 0.02, 0, 0.90), np.clip(1.6 * t - 0.75, 0, 0.60)], -1
    )
    cover = np.clip(heat * 3.2, 0, 0.93)[..., None]
    x = x * (1 - cover) + colour * cover
    embers = f[POINTS] * np.clip(s.y + 0.1, 0, 1) * u
    return _mix(x, (1.0, 0.72, 0.25), np.clip(embers * 1.2, 0, 1))


def snow(s: Scene, f: np.ndarray, u: float) -> np.ndarray:
    """Snow lying on what faces up, a pale sky, flakes in the air."""
    height = s.luma.shape[0]
    x = _desaturate(s.rgb, 0.55 * u)
    blurred = cv2.GaussianBlur(s.luma, (0, 0), height / 40)
    texture = np.clip((s.luma - blurred) * 3.2 + 0.5, 0, 1)
    facing = np.clip(cv2.Sobel(cv2.GaussianBlur(s.luma, (0, 0), 1.0), -1, 0, 1) * -2.0 + 0.5, 0, 1)
    lying = (1 - s.sky) * np.clip(
        0.18 + 0.62 * texture + 0.34 * (facing - 0.5) + 0.5 * (s.y - 0.45) + 0.3 * (blurred - 0.3), 0, 1
    )
    shade = np.clip(0.80 + 0.30 * (s.luma - blurred) + 0.10 * (f[CLOUDS] - 0.5), 0.45, 1.0)
    white = np.stack([shade * 0.97, shade * 0.985, shade * 1.03], -1)
    x = _mix(x, white, np.clip(lying * 1.25, 0, 0.97) * u)
    level = 0.79 + 0.09 * (f[CLOUDS] - 0.5) + 0.10 * (s.luma - blurred)
    pale = np.stack([level * 0.95, level * 0.985, level * 1.03], -1)
    x = _mix(x, pale, s.sky * 0.72 * u)
    x = _mix(x, (0.85, 0.88, 0.92), s.distance * 0.18 * u)
    return _mix(x, (1.0, 1.0, 1.0), f[FLAKES] * (0.45 + 0.5 * u) * 0.85 * min(1.0, 2.5 * u))


def night(s: Scene, f: np.ndarray, u: float) -> np.ndarray:
    """Deep blue darkness; stars where the sky is."""
    grey = s.luma[..., None]
    dim = (0.55 * grey + 0.45 * s.rgb) ** 1.35 * np.array([0.17, 0.23, 0.38], np.float32) + np.array(
        [0.008, 0.014, 0.04], np.float32
    )
    gradient = np.stack([0.012 + 0.035 * s.y, 0.025 + 0.08 * s.y, 0.09 + 0.17 * s.y], -1) + 0.05 * grey
    milky = np.clip(f[CLOUDS] - 0.55, 0, 1)[..., None] * np.array([0.16, 0.16, 0.30], np.float32)
    dim = _mix(dim, gradient + milky, s.sky * 0.85)
    x = _mix(s.rgb, dim, u)
    stars = np.clip(f[POINTS] * 1.5, 0, 1) * np.clip(s.sky * 1.4 - 0.25, 0, 1) * u
    return _mix(x, (0.95, 0.97, 1.0), stars)


def sunny(s: Scene, f: np.ndarray, u: float) -> np.ndarray:
    """Clear blue above, warm saturated light below, a sun with its glow."""
    low, high = np.percentile(s.luma, 2), np.percentile(s.luma, 98)
    x = np.clip((s.rgb - low * 0.8 * u) / max(0.35, 1 - (1 - (high - low * 0.8)) * u), 0, 1.2)
    grey = (x @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
    ground = grey + (x - grey) * (1 + 0.65 * u)
    ground = np.clip(ground, 0, 1) ** (1 - 0.25 * u) * np.array([1.06, 1.03, 0.90], np.float32)
    x = _mix(x, ground, u)
    blurred = cv2.GaussianBlur(s.luma, (0, 0), s.luma.shape[0] / 14)
    white = np.clip((s.luma - blurred) * 4.0 + 0.16 + 0.75 * np.clip(f[CLOUDS] - 0.62, 0, 1), 0, 1)
    blue = np.stack([0.13 + 0.42 * s.y, 0.42 + 0.36 * s.y, 0.86 + 0.10 * s.y], -1)
    sky = _mix(blue, (0.97, 0.98, 1.0), white)
    x = _mix(x, sky, s.sky * 0.80 * u)
    sun = f[SUN] * np.clip(s.sky * 1.2 + 0.12, 0, 1) * u
    return _mix(x, (1.0, 0.98, 0.90), np.clip(sun * 1.1, 0, 1))


def fog(s: Scene, f: np.ndarray, u: float) -> np.ndarray:
    """Depth haze, thicker in drifts."""
    x = _desaturate(s.rgb, 0.5 * u)
    amount = np.clip(0.22 + 0.68 * s.distance + 0.35 * (f[CLOUDS] - 0.5), 0, 0.93) * u
    return _mix(x, (0.76, 0.79, 0.80), amount)


def sunset(s: Scene, f: np.ndarray, u: float) -> np.ndarray:
    """A burning low sky over a ground in shadow."""
    band = np.clip(s.y / 0.6, 0, 1)[..., None]
    top, low = np.array([0.34, 0.24, 0.46], np.float32), np.array([1.0, 0.56, 0.20], np.float32)
    sky = (top + (low - top) * band**1.3) * (0.62 + 0.55 * s.luma[..., None]) + 0.12 * (f[CLOUDS][..., None] - 0.5)
    ground = s.rgb**1.2 * np.array([0.78, 0.50, 0.40], np.float32)
    return _mix(s.rgb, ground + (sky - ground) * s.sky[..., None], 0.88 * u)


def cloudy(s: Scene, f: np.ndarray, u: float) -> np.ndarray:
    """An overcast sky and flat light."""
    x = _desaturate(s.rgb, 0.4 * u) * (1 - 0.15 * u)
    level = np.clip(0.30 + 0.62 * f[CLOUDS], 0, 0.92)
    return _mix(x, np.stack([level * 0.96, level * 0.98, level * 1.02], -1), s.sky * 0.78 * u)


Renderer = Callable[[Scene, np.ndarray, float], np.ndarray]
RENDERERS: dict[str, Renderer] = {
    "rain": rain,
    "thunderstorm": thunderstorm,
    "fire": fire,
    "snow": snow,
    "night": night,
    "sunny": sunny,
    "fog": fog,
    "sunset": sunset,
    "cloudy": cloudy,
}


def render_weather(
    picture: np.ndarray, name: str, amount: float, seed: int, fields: np.ndarray | None = None
) -> np.ndarray:
    """``picture`` uint8 (H, W, 3) under the weather ``name``; same size, uint8."""
    if fields is None:
        fields = seed_fields(picture.shape[0], picture.shape[1], seed)
    out = RENDERERS[name](read_scene(picture), fields, float(amount))
    return (np.clip(out, 0, 1) * 255 + 0.5).astype(np.uint8)


def random_weather(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """``picture`` under a random weather of random amount."""
    name = list(RENDERERS)[int(rng.integers(len(RENDERERS)))]
    return render_weather(picture, name, float(rng.uniform(0.5, 1.0)), int(rng.integers(2**31)))
