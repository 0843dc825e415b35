"""Views of log-mels for training: cut, stretched, mixed, laid over noise, masked. In [-1, 1], (mels, frames)."""

from __future__ import annotations

import numpy as np

from engine.embedding.mel import MelConfig


def window(mel: np.ndarray, frames: int, rng: np.random.Generator) -> np.ndarray:
    """A random window of ``frames`` columns; short clips are placed in silence, sometimes repeated."""
    if mel.shape[1] >= frames:
        start = int(rng.integers(0, mel.shape[1] - frames + 1))
        return mel[:, start : start + frames].astype(np.float32)
    out = np.full((mel.shape[0], frames), -1, np.float32)
    start = int(rng.integers(0, frames - mel.shape[1] + 1))
    out[:, start : start + mel.shape[1]] = mel
    if rng.random() < 0.5 and mel.shape[1] < frames // 2:
        step = mel.shape[1] + int(rng.integers(0, frames // 4))
        start += step
        while start + mel.shape[1] <= frames:
            out[:, start : start + mel.shape[1]] = mel
            start += step
    return out


def uneven_response(at: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Decibels at places ``at`` in [0, 1] of the ear's scale of pitch, as microphones, rooms and distance change a
    sound: an uneven response, a tilt, and often a band without its lows or highs."""
    curve = np.interp(at, np.linspace(0, 1, 6), rng.normal(0, 3.0, 6)) + rng.normal(0, 5.0) * (at - 0.5)
    if rng.random() < 0.3:
        curve -= 60 * np.clip(at - rng.uniform(0.55, 1.0), 0, None)
    if rng.random() < 0.2:
        curve -= 60 * np.clip(rng.uniform(0.0, 0.25) - at, 0, None)
    return np.asarray(curve)


def varied_mel(mel: np.ndarray, config: MelConfig, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """(a window stretched, shifted in pitch, gained and equalised; the gain in dB). Gain changes the target, too."""
    frames, span = config.frames, config.db_ceiling - config.db_floor
    m = window(mel, frames, rng)
    rate = rng.uniform(0.85, 1.18)
    columns = np.clip(np.arange(frames) * rate + rng.uniform(0, frames * max(0.0, 1 - rate)), 0, frames - 1).astype(int)
    m = m[:, columns]
    shift = int(rng.integers(-3, 4))
    m = np.roll(m, shift, 0)
    if shift > 0:
        m[:shift] = m[shift]
    elif shift < 0:
        m[shift:] = m[shift - 1]
    gain = float(rng.uniform(-20, 12))
    m = np.where(m > -0.995, np.clip(m + 2 * gain / span, -1, 1), m)
    curve = uneven_response(np.linspace(0, 1, config.n_mels), rng)
    # Silence stays silent: a response moves only what is heard.
    m = np.where(m > -0.995, m + curve[:, None] * 2 / span, m)
    return np.clip(m, -1, 1).astype(np.float32), gain


def mixed_mel(a: np.ndarray, b: np.ndarray, share: float, config: MelConfig) -> np.ndarray:
    """Two log-mels added as powers, ``share`` of the second."""
    span = config.db_ceiling - config.db_floor

    def power(m: np.ndarray) -> np.ndarray:
        return np.power(10.0, ((m + 1) * span / 2 + config.db_floor) / 10)

    total = np.maximum(power(a) * (1 - share) + power(b) * share, 10 ** (config.db_floor / 10))
    return np.clip((10 * np.log10(total) - config.db_floor) * 2 / span - 1, -1, 1).astype(np.float32)


def over_background(mel: np.ndarray, noise: np.ndarray, ratio_db: float, config: MelConfig) -> np.ndarray:
    """A log-mel with ``noise`` (same shape) under it, its mean power ``ratio_db`` below the mel's."""
    span = config.db_ceiling - config.db_floor

    def decibels(m: np.ndarray) -> np.ndarray:
        return (m + 1) * span / 2 + config.db_floor

    a, b = 10 ** (decibels(mel) / 10), 10 ** (decibels(noise) / 10)
    total = a + b * (a.mean() / b.mean() * 10 ** (-ratio_db / 10))
    return np.clip((10 * np.log10(total) - config.db_floor) * 2 / span - 1, -1, 1).astype(np.float32)


def masked(mel: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """SpecAugment: two bands of up to 15 % of the mels, two stretches of up to 15 % of the time."""
    mels, frames = mel.shape
    for _ in range(2):
        high = int(rng.integers(0, int(mels * 0.15) + 1))
        low = int(rng.integers(0, mels - high + 1))
        mel[low : low + high] = -1
        wide = int(rng.integers(0, int(frames * 0.15) + 1))
        left = int(rng.integers(0, frames - wide + 1))
        mel[:, left : left + wide] = -1
    return mel
