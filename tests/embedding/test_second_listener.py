"""The starter packs' second listener: what it hears does not depend on loudness or length."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.embedding.second_listener import SPEEDS, second_opinion
from engine.embedding.windows import MAX_WINDOWS
from engine.media.sounds import load_sound, sound_from_samples
from engine.networks.sound_encoders import TwoListeners
from engine.packs.open_network import open_network
from engine.packs.store import PackStore

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"


@pytest.fixture(scope="module")
def encoder() -> TwoListeners:
    network = open_network(PackStore().open("starter-scenes"), "sound_encoder")
    assert isinstance(network, TwoListeners)
    return network


def heard(encoder: TwoListeners, name: str) -> torch.Tensor:
    return second_opinion(encoder.second, 5.12)(load_sound(SAMPLES / name))


@pytest.mark.parametrize(("name", "other"), [("rain.ogg", "fire.ogg"), ("fire.ogg", "thunder.ogg")])
def test_two_sounds_are_told_apart(encoder: TwoListeners, name: str, other: str) -> None:
    own, others = heard(encoder, name), heard(encoder, other)
    assert float(own.sum()) == pytest.approx(1, abs=1e-4)
    assert int(own.argmax()) != int(others.argmax())


def test_a_quieter_sound_is_heard_as_the_same(encoder: TwoListeners) -> None:
    sound = load_sound(SAMPLES / "rain.ogg")
    opinion = second_opinion(encoder.second, 5.12)
    faint = sound_from_samples(sound.samples * 0.05, sound.rate)
    assert torch.allclose(opinion(sound), opinion(faint), atol=1e-3)


@pytest.mark.parametrize("seconds", [0.05, 0.3, 61.0])
@pytest.mark.parametrize("rate", [8000, 44100])
def test_any_length_and_rate_gives_odds(encoder: TwoListeners, seconds: float, rate: int) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, int(seconds * rate)).astype(np.float32)
    odds = second_opinion(encoder.second, 5.12)(sound_from_samples(noise, rate))
    assert bool(torch.isfinite(odds).all()) and float(odds.sum()) == pytest.approx(1, abs=1e-4)


def test_silence_gives_odds_too(encoder: TwoListeners) -> None:
    odds = second_opinion(encoder.second, 5.12)(sound_from_samples(np.zeros(32000, np.float32), 32000))
    assert bool(torch.isfinite(odds).all())


def test_only_as_much_of_a_long_sound_is_listened_to_as_by_the_first(encoder: TwoListeners, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    given: list[int] = []
    forward = encoder.second.forward
    monkeypatch.setattr(encoder.second, "forward", lambda waves: (given.append(len(waves)), forward(waves))[1])
    second_opinion(encoder.second, 5.12)(sound_from_samples(np.zeros(8000 * 600, np.float32), 8000))
    assert given == [MAX_WINDOWS] * len(SPEEDS)


def test_the_labels_meanings_and_the_second_listener_agree_in_number(encoder: TwoListeners) -> None:
    assert len(encoder.get_buffer("meanings")) == encoder.second.head.out_features
