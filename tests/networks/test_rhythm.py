"""The second listener's rhythm: beats and peaks of a sound, whatever its length."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.networks.rhythm import BANDS, BEATEN_BANDS, BEATS_HZ, RHYTHM_FEATURES, rhythm_features

RATE = 22_050


def beaten_tone(beats: float, seconds: float = 5.12) -> torch.Tensor:
    t = np.arange(int(seconds * RATE)) / RATE
    tone = np.sin(2 * np.pi * 4000 * t) * (0.5 + 0.5 * np.sin(2 * np.pi * beats * t))
    noise = np.random.default_rng(0).normal(0, 1e-3, len(t))
    return torch.from_numpy((tone + noise).astype(np.float32))[None]


@pytest.mark.parametrize("beats", [1.5, 3.0, 6.0, 12.0, 24.0])
def test_a_beaten_tone_stands_out_in_the_octave_of_its_beat(beats: float) -> None:
    features = rhythm_features(beaten_tone(beats), RATE)[0]
    band = int(features[:BANDS].argmax()) // 2
    beaten = features[3 * BANDS : -8].view(len(BEATS_HZ) - 1, BEATEN_BANDS)[:, band]
    assert int(beaten.argmax()) == int(np.searchsorted(BEATS_HZ, beats)) - 1


@pytest.mark.parametrize("seconds", [0.5, 5.12, 20.0])
def test_any_length_gives_as_many_finite_numbers(seconds: float) -> None:
    found = rhythm_features(torch.cat([beaten_tone(8, seconds), torch.zeros(1, int(seconds * RATE))]), RATE)
    assert found.shape == (2, RHYTHM_FEATURES) and bool(torch.isfinite(found).all())


def test_windows_do_not_depend_on_what_is_heard_with_them() -> None:
    one, two = beaten_tone(4), beaten_tone(40)
    together = rhythm_features(torch.cat([one, two]), RATE)
    assert torch.allclose(together[:1], rhythm_features(one, RATE), atol=1e-4)
