"""The frozen form draws what the generator draws, with the same gradients, in every architecture."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine.networks.frozen_stylegan2 import FrozenSynthesis
from engine.networks.stylegan2 import GeneratorConfig
from tests.packs.published_files import config_f, random_generator

PLAIN = config_f(32, largest=16, w_dim=16)
KINDS = {
    "skip": PLAIN,
    "clamped": replace(PLAIN, conv_clamp=1.0),
    "resnet": replace(PLAIN, architecture="resnet", conv_clamp=1.5),
    "orig": replace(PLAIN, architecture="orig"),
    "without noise": replace(PLAIN, use_noise=False),
    "structure": replace(PLAIN, structure_channels=6, start_resolution=8, channels={8: 16, 16: 8, 32: 8}),
}


def drawn(config: GeneratorConfig, precision: torch.dtype | None, batch: int = 2) -> list[torch.Tensor]:
    """Picture and gradients with respect to the rows, and the structure where there is one."""
    generator = random_generator(config)
    for name, parameter in generator.synthesis.named_parameters():
        if name.endswith("bias"):
            parameter.data += 0.1 * torch.randn(parameter.shape)
    rows = torch.randn(batch, generator.num_ws, config.w_dim, requires_grad=True)
    inputs = [rows]
    if config.structure_channels:  # larger than the one it was made for
        inputs.append(torch.randn(batch, config.structure_channels, 16, 8, requires_grad=True))
    weight = torch.randn(3, 1, 1)
    synthesis = generator.synthesis if precision is None else FrozenSynthesis(generator.synthesis, precision)
    picture = synthesis(*inputs)
    (picture * weight).square().sum().backward()
    return [picture.detach(), *(x.grad for x in inputs if x.grad is not None)]


@pytest.mark.parametrize("kind", list(KINDS))
def test_it_equals_the_generator_with_its_gradients(kind: str) -> None:
    for found, expected in zip(drawn(KINDS[kind], torch.float32), drawn(KINDS[kind], None), strict=True):
        assert found.shape == expected.shape and found.dtype == torch.float32
        assert (found - expected).abs().max() <= 1e-5 * expected.abs().max()


@pytest.mark.parametrize("kind", ["skip", "clamped", "structure"])
def test_bfloat16_points_the_same_way(kind: str) -> None:
    found, expected = drawn(KINDS[kind], torch.bfloat16), drawn(KINDS[kind], None)
    assert (found[0] - expected[0]).abs().max() <= 0.04 * expected[0].abs().max()
    for a, b in zip(found[1:], expected[1:], strict=True):
        assert torch.cosine_similarity(a.flatten(), b.flatten(), dim=0) > 0.99


def test_a_structure_is_asked_for_exactly_where_it_is_needed() -> None:
    frozen = FrozenSynthesis(random_generator(PLAIN).synthesis)
    with pytest.raises(ValueError, match="structure"):
        frozen(torch.zeros(1, 8, 16), torch.zeros(1, 6, 4, 4))
