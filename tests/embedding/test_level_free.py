"""Where loudness scales an edit, a faint sound's guide means what the loud one's does."""

from __future__ import annotations

import pytest
import torch

from engine.embedding.joint import JointEmbedder
from engine.media.samples import sample
from engine.media.sounds import load_sound, sound_from_samples
from engine.studio import Studio


@pytest.fixture(scope="module")
def embedder() -> JointEmbedder:
    studio = Studio(device="cpu", threads=1)
    studio.load_pack("starter-scenes")
    return studio.loaded.embedder


@pytest.mark.parametrize("name", ["rain.ogg", "fire.ogg", "thunder.ogg"])
def test_a_faint_sound_guides_as_the_loud_one_does(embedder: JointEmbedder, name: str) -> None:
    loud = load_sound(sample(name))
    faint = sound_from_samples(loud.samples * 0.02, loud.rate)
    heard = [embedder.sound(sound).vector for sound in (loud, faint)]
    guides = [embedder.level_free(vector) for vector in heard]
    assert all(float(guide.norm()) == pytest.approx(1, abs=1e-5) for guide in guides)
    assert float(guides[0] @ guides[1]) > float(heard[0] @ heard[1])


def test_what_leans_no_way_stays_as_it_is(embedder: JointEmbedder) -> None:
    guide = embedder.level_free(embedder.texts(["heavy rain"])[0])
    assert torch.allclose(embedder.level_free(guide), guide, atol=1e-6)
