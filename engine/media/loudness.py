"""How loud a sound is: absolute LUFS (ITU-R BS.1770-4), safe for silence, short clips and hours."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from engine.errors import SoundError
from engine.media.sound import Sound

SILENCE_LUFS = -70.0  # the absolute gate of BS.1770: nothing below it counts as sound
SILENCE_PEAK = 1e-4  # −80 dBFS: below the noise of any recording
_BLOCK_SECONDS, _HOP_SECONDS = 0.4, 0.1
_STRIP_SECONDS = 20


def level_lufs(samples: np.ndarray, rate: int) -> float:
    """Integrated loudness in LUFS of (n,) mono samples, at least ``SILENCE_LUFS``.

    Equals pyloudnorm; filtered strip by strip, so an hour needs no float64 copy. Clips shorter than the
    0.4 s block of BS.1770 are measured as one block.
    """
    if len(samples) == 0:
        return SILENCE_LUFS
    hop = int(round(_HOP_SECONDS * rate))
    energies = _hop_energies(samples, rate, hop)
    per_block = int(round(_BLOCK_SECONDS / _HOP_SECONDS))
    if len(samples) < hop * per_block:
        powers = np.array([energies.sum() / len(samples)])
    else:
        whole = len(samples) // hop
        sums = np.convolve(energies[:whole], np.ones(per_block), "valid")
        powers = sums / (hop * per_block)
    powers = powers[powers > _power(SILENCE_LUFS)]
    if len(powers) == 0:
        return SILENCE_LUFS
    powers = powers[powers > powers.mean() * 0.1]  # relative gate: 10 LU below the ungated level
    return max(SILENCE_LUFS, _lufs(float(powers.mean())))


def is_silent(samples: np.ndarray) -> bool:
    """Whether no sample reaches −80 dBFS."""
    return len(samples) == 0 or max(float(samples.max()), -float(samples.min())) < SILENCE_PEAK


def require_audible(sound: Sound) -> Sound:
    """``sound`` itself; ``SoundError`` when it is silent from end to end."""
    if is_silent(sound.samples):
        raise SoundError(f"{sound.name} is silent; choose a part, or another sound, in which something is heard.")
    return sound


def _hop_energies(samples: np.ndarray, rate: int, hop: int) -> np.ndarray:
    """Sum of squared K-weighted samples per hop; the last hop may be partial."""
    filters = _k_weighting(rate)
    from scipy.signal import lfilter  # a second to import, and the window must not wait for it

    states = [np.zeros(max(len(a), len(b)) - 1) for b, a, _ in filters]
    energies = []
    strip = hop * max(1, (_STRIP_SECONDS * rate) // hop)
    for at in range(0, len(samples), strip):
        x = samples[at : at + strip].astype(np.float64)
        for i, (b, a, gain) in enumerate(filters):
            x, states[i] = lfilter(b, a, x, zi=states[i])
            x = gain * x
        squares = np.square(x)
        energies.append(np.add.reduceat(squares, np.arange(0, len(squares), hop)))
    return np.concatenate(energies)


@lru_cache(maxsize=8)
def _k_weighting(rate: int) -> tuple[tuple[np.ndarray, np.ndarray, float], ...]:
    import pyloudnorm  # 0.1 s to import, and only needed when a level is asked for

    meter = pyloudnorm.Meter(rate)
    return tuple((f.b, f.a, float(f.passband_gain)) for f in meter._filters.values())


def _lufs(power: float) -> float:
    return -0.691 + 10.0 * math.log10(power)


def _power(lufs: float) -> float:
    return 10.0 ** ((lufs + 0.691) / 10.0)
