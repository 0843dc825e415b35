"""A spectrogram holds what a sound is, not how loud it is; the network that looks at it takes any length."""

from __future__ import annotations

import math

import pytest
import torch

from engine.networks.spectrogram_listener import (
    BANDS,
    HOP,
    RANGE_DB,
    SPECTROGRAM_RATE,
    SPREAD_DB,
    SpectrogramListener,
    spectrogram,
)


def tone(hertz: float, seconds: float = 1.0) -> torch.Tensor:
    return torch.sin(2 * math.pi * hertz * torch.arange(round(seconds * SPECTROGRAM_RATE)) / SPECTROGRAM_RATE)[None]


def test_a_higher_tone_lies_in_a_higher_band() -> None:
    bands = [int(spectrogram(tone(hertz)).mean(dim=2).argmax()) for hertz in (200.0, 800.0, 3200.0, 9000.0)]
    assert bands == sorted(set(bands))


def test_level_does_not_matter_and_faint_parts_are_cut() -> None:
    sound = tone(440.0) + 0.1 * torch.randn(1, SPECTROGRAM_RATE, generator=torch.Generator().manual_seed(0))
    seen, faint = spectrogram(sound), spectrogram(0.01 * sound)
    assert seen.shape == (1, BANDS, SPECTROGRAM_RATE // HOP)
    assert torch.allclose(seen, faint, atol=2e-2)
    assert float(seen.amax() - seen.amin()) <= RANGE_DB / SPREAD_DB + 1e-4
    assert float(seen.mean()) == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("seconds", [0.7, 5.12])
def test_each_window_gets_a_score_for_every_label(seconds: float) -> None:
    listener = SpectrogramListener(7).eval()
    with torch.no_grad():
        scores = listener(torch.cat([tone(300.0, seconds), tone(2000.0, seconds)]))
    assert scores.shape == (2, 7) and bool(torch.isfinite(scores).all())
    assert not torch.allclose(scores[0], scores[1])
