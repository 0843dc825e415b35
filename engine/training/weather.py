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


def _steep(u: float) -> float:
    """Rises early: half an amount of night is already night."""
    return 1.0 - (1.0 - u) ** 2


def _fine(s: Scene) -> np.ndarray:
    """The drawing of the picture, its fine luminance (H, W, 1): what haze and darkness would wash out is given back,
    so that an edit keeps the artist's lines."""
    return (s.luma - cv2.GaussianBlur(s.luma, (0, 0), s.luma.shape[0] / 40))[..., None]


def rain(s: Scene, f: np.ndarray, u: float) -> np.ndarray:
    """Grey, wet, hazy, with streaks that are seen falling."""
    e = _steep(u)
    x = _desaturate(s.rgb, 0.75 * e)
    x = x ** (1 + 0.25 * e) * (1 - 0.28 * e)
    cloud = 0.42 + 0.16 * (f[CLOUDS] - 0.5)
    grey = np.stack([cloud * 0.95, cloud * 1.0, cloud * 1.04], -1)
    haze = (0.22 + 0.40 * s.distance) * e
    x = _mix(x, grey, haze) + 0.75 * e * _fine(s)
    streaks = f[STREAKS] * (0.62 + 0.3 * (1 - s.luma)) * min(1.0, 0.35 + 0.65 * e) * (u > 0)
    x = _mix(x, (0.90, 0.93, 0.97), np.clip(streaks, 0, 1) * 0.78)
    splash = f[FLAKES] * (1 - s.sky) * np.clip(s.y - 0.62, 0, 1) * 1.1 * e
    return _mix(x, (0.86, 0.9, 0.94), np.clip(splash, 0, 0.7))


def thunderstorm(s: Scene, f: np.ndarray, u: float) -> np.ndarray:
    """A dark violet sky torn by lightning that lights the clouds and the ground."""
    e = _steep(u)
    calm = _desaturate(s.rgb, 0.75)
    x = _desaturate(s.rgb, 0.75 * e)
    cloud = np.clip(0.10 + 0.42 * (f[CLOUDS] - 0.22), 0.03, 0.55)
    storm = np.stack([cloud * 0.80, cloud * 0.76, cloud * 1.22], -1) + 0.10 * calm
    x = _mix(x, storm, s.sky * 0.88 * e)
    dark = (calm**1.4) * np.array([0.36, 0.37, 0.56], np.float32) + 0.35 * _fine(s)
    x = _mix(x, dark, (1 - 0.6 * s.sky) * 0.94 * e)
    height = s.luma.shape[0]
    reach = np.clip(s.sky + np.clip(0.62 - s.y, 0, 1) * 1.2, 0, 1)
    bolt = f[BOLT] * reach
    glow = cv2.GaussianBlur(bolt, (0, 0), height / 26) * 2.4 + cv2.GaussianBlur(bolt, (0, 0), height / 8) * 2.2
    x = x + np.clip(glow, 0, 0.8)[..., None] * np.array([0.40, 0.36, 0.64], np.float32) * e
    return _mix(x, (0.97, 0.95, 1.0), np.clip(bolt * 1.5, 0, 1) * min(1.0, 1.8 * u))


def fire(s: Scene, f: np.ndarray, u: float) -> np.ndarray:
    """Flames on the ground, an orange glow over everything, dark smoke above."""
    dark = (s.rgb**1.25) * np.array([0.66, 0.42, 0.30], np.float32) + np.array([0.05, 0.015, 0.0], np.float32)
    x = _mix(s.rgb, dark + 0.3 * _fine(s), 0.85 * u)
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
    e = _steep(_steep(u))
    grey = s.luma[..., None]
    dim = np.clip(0.6 * grey + 0.4 * s.rgb, 0, 1) ** 1.4 * np.array([0.14, 0.20, 0.36], np.float32) + np.array(
        [0.006, 0.012, 0.04], np.float32
    )
    gradient = np.stack([0.010 + 0.03 * s.y, 0.022 + 0.07 * s.y, 0.085 + 0.16 * s.y], -1) + 0.05 * grey
    milky = np.clip(f[CLOUDS] - 0.55, 0, 1)[..., None] * np.array([0.14, 0.14, 0.28], np.float32)
    dim = _mix(dim, gradient + milky, s.sky * 0.85) + 0.16 * _fine(s)
    x = _mix(s.rgb, dim, e)
    stars = np.clip(f[POINTS] * 1.6, 0, 1) * np.clip(s.sky * 1.4 - 0.25, 0, 1) * e
    return _mix(x, (0.95, 0.97, 1.0), stars)


def sunny(s: Scene, f: np.ndarray, u: float) -> np.ndarray:
    """Clear blue above, bright saturated daylight below, a sun with its glow: from dusk, storm or fire, too."""
    e = _steep(u)
    # Daylight first: the picture's cast goes, its light rises to noon.
    cast = s.rgb.mean((0, 1)) - s.luma.mean()
    x = s.rgb - cast * (0.9 * e)
    red = np.clip(x[..., :1] - np.maximum(x[..., 1:2], x[..., 2:]), 0, 1)
    x = x - red * np.array([0.75, -0.10, 0.0], np.float32) * e
    low, high = np.percentile(s.luma, 1), np.percentile(s.luma, 99)
    x = np.clip((x - low * 0.8 * e) / max(0.30, 1 - (1 - (high - low * 0.8)) * e), 0.0, 1.1)
    level = float(np.clip(x.mean(), 0.03, 0.9))
    x = x ** (1 + (np.clip(np.log(0.54) / np.log(level), 0.34, 1.15) - 1) * e)
    grey = (x @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
    ground = (grey + (x - grey) * 1.7) * np.array([1.04, 1.05, 0.90], np.float32)
    # What has no colour of its own is given grass and sand.
    plain = np.clip(1 - 6 * (x.max(2) - x.min(2)), 0, 1)[..., None] * np.clip(1.6 - 1.6 * grey, 0, 1)
    ground = ground + plain * np.array([0.02, 0.09, -0.10], np.float32)
    x = _mix(x, ground, (1 - s.sky) * e)
    blurred = cv2.GaussianBlur(s.luma, (0, 0), s.luma.shape[0] / 14)
    white = np.clip((s.luma - blurred) * 3.2 + 0.10 + 1.1 * np.clip(f[CLOUDS] - 0.60, 0, 1), 0, 1)
    blue = np.stack([0.14 + 0.44 * s.y, 0.45 + 0.36 * s.y, 0.90 + 0.08 * s.y], -1)
    sky = _mix(blue, (0.97, 0.98, 1.0), white) + 0.8 * _fine(s)
    x = _mix(x, sky, np.clip(s.sky * 1.15, 0, 1) * 0.93 * e)
    sun = f[SUN] * np.clip(s.sky * 1.2 + 0.12, 0, 1) * e
    return _mix(x, (1.0, 0.98, 0.90), np.clip(sun * 1.0, 0, 1))


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
