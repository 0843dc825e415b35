"""Synthesised laughing, crying and coughing: glottal pulses through formants, in the rhythm that tells them apart.

Laughter repeats short bursts four to six times a second; crying holds a note that rises and falls, and gasps between.
Mono float32 samples in ±1 at a random level; nothing here is used outside training.
"""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from engine.training.starter.synthetic_sounds import RATE, SECONDS, N, levelled, noise

_FORMANTS = ((500.0, 950.0), (1000.0, 2000.0), (2300.0, 3300.0))


def _voiced(pitch: np.ndarray, rng: np.random.Generator, breath: float) -> np.ndarray:
    """A voice with this pitch in Hz per sample: pulses and breath through three formants; unit peak."""
    phase = np.cumsum(pitch / RATE + rng.normal(0, 2e-5, len(pitch)))
    pulses = np.diff(np.floor(phase), prepend=0.0) + breath * 0.1 * rng.standard_normal(len(pitch))
    out = lfilter([1.0], [1.0, -rng.uniform(0.4, 0.93)], pulses)
    for low, high in _FORMANTS:
        centre, width = rng.uniform(low, high), rng.uniform(80, 220)
        radius = np.exp(-np.pi * width / RATE)
        resonance = lfilter([1.0 - radius], [1.0, -2 * radius * np.cos(2 * np.pi * centre / RATE), radius**2], out)
        out = 0.3 * out + resonance * (3.0 if low < 900 else 2.0)
    out = out - out.mean()
    return np.asarray(out / (np.abs(out).max() + 1e-9))


def _placed(out: np.ndarray, piece: np.ndarray, at: float) -> None:
    """Add ``piece`` to ``out`` from second ``at``; what would stand over the end is left out."""
    start = int(at * RATE)
    if start < len(out):
        piece = piece[: len(out) - start]
        out[start : start + len(piece)] += piece


def _gasp(rng: np.random.Generator, seconds: float) -> np.ndarray:
    """A breath drawn in."""
    length = int(RATE * seconds)
    t = np.linspace(0, 1, length)
    return np.asarray(noise(rng, 600, rng.uniform(3000, 7000))[:length] * np.sin(np.pi * t) ** 1.5 * 0.06)


def _laugh(rng: np.random.Generator) -> np.ndarray:
    """One person's bouts of laughter."""
    out, at = np.zeros(N), rng.uniform(0, 0.6)
    base = rng.uniform(130, 520)
    while at < SECONDS - 0.4:
        every, count = 1 / rng.uniform(3.6, 6.2), int(rng.integers(3, 13))
        pitch, loud = base * rng.uniform(0.8, 1.5), 1.0
        for _ in range(count):
            length = int(RATE * every * rng.uniform(0.4, 0.75))
            t = np.linspace(0, 1, length)
            curve = pitch * (1 + rng.uniform(0.0, 0.25) * np.sin(np.pi * t) - 0.15 * t)
            burst = _voiced(curve, rng, rng.uniform(0.2, 2.5)) * np.sin(np.pi * t**0.7) ** 0.8
            _placed(out, loud * burst, at)
            at += every * rng.uniform(0.9, 1.12)
            pitch *= rng.uniform(0.94, 1.01)
            loud *= rng.uniform(0.86, 1.02)
        if rng.random() < 0.6:
            gasp = rng.uniform(0.15, 0.4)
            _placed(out, _gasp(rng, gasp), at)
            at += gasp
        at += rng.uniform(0.05, 0.9)
    return out


def laughing(rng: np.random.Generator) -> np.ndarray:
    """One or two people laughing, close or in a room."""
    out = _laugh(rng)
    if rng.random() < 0.3:
        out = out + rng.uniform(0.3, 1.0) * _laugh(rng)
    return levelled(out + noise(rng, 100, 6000) * 10 ** rng.uniform(-3.8, -1.5), rng)


def crowd_laughing(rng: np.random.Generator) -> np.ndarray:
    """Many people laughing at once, over their murmur."""
    out = sum((rng.uniform(0.3, 1.0) * _laugh(rng) for _ in range(int(rng.integers(5, 12)))), np.zeros(N))
    return levelled(out + noise(rng, 200, 4000) * rng.uniform(0.004, 0.08), rng)


def _cries(rng: np.random.Generator, low: float, high: float, longest: float) -> np.ndarray:
    """Notes that rise and fall, with gasps between, at ``low``…``high`` Hz."""
    out, at = np.zeros(N), rng.uniform(0, 0.6)
    base = rng.uniform(low, high)
    while at < SECONDS - 0.4:
        seconds = rng.uniform(0.45, longest)
        length = int(RATE * seconds)
        t = np.linspace(0, 1, length)
        wobble = rng.uniform(0, 0.05) * np.sin(2 * np.pi * rng.uniform(4, 9) * t * seconds)
        curve = base * rng.uniform(0.9, 1.2) * (1 + rng.uniform(0.05, 0.4) * np.sin(np.pi * t**0.7) - 0.12 * t + wobble)
        cry = _voiced(curve, rng, rng.uniform(0.1, 1.2)) * np.clip(8 * t, 0, 1) * np.clip(6 * (1 - t), 0, 1)
        _placed(out, cry * rng.uniform(0.6, 1.0), at)
        at += seconds + 0.03
        for _ in range(int(rng.integers(0, 4))):
            gasp = rng.uniform(0.1, 0.3)
            _placed(out, _gasp(rng, gasp) * rng.uniform(0.5, 2.5), at)
            at += gasp + rng.uniform(0.02, 0.15)
        at += rng.uniform(0.05, 0.7)
    return out


def baby_crying(rng: np.random.Generator) -> np.ndarray:
    """A baby's wails."""
    return levelled(_cries(rng, 330, 620, 1.8) + noise(rng, 100, 5000) * 10 ** rng.uniform(-3.8, -1.5), rng)


def sobbing(rng: np.random.Generator) -> np.ndarray:
    """A grown person sobbing: lower, shorter, with more drawing of breath."""
    return levelled(_cries(rng, 150, 420, 1.1) + noise(rng, 100, 5000) * 10 ** rng.uniform(-3.8, -1.5), rng)


def coughing(rng: np.random.Generator) -> np.ndarray:
    """Coughs: an explosion of noise that ends in a short voice."""
    out, at = np.zeros(N), rng.uniform(0, 0.8)
    while at < SECONDS - 0.5:
        for _ in range(int(rng.integers(1, 5))):
            length = int(RATE * rng.uniform(0.15, 0.4))
            t = np.linspace(0, 1, length)
            rush = noise(rng, rng.uniform(200, 600), rng.uniform(3000, 9000))[:length] * np.exp(-rng.uniform(4, 9) * t)
            voice = _voiced(np.full(length, rng.uniform(100, 300)), rng, 2.0) * np.sin(np.pi * t) ** 2
            _placed(out, rush * 0.4 + voice * rng.uniform(0, 0.4), at)
            at += rng.uniform(0.25, 0.6)
        at += rng.uniform(0.3, 2.0)
    return levelled(out + noise(rng, 100, 5000) * 10 ** rng.uniform(-3.5, -1.5), rng)
