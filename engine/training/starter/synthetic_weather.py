"""Synthesised wind, thunder, rain, fire, sea and steps in snow: mono float32 in ±1 at a random level."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from engine.training.starter.synthetic_noise import RATE, SECONDS, N, coloured, far, levelled, noise, slow, unit


def wind(rng: np.random.Generator) -> np.ndarray:
    """Wind as recordings have it: gusts that brighten as they swell, howling in a band, rumbling on the microphone,
    hissing through grass and snow, or hollow, as far above or from within a house."""
    kind = rng.random()
    if kind < 0.27:
        # Broad gusts: the louder, the brighter. Continuous, unlike thunder; dark and uneven, unlike rain.
        gust = slow(rng, rng.uniform(0.3, 2.0), 0.1, 1.0)
        slope = rng.uniform(1.0, 2.6)
        out = coloured(rng, slope) * gust
        out += coloured(rng, slope * 0.6) * gust ** rng.uniform(1.5, 3) * rng.uniform(0, 1)
        if rng.random() < 0.5:
            rumble = noise(rng, 20, rng.uniform(60, 200)) * slow(rng, rng.uniform(3, 14), 0, 1)
            out += rumble * gust * rng.uniform(0.2, 3)
    elif kind < 0.45:
        out = noise(rng, 40, rng.uniform(250, 900)) * slow(rng, rng.uniform(0.3, 1.2), 0.2, 1.0)
        for _ in range(int(rng.integers(1, 4))):
            centre = rng.uniform(250, 1400)
            out += noise(rng, centre * 0.85, centre * 1.2) * slow(rng, rng.uniform(0.4, 1.5), 0.0, 0.9)
        out += noise(rng, 1500, 9000) * slow(rng, 0.8, 0.0, rng.uniform(0.02, 0.25))
    elif kind < 0.6:
        # Gusts on the membrane: continuous low noise that flutters, unlike thunder, which rolls and fades.
        flutter = slow(rng, rng.uniform(3, 14), 0.1, 1.0) * slow(rng, 0.5, 0.5, 1.0)
        out = noise(rng, 25, rng.uniform(90, 300)) * flutter
        out += noise(rng, 200, rng.uniform(900, 5000)) * slow(rng, 1.0, 0.1, 0.6) * rng.uniform(0.05, 0.6)
    elif kind < 0.75:
        high = rng.uniform(1500, 8000)
        out = noise(rng, rng.uniform(120, 600), high) * slow(rng, rng.uniform(0.3, 1.5), 0.15, 1.0) ** 1.5
    else:
        out = _hollow(rng)
    if rng.random() < 0.25:
        grains = (rng.random(N) < rng.uniform(10, 80) / RATE) * rng.exponential(2.0, N)
        out += lfilter([1.0], [1.0, -0.9], grains) * 0.5
    return levelled(out, rng)


def _hollow(rng: np.random.Generator) -> np.ndarray:
    """Wind about one low pitch with hardly anything under it, where thunder is strongest, or over it; it swells and
    falls slowly, unlike thunder, or comes and goes as a whole."""
    t, pitch = np.arange(N) / RATE, 80.0 * 6 ** rng.random()
    fall, rise = rng.uniform(3.0, 9.0), rng.uniform(1.0, 4.0)
    gust = slow(rng, rng.uniform(0.2, 0.9), 0.1, 1.0)
    if rng.random() < 0.5:
        swells = [(rng.uniform(0, SECONDS), rng.uniform(0.7, 2.5)) for _ in range(int(rng.integers(1, 4)))]
        gust *= sum(np.exp(-(((t - at) / width) ** 2)) for at, width in swells) + 10 ** rng.uniform(-2.5, -1)
    out = coloured(rng, fall, pitch, rise) + coloured(rng, fall * 0.75, pitch * 1.3, rise) * gust * rng.uniform(0, 1)
    for _ in range(int(rng.integers(0, 4))):
        centre = pitch * rng.uniform(0.7, 1.6)
        out += noise(rng, centre * 0.92, centre * 1.08) * slow(rng, rng.uniform(0.5, 4), 0, 1.0) * rng.uniform(0.3, 2)
    return np.asarray(out * gust)


def thunder(rng: np.random.Generator) -> np.ndarray:
    """Claps that crack, roll and fade, near and far, sometimes over rain."""
    t = np.arange(N) / RATE
    envelope = np.zeros(N)
    for _ in range(int(rng.integers(1, 4))):
        at = rng.uniform(0, SECONDS * 0.7)
        fade = np.exp(-np.clip(t - at, 0, None) / rng.uniform(0.5, 2.8)) * np.clip((t - at) / 0.04, 0, 1)
        envelope += fade * slow(rng, rng.uniform(3, 9), 0.2, 1.0) * rng.uniform(0.3, 1)
    low = coloured(rng, rng.uniform(1.6, 3.0)) if rng.random() < 0.5 else noise(rng, 25, rng.uniform(90, 350))
    out = low * envelope + noise(rng, 300, 4000) * envelope**4 * rng.uniform(0, 0.5)
    if rng.random() < 0.4:
        out += _cracks(rng) * rng.uniform(0.3, 2.0)
    if rng.random() < 0.5:
        out += noise(rng, 800, 12000) * rng.uniform(0.02, 0.2)
    return levelled(out, rng)


def _cracks(rng: np.random.Generator) -> np.ndarray:
    """A bolt near by: a tearing run of sharp cracks, each fading within a third of a second."""
    t, out, at = np.arange(N) / RATE, np.zeros(N), rng.uniform(0, SECONDS * 0.6)
    for _ in range(int(rng.integers(1, 9))):
        fade = np.where(t < at, 0, np.exp(-np.clip(t - at, 0, None) / rng.uniform(0.02, 0.3)))
        out += coloured(rng, rng.uniform(0.3, 1.8)) * fade * rng.uniform(0.3, 1)
        at += rng.exponential(0.15)
    return out


def _drops(rng: np.random.Generator, per_second: float) -> np.ndarray:
    """Single drops: each a short ringing of its own pitch. Of unit spread."""
    out = np.zeros(N)
    for _ in range(4):
        pitch, ring = rng.uniform(600, 9000), rng.uniform(0.0008, 0.008)
        radius = np.exp(-1 / (ring * RATE))
        hits = (rng.random(N) < per_second / 4 / RATE) * rng.exponential(1.0, N)
        out += lfilter([1.0], [1.0, -2 * radius * np.cos(2 * np.pi * pitch / RATE), radius**2], hits)
    return unit(out)


def rain(rng: np.random.Generator) -> np.ndarray:
    """A steady rush with single drops in it: drizzle, a downpour, or drops on a roof."""
    kind = rng.random()
    if kind < 0.4:
        out = noise(rng, rng.uniform(300, 1200), rng.uniform(7000, 14000)) * slow(rng, 0.5, 0.7, 1.0)
        drops = (rng.random(N) < rng.uniform(50, 600) / RATE) * rng.exponential(6.0, N)
        return levelled(out + lfilter([1.0], [1.0, -rng.uniform(0.8, 0.97)], drops), rng)
    rush = coloured(rng, rng.uniform(-0.4, 1.0)) * slow(rng, 0.4, 0.75, 1.0)
    drops = _drops(rng, rng.uniform(40, 900 if kind < 0.75 else 200))
    return levelled(rush + drops * rng.uniform(0.2, 1.0 if kind < 0.75 else 3.0), rng)


def fire(rng: np.random.Generator) -> np.ndarray:
    """Crackles of very different strength, alone and in bursts, over a soft roar."""
    often = rng.uniform(8, 60) * slow(rng, rng.uniform(1, 4), 0.1, 1.6)
    crackle = (rng.random(N) < often / RATE) * rng.pareto(1.3, N).clip(0, 60)
    crackle = lfilter([1.0], [1.0, -rng.uniform(0.90, 0.985)], crackle * rng.choice([-1, 1], N))
    roar = noise(rng, 30, rng.uniform(200, 700)) * slow(rng, 3, 0.2, 0.6)
    return levelled(crackle + roar * rng.uniform(0.05, 0.6), rng)


def sea(rng: np.random.Generator) -> np.ndarray:
    """Waves that swell, break brightly and draw back hissing, one over another, over the sea's steady rush."""
    t, slope = np.arange(N) / RATE, rng.uniform(0.5, 1.8)
    swell, breaking = np.zeros(N), np.zeros(N)
    period, at = rng.uniform(2.5, 8), rng.uniform(-4, 2)
    while at < SECONDS:
        rise, fall, size = rng.uniform(0.3, 1.6), rng.uniform(0.6, 3.0), rng.uniform(0.4, 1.0)
        wave = size * np.where(t < at, np.exp(-((t - at) ** 2) / rise**2), np.exp(-np.clip(t - at, 0, None) / fall))
        swell += wave
        breaking += wave**2
        at += period * rng.uniform(0.6, 1.4)
    out = coloured(rng, slope) * (swell + rng.uniform(0.05, 0.6))
    out += coloured(rng, slope - rng.uniform(0.3, 1.0)) * breaking * rng.uniform(0.2, 1.0)
    return levelled(far(out, rng) if rng.random() < 0.3 else out, rng)


def snow_steps(rng: np.random.Generator) -> np.ndarray:
    """Steps in snow: each a crunch of many small grains, heel and toe, at a walker's pace."""
    out = coloured(rng, rng.uniform(0.5, 2.0)) * 10 ** rng.uniform(-3, -1.2)
    low, high, grains = rng.uniform(150, 900), rng.uniform(2500, 9000), rng.uniform(150, 1500)
    pace, at = rng.uniform(0.38, 0.9), rng.uniform(0, 0.4)
    while at < SECONDS - 0.6:
        length = int(RATE * rng.uniform(0.14, 0.4))
        where = np.linspace(0, 1, length)
        shape = np.sin(np.pi * where) ** 0.6 + rng.uniform(0, 0.8) * np.sin(np.pi * where * 2) ** 2
        crunch = noise(rng, low, high, length) * (rng.random(length) < grains / RATE) * rng.exponential(1.0, length)
        crunch = 3 * lfilter([1.0], [1.0, -0.8], crunch) + 0.3 * noise(rng, low, high, length)
        out[int(at * RATE) : int(at * RATE) + length] += crunch * shape * rng.uniform(0.6, 1.0)
        at += pace * rng.uniform(0.9, 1.1)
    return levelled(out, rng)
