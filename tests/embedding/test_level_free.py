"""Where loudness scales an edit, a faint sound's guide means what the loud one's does."""

from __future__ import annotations

import pytest
import torch

from engine.embedding.joint import JointEmbedder
from engine.evaluation.starter_edits import guide_of, run_edit, source_of
from engine.media.samples import sample
from engine.media.sounds import load_sound, sound_from_samples
from engine.request import Request
from engine.studio import Studio


@pytest.fixture(scope="module")
def studio() -> Studio:
    studio = Studio(device="cpu", threads=1)
    studio.load_pack("starter-scenes")
    return studio


@pytest.fixture(scope="module")
def embedder(studio: Studio) -> JointEmbedder:
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


@pytest.mark.parametrize("coupled", [True, False])
def test_an_edit_is_guided_by_the_level_once_at_most(studio: Studio, coupled: bool) -> None:
    whole = load_sound(sample("fire.ogg"))
    faint = sound_from_samples(whole.samples * 0.02, whole.rate)
    source = source_of(studio, sample("coast.jpg"), "fast")
    request = Request(pack=source.pack, picture_sha256=source.picture.sha256, sounds=(guide_of(faint),), steps=0)
    result = run_edit(studio, source, request.changed(loudness=coupled), [faint])
    heard = studio.loaded.embedder.sound(faint).vector
    guide = studio.loaded.embedder.level_free(heard) if coupled else heard
    assert not torch.allclose(studio.loaded.embedder.level_free(heard), heard, atol=1e-3)
    assert result.latent.redraw is not None and torch.allclose(result.latent.redraw[0, 2:], guide, atol=1e-5)
    assert (result.amount < 1) == coupled
