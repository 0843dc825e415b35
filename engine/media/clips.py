"""Cutting, gain and mixing of sounds; originals are never changed."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace
from math import gcd

import numpy as np

from engine.errors import RequestError
from engine.media.load_sounds import MIN_SECONDS
from engine.media.loudness import require_audible
from engine.media.sound import Sound

MAX_GAIN_DB = 60.0
_END_SLACK = 0.011  # s: lengths are shown with two digits, so "to 3.42" may lie just past the end


def clip(
    sound: Sound, start: float = 0.0, end: float | None = None, gain_db: float = 0.0, *, allow_silence: bool = False
) -> Sound:
    """The part ``start``–``end`` in seconds of ``sound`` (None: to its end), times ``gain_db`` dB, clamped to ±1.

    Keeps the sound's identity (``sha256`` is the file's). Raises ``RequestError`` when the trim lies outside
    the sound or leaves less than 0.05 s, or the gain is out of range; ``SoundError`` when the part is silent.
    """
    if not math.isfinite(gain_db) or abs(gain_db) > MAX_GAIN_DB:
        raise RequestError(f"A gain of {gain_db} dB is out of range; choose −{MAX_GAIN_DB:.0f} to {MAX_GAIN_DB:.0f}.")
    stop = sound.seconds if end is None else end
    if not (math.isfinite(start) and math.isfinite(stop)) or start < 0 or start >= sound.seconds:
        raise _outside(sound, start, stop)
    if stop > sound.seconds + _END_SLACK or stop <= start:
        raise _outside(sound, start, stop)
    first, last = round(start * sound.rate), min(len(sound.samples), round(stop * sound.rate))
    if last - first < MIN_SECONDS * sound.rate - 1:
        raise RequestError(f"The trim leaves only {(last - first) / sound.rate:.3f} s of {sound.name}; keep 0.05 s.")
    part = sound.samples[first:last]
    if gain_db != 0.0:
        part = np.clip(part * np.float32(10.0 ** (gain_db / 20.0)), -1.0, 1.0)
    cut = replace(sound, samples=part)
    # Silence is judged before the gain: turning a sound down is the artist's right, choosing a gap is a slip.
    if not allow_silence:
        require_audible(replace(sound, samples=sound.samples[first:last]))
    return cut


def _outside(sound: Sound, start: float, stop: float) -> RequestError:
    return RequestError(
        f"The trim {start:g}:{stop:g} lies outside {sound.name}, which is {sound.seconds:.2f} s long; "
        f"choose start < end within 0 to {sound.seconds:.2f}."
    )


def resampled(sound: Sound, rate: int) -> Sound:
    """``sound`` at ``rate`` Hz."""
    if rate == sound.rate:
        return sound
    from scipy.signal import resample_poly  # a second to import, and the window must not wait for it

    common = gcd(rate, sound.rate)
    samples = resample_poly(sound.samples, rate // common, sound.rate // common).astype(np.float32, copy=False)
    # In place: an hour of sound is half a gigabyte.
    return replace(sound, samples=np.clip(samples, -1.0, 1.0, out=samples), rate=rate)


def mix_sounds(parts: Sequence[tuple[Sound, float]]) -> Sound:
    """Σ weight·sound, all starting together, at the highest rate, as long as the longest, clamped to ±1.

    Weights are linear and not normalised: two clips at weight 1 are louder than one, as in the air.
    """
    if not parts:
        raise RequestError("There is no sound to mix; choose at least one.")
    if any(not math.isfinite(w) or w < 0 for _, w in parts) or sum(w for _, w in parts) == 0:
        raise RequestError("Mix weights must be 0 or more, and at least one above 0; change them.")
    if len(parts) == 1 and parts[0][1] == 1.0:
        return parts[0][0]
    rate = max(s.rate for s, _ in parts)
    aligned = [(resampled(s, rate), w) for s, w in parts]
    total = np.zeros(max(len(s.samples) for s, _ in aligned), np.float32)
    for sound, weight in aligned:
        total[: len(sound.samples)] += np.float32(weight) * sound.samples
    digest = hashlib.sha256("|".join(f"{s.sha256}*{w!r}" for s, w in parts).encode()).hexdigest()
    return Sound(np.clip(total, -1.0, 1.0), rate, digest, " + ".join(s.name for s, _ in parts))
