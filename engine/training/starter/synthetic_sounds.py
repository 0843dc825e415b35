"""Synthesised weather and animals: thin classes heard in more ways than the few recordings tell.

Each maker gives mono float32 samples in ±1 at a random level; nothing here is used outside training.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.signal import butter, lfilter, sosfilt

RATE = 32_000
SECONDS = 6.0
N = int(RATE * SECONDS)


def _noise(rng: np.random.Generator, low: float, high: float) -> np.ndarray:
    """Band-limited noise of unit spread."""
    sos = butter(2, [low, min(high, RATE / 2 - 100)], "bandpass", fs=RATE, output="sos")
    x = sosfilt(sos, rng.standard_normal(N))
    return np.asarray(x / (x.std() + 1e-9))


def _slow(rng: np.random.Generator, per_second: float, low: float, high: float) -> np.ndarray:
    """A slowly wandering curve between ``low`` and ``high``."""
    knots = rng.uniform(low, high, max(2, int(SECONDS * per_second) + 2))
    return np.interp(np.linspace(0, len(knots) - 1, N), np.arange(len(knots)), knots)


def _levelled(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """At a random RMS between −48 and −14 dB."""
    level = 10 ** (rng.uniform(-48, -14) / 20)
    return np.clip(x / (np.sqrt(np.mean(x**2)) + 1e-9) * level, -1, 1).astype(np.float32)


def _coloured(rng: np.random.Generator, slope: float) -> np.ndarray:
    """Noise of unit spread whose power falls as 1/f^``slope`` above 20 Hz."""
    frequency = np.fft.rfftfreq(N, 1 / RATE)
    spectrum = np.fft.rfft(rng.standard_normal(N)) * np.maximum(frequency, 20.0) ** (-slope / 2)
    x = np.fft.irfft(spectrum, N)
    return np.asarray(x / (x.std() + 1e-9))


def background(rng: np.random.Generator) -> np.ndarray:
    """What a field recording has behind its animal: the hiss of the recorder, leaves, a far road. Mono, RMS 0.1."""
    out = _coloured(rng, rng.uniform(0.3, 2.2)) * _slow(rng, rng.uniform(0.3, 2.0), 0.6, 1.0)
    return np.asarray(0.1 * out / out.std(), np.float32)


def wind(rng: np.random.Generator) -> np.ndarray:
    """Wind as recordings have it: gusts that brighten as they swell, howling in a band, rumbling on the microphone, or
    hissing through grass and snow."""
    kind = rng.random()
    if kind < 0.35:
        # Broad gusts: the louder, the brighter. Continuous, unlike thunder; dark and uneven, unlike rain.
        gust = _slow(rng, rng.uniform(0.3, 2.0), 0.1, 1.0)
        slope = rng.uniform(1.0, 2.6)
        out = _coloured(rng, slope) * gust
        out += _coloured(rng, slope * 0.6) * gust ** rng.uniform(1.5, 3) * rng.uniform(0, 1)
        if rng.random() < 0.5:
            rumble = _noise(rng, 20, rng.uniform(60, 200)) * _slow(rng, rng.uniform(3, 14), 0, 1)
            out += rumble * gust * rng.uniform(0.2, 3)
    elif kind < 0.6:
        out = _noise(rng, 40, rng.uniform(250, 900)) * _slow(rng, rng.uniform(0.3, 1.2), 0.2, 1.0)
        for _ in range(int(rng.integers(1, 4))):
            centre = rng.uniform(250, 1400)
            out += _noise(rng, centre * 0.85, centre * 1.2) * _slow(rng, rng.uniform(0.4, 1.5), 0.0, 0.9)
        out += _noise(rng, 1500, 9000) * _slow(rng, 0.8, 0.0, rng.uniform(0.02, 0.25))
    elif kind < 0.8:
        # Gusts on the membrane: continuous low noise that flutters, unlike thunder, which rolls and fades.
        flutter = _slow(rng, rng.uniform(3, 14), 0.1, 1.0) * _slow(rng, 0.5, 0.5, 1.0)
        out = _noise(rng, 25, rng.uniform(90, 300)) * flutter
        out += _noise(rng, 200, rng.uniform(900, 5000)) * _slow(rng, 1.0, 0.1, 0.6) * rng.uniform(0.05, 0.6)
    else:
        high = rng.uniform(1500, 8000)
        out = _noise(rng, rng.uniform(120, 600), high) * _slow(rng, rng.uniform(0.3, 1.5), 0.15, 1.0) ** 1.5
    if rng.random() < 0.25:
        grains = (rng.random(N) < rng.uniform(10, 80) / RATE) * rng.exponential(2.0, N)
        out += lfilter([1.0], [1.0, -0.9], grains) * 0.5
    return _levelled(out, rng)


def crickets(rng: np.random.Generator) -> np.ndarray:
    """Several insects chirping in trains of pulses over a quiet night."""
    t = np.arange(N) / RATE
    out = _noise(rng, 100, 6000) * 10 ** rng.uniform(-2.3, -0.4)
    for _ in range(int(rng.integers(1, 6))):
        tone = np.sin(2 * np.pi * rng.uniform(2600, 7000) * t + rng.uniform(0, 6))
        pulses = np.clip(np.sin(2 * np.pi * rng.uniform(18, 70) * t), 0, 1)
        rhythm = np.sin(2 * np.pi * rng.uniform(0.7, 4.0) * t + rng.uniform(0, 6)) > rng.uniform(-1.0, 0.6)
        out += tone * pulses * rhythm * rng.uniform(0.2, 1.0)
    return _levelled(out, rng)


def _note(rng: np.random.Generator, seconds: float, pitch: float, glide: float, wobble: float) -> np.ndarray:
    """One whistled note, sometimes with overtones."""
    length = max(64, int(RATE * seconds))
    t = np.arange(length) / length
    curve = pitch * (1 + glide * t + 0.06 * np.sin(2 * np.pi * wobble * t))
    phase = 2 * np.pi * np.cumsum(curve) / RATE
    wave = np.sin(phase)
    if rng.random() < 0.3:
        wave = wave + rng.uniform(0.1, 0.5) * np.sin(2 * phase)
    return np.asarray(wave * np.sin(np.pi * t) ** 0.7)


def _phrase(rng: np.random.Generator) -> list[tuple[float, np.ndarray]]:
    """(start in seconds, note) of one bird's phrase: single notes, a repeated syllable, or a fast trill."""
    pitch, kind = rng.uniform(1500, 6500), rng.random()
    if kind < 0.35:
        pairs, at = [], 0.0
        for _ in range(int(rng.integers(1, 6))):
            seconds = rng.uniform(0.04, 0.3)
            note = _note(rng, seconds, pitch * rng.uniform(0.7, 1.35), rng.uniform(-0.4, 0.4), rng.uniform(0, 9))
            pairs.append((at, note))
            at += seconds + rng.uniform(0.02, 0.2)
        return pairs
    fast = kind > 0.65
    every = rng.uniform(0.03, 0.09) if fast else rng.uniform(0.1, 0.35)
    count = int(rng.integers(6, 25)) if fast else int(rng.integers(2, 8))
    glide = rng.uniform(-0.45, 0.45)
    fall = rng.uniform(-0.02, 0.02)
    return [
        (k * every, _note(rng, every * rng.uniform(0.5, 0.9), pitch * (1 + fall * k), glide, 0.0)) for k in range(count)
    ]


