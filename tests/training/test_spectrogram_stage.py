"""The spectrogram listener learns what it is shown; views of one recording differ and are of one size."""

from __future__ import annotations

import numpy as np
import torch

from engine.networks.sound_encoders import TwoListeners
from engine.networks.spectrogram_listener import BANDS, SPECTROGRAM_RATE, SpectrogramListener
from engine.packs.open_network import open_network
from engine.packs.store import PackStore
from engine.training.starter.listener_stage import view_weights
from engine.training.starter.spectrogram_stage import FRAMES, Seen, tune

SECONDS = 5.5


def low_and_high() -> Seen:
    """Six recordings of a low hum and six of a high one, two views each."""
    rng, seen = np.random.default_rng(0), Seen()
    times = np.arange(round(SECONDS * SPECTROGRAM_RATE)) / SPECTROGRAM_RATE
    for number in range(12):
        hertz = (250 if number < 6 else 4000) * rng.uniform(0.9, 1.1)
        hum = np.sin(2 * np.pi * hertz * times)
        views = [(hum + 0.2 * rng.normal(size=len(times))).astype(np.float32) for _ in range(2)]
        seen.add(views, int(number >= 6))
    return seen


def test_views_are_drawn_at_one_size_and_differ() -> None:
    seen, rng = low_and_high(), np.random.default_rng(1)
    views = seen.draw([0, 0, 7], rng)
    assert views.shape == (3, BANDS, FRAMES)
    assert not torch.equal(views[0], views[1])


def test_a_network_that_hears_learns_to_tell_two_new_sounds_apart() -> None:
    """Drawn views hide nothing of the recordings themselves, which stay as they were."""
    seen = low_and_high()
    before = [views.clone() for views in seen.views]
    encoder = open_network(PackStore().open("starter-scenes"), "sound_encoder")
    assert isinstance(encoder, TwoListeners)
    listener = SpectrogramListener(2)
    taught = encoder.second.spectrogram.network.state_dict()
    own = {name: value for name, value in listener.network.state_dict().items() if "classifier" in name}
    listener.network.load_state_dict({**taught, **own})
    for values in listener.classifier.parameters():  # as the stage begins
        torch.nn.init.zeros_(values)
    weight = view_weights(torch.tensor(seen.labels), len(seen.labels), 2)
    tune(listener, seen, weight, 12, lambda line: None, batch=8)
    with torch.no_grad():
        said = listener.scores(torch.stack([views[0] for views in seen.views]).float()).argmax(1)
    assert not listener.training
    assert said.tolist() == seen.labels
    assert all(torch.equal(views, old) for views, old in zip(seen.views, before, strict=True))
