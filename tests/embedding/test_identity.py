"""The identity network of a pack tells portraits apart, and passes gradients to the picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from engine.embedding.identity import open_identity
from engine.errors import PackError
from engine.networks.registry import build
from engine.packs.manifest import Manifest, Part
from engine.packs.store import Pack
from engine.packs.weights_file import write_weights

SMALL: dict[str, Any] = {"width": 32, "channels": [8, 16], "mixed": 8}


def pack_with(folder: Path, architecture: str, config: dict[str, Any]) -> Pack:
    torch.manual_seed(0)
    sha256 = write_weights(folder / "identity.safetensors", build(architecture, config).state_dict())
    part = Part("identity", architecture, config, "identity.safetensors", sha256)
    return Pack(folder, Manifest("faces", "portrait", 0, parts={"identity": part}))


@pytest.mark.parametrize(("architecture", "config", "size"), [("ir_se50", {}, 512), ("identity_network", SMALL, 32)])
def test_portraits_become_unit_vectors_with_a_gradient_inside_the_face_only(
    architecture: str, config: dict[str, Any], size: int, tmp_path: Path
) -> None:
    identity = open_identity(pack_with(tmp_path, architecture, config))
    faces = (torch.rand(2, 3, 128, 128, generator=torch.Generator().manual_seed(1)) * 2 - 1).requires_grad_(True)
    vectors = identity(faces)
    assert vectors.shape == (2, size) and torch.allclose(vectors.norm(dim=1), torch.ones(2), atol=1e-5)
    assert (vectors[0] - vectors[1]).abs().max() > 1e-4
    (gradient,) = torch.autograd.grad(vectors[0] @ vectors[1].detach(), faces)
    assert gradient[0].abs().sum() > 0
    assert gradient[0, :, :8].abs().max() == 0 and gradient[0, :, :, :8].abs().max() == 0


def test_a_pack_without_an_identity_network_says_so(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="has no identity"):
        open_identity(Pack(tmp_path, Manifest("scenes", "scene", 0)))
