"""Every sound encoder gives unit vectors of the joint space's size and can learn."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.networks.sound_encoders import build_sound_encoder


@pytest.mark.parametrize("kind", ["conv", "swin_small", "resnet18"])
def test_unit_vectors_of_the_asked_size_and_gradients_everywhere(kind: str) -> None:
    torch.manual_seed(0)
    network = build_sound_encoder({"kind": kind, "out_dim": 24, "mels": 32, "frames": 64})
    output = network(torch.rand(2, 1, 32, 64) * 2 - 1)
    assert output.shape == (2, 24) and output.dtype == torch.float32
    assert torch.allclose(output.norm(dim=1), torch.ones(2), atol=1e-5)
    (output * torch.randn(2, 24)).sum().backward()
    silent = [name for name, p in network.named_parameters() if p.grad is None or not torch.isfinite(p.grad).all()]
    assert silent == []


@pytest.mark.parametrize("kind", ["swin_tiny", "resnet50"])
def test_full_size_encoders_of_the_papers_take_the_default_mel(kind: str) -> None:
    with torch.device("meta"):
        network = build_sound_encoder({"kind": kind, "out_dim": 512, "mels": 64, "frames": 512})
    millions = sum(p.numel() for p in network.parameters()) / 1e6
    assert millions == pytest.approx({"swin_tiny": 27.9, "resnet50": 24.5}[kind], rel=0.05)
    assert network(torch.empty(2, 1, 64, 512, device="meta")).shape == (2, 512)


@pytest.mark.parametrize("kind", ["conv", "swin_small"])
def test_encoders_for_many_ranks_hold_no_batch_statistics(kind: str) -> None:
    network = build_sound_encoder({"kind": kind, "out_dim": 16, "mels": 32, "frames": 64}).eval()
    assert not any(isinstance(m, nn.modules.batchnorm._BatchNorm) for m in network.modules())
    mel = torch.rand(4, 1, 32, 64) * 2 - 1
    with torch.no_grad():
        assert torch.allclose(network(mel)[:1], network(mel[:1]), atol=1e-5)


def test_conv_encoder_takes_other_lengths() -> None:
    network = build_sound_encoder({"kind": "conv", "out_dim": 16, "mels": 64, "frames": 512})
    assert network(torch.zeros(1, 1, 64, 300)).shape == (1, 16)


@pytest.mark.parametrize("config", [
    {"kind": "swim", "out_dim": 8, "mels": 64, "frames": 64}, {"kind": "conv", "out_dim": 8, "mels": 8, "frames": 64},
    {"kind": "resnet18", "out_dim": 8, "mels": 64, "frames": 64, "window": 3},
])
def test_a_configuration_that_fits_no_encoder_is_refused(config: dict) -> None:
    with pytest.raises(ValueError):
        build_sound_encoder(config)
