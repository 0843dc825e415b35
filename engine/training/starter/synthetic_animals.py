"""Synthesised crickets, birds and owls: mono float32 in ±1 at a random level."""

from __future__ import annotations

import numpy as np

from engine.training.starter.synthetic_noise import RATE, SECONDS, N, far, levelled, noise, outdoors, slow, unit

RASPING = 0.5
"""Of the insects; grasshoppers and bush-crickets rasp over a broad band where true crickets sing one tone."""


def _insect(rng: np.random.Generator, carrier: float) -> np.ndarray:
    """One insect: syllables of a pure tone or of a rasp, in chirps of a few, in one long trill, or with rests."""
    t = np.arange(N) / RATE
    rate, share = rng.uniform(18, 80), rng.uniform(0.3, 0.8)
    phase = (rate * t) % 1
    syllables = np.sin(np.pi * np.clip(phase / share, 0, 1))
    kind = rng.random()
    if kind < 0.45:
        every = rng.uniform(0.25, 1.4)
        heard = (t + rng.uniform(0, every)) % every < min(int(rng.integers(2, 9)) / rate, every * 0.8)
    elif kind < 0.8:
        heard = np.ones(N, bool)
    else:
        sings, rests = rng.uniform(0.5, 3), rng.uniform(0.2, 2)
        heard = (t + rng.uniform(0, 9)) % (sings + rests) < sings
    if rng.random() < RASPING:
        lowest = rng.uniform(3500, 8500)
        return unit(noise(rng, lowest, lowest * rng.uniform(1.25, 2.5)) * syllables * heard)
    angle = 2 * np.pi * np.cumsum(carrier * (1 - rng.uniform(0, 0.03) * phase)) / RATE
    tone = np.sin(angle)
    if rng.random() < 0.3:
        tone = tone + rng.uniform(0.05, 0.3) * np.sin(2 * angle)
    return unit(tone * syllables * heard)


def crickets(rng: np.random.Generator) -> np.ndarray:
    """One to six crickets, near and far, sometimes a chorus behind them, over a quiet or a noisy night."""
    t, out, carrier = np.arange(N) / RATE, np.zeros(N), rng.uniform(2200, 7500)
    for _ in range(int(rng.integers(1, 7))):
        same = rng.random() < 0.6
        one = _insect(rng, carrier * rng.uniform(0.93, 1.07) if same else rng.uniform(2000, 9500))
        out += (far(one, rng) if rng.random() < 0.6 else one) * rng.uniform(0.15, 1) * slow(rng, 0.5, 0.6, 1)
    if rng.random() < 0.35:
        centre = rng.uniform(2500, 7500)
        beat = 0.4 + 0.6 * np.clip(np.sin(2 * np.pi * rng.uniform(8, 60) * t), 0, 1)
        out += noise(rng, centre * 0.93, centre * 1.07) * beat * rng.uniform(0.2, 2)
    return levelled(outdoors(out, rng, -25, 12), rng)


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
    out = np.zeros(N)
    for _ in range(int(rng.integers(1, 5))):
        near, at = rng.uniform(0.15, 1.0), rng.uniform(0, 1.5)
        phrase = _phrase(rng)
        while at < SECONDS - 0.5:
            for offset, note in phrase if rng.random() < 0.7 else _phrase(rng):
                start = int((at + offset) * RATE)
                piece = note[: max(0, N - start)]
                out[start : start + len(piece)] += near * piece
            at += rng.uniform(0.5, 3.0)
    if rng.random() < 0.5:
        out = unit(out) + far(out, rng)
    return levelled(outdoors(out, rng, -30, 8), rng)


def owl(rng: np.random.Generator) -> np.ndarray:
    """Hoots over a quiet night."""
    out = noise(rng, 100, 4000) * 10 ** rng.uniform(-2.5, -0.8)
    pitch, at = rng.uniform(280, 620), rng.uniform(0, 1.0)
    while at < SECONDS - 0.7:
        length = int(RATE * rng.uniform(0.15, 0.6))
        t = np.arange(length) / length
        start = int(at * RATE)
        hoot = np.sin(2 * np.pi * np.cumsum(pitch * (1 - 0.06 * t)) / RATE) * np.sin(np.pi * t)
        out[start : start + length] += hoot
        at += rng.uniform(0.3, 1.8)
    return levelled(out, rng)
