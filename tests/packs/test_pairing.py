"""A sound encoder works only with its own CLIP tower; a wrong pairing is refused with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import open_clip
import pytest

from engine.checkpoints.formats_sound_encoders import _TOWERS
from engine.embedding.fronts import SOUND_ARCHITECTURES
from engine.packs.manifest import Manifest, Part
from engine.packs.pairing import PUBLISHED, refusal_of_pack, refusal_of_pair, tower_of


def embedder(model: str, tower: str = "") -> Part:
    return Part("joint_embedder", "open_clip", open_clip.get_model_config(model), "e.safetensors", tower=tower)


def sound(architecture: str, tower: str = "", config: Mapping[str, Any] | None = None) -> Part:
    return Part("sound_encoder", architecture, config or {}, "s.safetensors", tower=tower)


def test_every_published_sound_encoder_has_a_front_end_and_a_tower() -> None:
    assert set(PUBLISHED) == set(SOUND_ARCHITECTURES) == set(_TOWERS)
    assert {name: tower_of(name) for name in PUBLISHED} == _TOWERS


def test_the_towers_are_those_of_open_clip() -> None:
    for _, tower in PUBLISHED.values():
        config = open_clip.get_model_config(tower.model)
        vision = config["vision_cfg"]
        layers = tuple(vision["layers"]) if isinstance(vision["layers"], list) else vision["layers"]
        assert (tower.embed_dim, tower.layers, tower.width) == (config["embed_dim"], layers, vision["width"])
        assert tower.patch_size == vision["patch_size"]


@pytest.mark.parametrize(
    ("architecture", "model", "weights"),
    [
        ("lee2022_sound", "ViT-B-32", "openai"),
        ("wav2clip", "ViT-B-32", "openai"),
        ("wav2clip", "ViT-B-32", ""),
        ("audioclip_sound", "RN50", "openai"),
        ("audioclip_sound", "RN50", "audioclip"),
        ("imagebind_sound", "ViT-H-14", "laion2b_s32b_b79k"),
    ],
)
def test_its_own_tower_is_accepted(architecture: str, model: str, weights: str) -> None:
    assert refusal_of_pair(sound(architecture), embedder(model, f"{model}/{weights}" if weights else "")) == ""


@pytest.mark.parametrize(
    ("architecture", "model", "tower", "reason"),
    [
        ("wav2clip", "RN50", "RN50/openai", "1024 numbers instead of 512"),
        ("wav2clip", "ViT-B-16", "ViT-B-16/openai", "ViT-B-16/openai"),
        ("wav2clip", "ViT-B-32", "ViT-B-32/laion2b_s34b_b79k", "laion2b_s34b_b79k"),
        ("audioclip_sound", "ViT-H-14", "", "another kind"),
        ("imagebind_sound", "RN50", "RN50/openai", "another kind"),
        ("imagebind_sound", "ViT-B-32", "", "512 numbers instead of 1024"),
    ],
)
def test_another_tower_is_refused_with_the_reason(architecture: str, model: str, tower: str, reason: str) -> None:
    refusal = refusal_of_pair(sound(architecture), embedder(model, tower))
    assert reason in refusal and PUBLISHED[architecture][1].title in refusal


def test_audioclip_that_was_trained_with_its_tower_refuses_openais() -> None:
    own = sound("audioclip_sound", "RN50/audioclip")
    assert refusal_of_pair(own, embedder("RN50", "RN50/audioclip")) == ""
    assert "openai" in refusal_of_pair(own, embedder("RN50", "RN50/openai"))


def test_a_sound_encoder_of_our_own_keeps_to_the_tower_it_names() -> None:
    own = sound("sgim_sound_encoder", "starter-scenes")
    assert refusal_of_pair(own, embedder("ViT-B-32", "starter-scenes")) == ""
    assert "starter-scenes" in refusal_of_pair(own, embedder("ViT-B-32", "ViT-B-32/openai"))


def test_a_pack_is_checked_as_a_whole_and_one_without_sound_is_fine() -> None:
    parts = {"sound_encoder": sound("wav2clip"), "joint_embedder": embedder("RN50", "RN50/openai")}
    assert "Wav2CLIP" in refusal_of_pack(Manifest("mine", "joint", 0, parts=parts))
    assert refusal_of_pack(Manifest("mine", "joint", 0, parts={"joint_embedder": parts["joint_embedder"]})) == ""