def birds(rng: np.random.Generator) -> np.ndarray:
    """One to four birds, near and far, singing phrases with pauses: irregular, where crickets never stop."""
    out = _noise(rng, 200, 8000) * 10 ** rng.uniform(-2.6, -0.9)
    for _ in range(int(rng.integers(1, 5))):
        near, at = rng.uniform(0.15, 1.0), rng.uniform(0, 1.5)
        phrase = _phrase(rng)
        while at < SECONDS - 0.5:
            for offset, note in phrase if rng.random() < 0.7 else _phrase(rng):
                start = int((at + offset) * RATE)
                piece = note[: max(0, N - start)]
                out[start : start + len(piece)] += near * piece
            at += rng.uniform(0.5, 3.0)
    return _levelled(out, rng)


def thunder(rng: np.random.Generator) -> np.ndarray:
    """Claps that crack, roll and fade, sometimes over rain."""
    t = np.arange(N) / RATE
    envelope = np.zeros(N)
    for _ in range(int(rng.integers(1, 4))):
        at = rng.uniform(0, SECONDS * 0.7)
        fade = np.exp(-np.clip(t - at, 0, None) / rng.uniform(0.5, 2.2)) * (t >= at)
        envelope += fade * _slow(rng, 6, 0.3, 1.0)
    out = _noise(rng, 25, rng.uniform(90, 350)) * envelope
    out += _noise(rng, 300, 4000) * envelope**4 * rng.uniform(0, 0.4)
    if rng.random() < 0.5:
        out += _noise(rng, 800, 12000) * rng.uniform(0.02, 0.2)
    return _levelled(out, rng)


