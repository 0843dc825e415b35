"""A morph: pictures along a way from one state to another, paced by a sound's loudness, with the sound on it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from engine.errors import RequestError
from engine.media.loudness_curve import Drive, morph_positions
from engine.media.sound import Sound
from engine.media.videos import VideoCodec, write_video
from engine.steps import Progress

KEY_FRAMES = 33  # rendered along the way; frames between two of them are blended: invisible at these distances
MAX_SIDE = 1920  # pixels: larger videos play nowhere smoothly
MAX_SECONDS = 600.0


def write_morph(
    path: str | Path,
    render: Callable[[float], np.ndarray],
    sound: Sound,
    *,
    frames_per_second: int = 25,
    drive: Drive = "travel",
    codec: VideoCodec = "vp9",
    key_frames: int = KEY_FRAMES,
    licence: str = "",
) -> Generator[Progress, None, int]:
    """Render ``key_frames`` pictures with ``render(t)``, t from 0 to 1 → (H, W, 3) uint8 sRGB, and encode the video.

    As long as ``sound``; carries the models' ``licence``; yields ``Progress`` ("key frames", then "video"); returns
    the number of frames; the file appears at the end. Raises ``RequestError`` for sounds over ten minutes and
    ``SaveError``.
    """
    if sound.seconds > MAX_SECONDS:
        raise RequestError(f"{sound.name} is longer than ten minutes; cut out the part the morph should follow.")
    if not 1 <= frames_per_second <= 120:
        raise RequestError(f"{frames_per_second} pictures a second is out of range; choose 1 to 120.")
    keys: list[np.ndarray] = []
    for number in range(key_frames):
        keys.append(at_most(render(number / (key_frames - 1)), MAX_SIDE))
        yield Progress("key frames", number + 1, key_frames)
    positions = morph_positions(sound, frames_per_second, drive)
    yield from write_video(path, between(keys, positions), len(positions), frames_per_second, sound, codec, licence)
    return len(positions)


def between(keys: Sequence[np.ndarray], positions: Iterable[float]) -> Iterator[np.ndarray]:
    """One (H, W, 3) uint8 picture per position in 0–1, blended from the two nearest key frames."""
    for position in positions:
        at = float(position) * (len(keys) - 1)
        low = min(int(at), len(keys) - 2)
        yield cv2.addWeighted(keys[low], 1 - (at - low), keys[low + 1], at - low, 0)


def at_most(pixels: np.ndarray, side: int) -> np.ndarray:
    """``pixels``, made smaller when its longer side exceeds ``side``."""
    longest = max(pixels.shape[:2])
    if longest <= side:
        return pixels
    return cv2.resize(pixels, None, fx=side / longest, fy=side / longest, interpolation=cv2.INTER_AREA)
