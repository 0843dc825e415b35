"""How loud a sound is over time: what drives a morph."""

from __future__ import annotations

from typing import Literal

import numpy as np

from engine.media.sound import Sound

Drive = Literal["travel", "pulse"]

_WINDOW_SECONDS = 0.1
_RANGE_DB = 45.0  # what lies this far below the loudest moment counts as rest
_RELEASE_SECONDS = 0.4  # the picture lets go more slowly than it is struck


def loudness_curve(sound: Sound, frames_per_second: float) -> np.ndarray:
    """(frames,) float32 in 0–1 per video frame: RMS in dB over 45 dB below the loudest, fast attack, slow release."""
    frames = max(2, round(sound.seconds * frames_per_second))
    half = max(1, round(_WINDOW_SECONDS * sound.rate / 2))
    energy = np.concatenate([[0.0], np.cumsum(np.square(sound.samples, dtype=np.float64))])
    centres = np.round((np.arange(frames) + 0.5) / frames_per_second * sound.rate).astype(np.int64)
    first = np.clip(centres - half, 0, len(sound.samples) - 1)
    last = np.clip(centres + half, first + 1, len(sound.samples))
    power = np.maximum((energy[last] - energy[first]) / (last - first), 1e-12)
    decibels = 10.0 * np.log10(power)
    level = np.clip((decibels - decibels.max()) / _RANGE_DB + 1.0, 0.0, 1.0)
    release = np.exp(-1.0 / (_RELEASE_SECONDS * frames_per_second))
    for i in range(1, frames):
        level[i] = max(level[i], level[i - 1] * release)
    return level.astype(np.float32)


def morph_positions(sound: Sound, frames_per_second: float, drive: Drive = "travel") -> np.ndarray:
    """(frames,) float32 in 0–1: where between source (0) and result (1) each video frame stands.

    ``travel``: starts at 0, ends at 1, moves while the sound is loud and rests while it is quiet.
    ``pulse``: follows the loudness itself, back and forth.
    """
    level = loudness_curve(sound, frames_per_second)
    if drive == "pulse":
        return level
    steps = np.square(level, dtype=np.float64)
    travelled = np.cumsum(steps) - steps[0]
    end = travelled[-1]
    if end <= 0:
        return np.linspace(0, 1, len(level), dtype=np.float32)
    return (travelled / end).astype(np.float32)