def rain(rng: np.random.Generator) -> np.ndarray:
    """A steady rush with single drops in it."""
    out = _noise(rng, rng.uniform(300, 1200), rng.uniform(7000, 14000)) * _slow(rng, 0.5, 0.7, 1.0)
    drops = (rng.random(N) < rng.uniform(50, 600) / RATE) * rng.exponential(6.0, N)
    return _levelled(out + lfilter([1.0], [1.0, -rng.uniform(0.8, 0.97)], drops), rng)


def fire(rng: np.random.Generator) -> np.ndarray:
    """Crackles of very different strength over a soft roar."""
    crackle = (rng.random(N) < rng.uniform(8, 60) / RATE) * rng.pareto(1.3, N).clip(0, 60)
    crackle = lfilter([1.0], [1.0, -rng.uniform(0.90, 0.985)], crackle * rng.choice([-1, 1], N))
    roar = _noise(rng, 30, rng.uniform(200, 700)) * _slow(rng, 3, 0.2, 0.6)
    return _levelled(crackle + roar * rng.uniform(0.05, 0.6), rng)


def owl(rng: np.random.Generator) -> np.ndarray:
    """Hoots over a quiet night."""
    out = _noise(rng, 100, 4000) * 10 ** rng.uniform(-2.5, -0.8)
    pitch, at = rng.uniform(280, 620), rng.uniform(0, 1.0)
    while at < SECONDS - 0.7:
        length = int(RATE * rng.uniform(0.15, 0.6))
        t = np.arange(length) / length
        start = int(at * RATE)
        hoot = np.sin(2 * np.pi * np.cumsum(pitch * (1 - 0.06 * t)) / RATE) * np.sin(np.pi * t)
        out[start : start + length] += hoot
        at += rng.uniform(0.3, 1.8)
    return _levelled(out, rng)


def sea(rng: np.random.Generator) -> np.ndarray:
    """Waves that swell, break and draw back."""
    t = np.arange(N) / RATE
    swell = np.clip(np.sin(2 * np.pi * t / rng.uniform(3.5, 8) + rng.uniform(0, 6)), -0.6, 1) + 0.75
    return _levelled(_noise(rng, 150, rng.uniform(3000, 9000)) * swell**1.6, rng)


MAKERS: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "wind": wind,
    "snowstorm": wind,
    "crickets": crickets,
    "bird_song": birds,
    "thunderstorm": thunder,
    "rain": rain,
    "fire_crackling": fire,
    "owl": owl,
    "sea_waves": sea,
}
