"""A whole sound file → ``Sound``."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from engine.errors import SoundError
from engine.media.loudness import require_audible
from engine.media.sound import Sound
from engine.media.sound_stream import open_sound_stream

MIN_SECONDS = 0.05
MAX_SECONDS = 3600.0


def load_sound(path_or_bytes: str | Path | bytes, name: str = "", *, allow_silence: bool = False) -> Sound:
    """Read any sound PyAV decodes (also the sound track of a video) as mono float32 within ±1.

    The rate is the file's own, at most 48 kHz. Raises ``SoundError`` naming the file when it is missing,
    empty, no sound, without a sound track, cut off, shorter than 0.05 s, longer than an hour, holds NaN,
    or is silent from end to end (unless ``allow_silence``).
    """
    path = None if isinstance(path_or_bytes, bytes) else Path(path_or_bytes)
    name = name or (path.name if path else "sound")
    try:
        with open_sound_stream(path_or_bytes, name) as stream:
            # A little over the declared length, so that growing (and its second copy) is the exception.
            expected = int(min(stream.declared_seconds or 10.0, MAX_SECONDS) * stream.rate) + stream.rate
            samples = np.empty(expected, np.float32)
            filled = 0
            longest = int(MAX_SECONDS * stream.rate) + stream.rate
            for block in stream.blocks():
                if filled + len(block) > len(samples):
                    samples = np.concatenate([samples[:filled], np.empty(filled + len(block), np.float32)])
                samples[filled : filled + len(block)] = block
                filled += len(block)
                if filled > longest:
                    raise SoundError(f"{name} is longer than an hour; cut out the part you want first.")
            rate = stream.rate
    except MemoryError as error:
        raise SoundError(f"{name} does not fit into memory; cut out the part you want first.", error) from error
    samples = samples[:filled]
    if filled < MIN_SECONDS * rate:
        raise SoundError(f"{name} is only {filled / rate:.3f} s long; choose at least {MIN_SECONDS} s of sound.")
    sound = Sound(samples, rate, _sha256(path_or_bytes), name, path)
    if not allow_silence:
        require_audible(sound)
    return sound


def _sha256(path_or_bytes: str | Path | bytes) -> str:
    if isinstance(path_or_bytes, bytes):
        return hashlib.sha256(path_or_bytes).hexdigest()
    with open(path_or_bytes, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
