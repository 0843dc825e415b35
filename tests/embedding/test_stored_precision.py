"""Half-precision weights stay as they are stored and are widened where they are computed with."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.embedding import joint
from engine.embedding.joint import JointEmbedder, build_clip
from engine.embedding.stored_precision import in_precision

CONFIG = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "patch_size": 8, "head_width": 32},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 64, "heads": 1, "layers": 2},
}


def embedder(dtype: torch.dtype) -> JointEmbedder:
    torch.manual_seed(0)
    clip = build_clip(CONFIG).half().to(dtype)
    return JointEmbedder(clip, mean=(0.5,) * 3, std=(0.3,) * 3, size=32, context_length=77)


def test_a_stored_half_embeds_as_the_widened_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = embedder(torch.float32)
    monkeypatch.setattr(joint, "LARGE_CLIP", 0)
    stored = embedder(torch.float16)
    assert stored.clip.token_embedding.weight.dtype is torch.float16
    pictures = torch.rand(2, 3, 40, 40) * 2 - 1
    assert torch.equal(stored.pictures(pictures), expected.pictures(pictures))
    assert torch.equal(stored.texts(["rain", "fire"]), expected.texts(["rain", "fire"]))
    assert stored.clip.token_embedding.weight.dtype is torch.float16


def test_a_tower_in_bfloat16_lives_in_nearly_the_same_space() -> None:
    whole = embedder(torch.float32)
    lowered = whole.with_tower_in(torch.bfloat16)
    pictures = torch.rand(2, 3, 40, 40) * 2 - 1
    found, expected = lowered.pictures(pictures), whole.pictures(pictures)
    assert found.dtype is torch.float32
    assert (found * expected).sum(-1).min() > 0.998
    assert not torch.equal(found, expected)


def test_a_network_of_that_precision_is_itself() -> None:
    network = nn.Linear(2, 2)
    assert in_precision(network, torch.float32) is network
    copied = in_precision(network.half(), torch.float32)
    assert copied.weight.dtype is torch.float32 and network.weight.dtype is torch.float16
