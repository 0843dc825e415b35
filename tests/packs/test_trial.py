"""The trial picture of a large generator is a part of what it draws, at a fraction of the memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from engine.errors import PackError
from engine.networks.stylegan3 import Generator as StyleGAN3
from engine.networks.stylegan3 import StyleGAN3Config, published_channels
from engine.packs.trial import all_finite, latent_statistics, trial_picture
from tests.packs.published_files import config_f, random_generator


def test_the_middle_of_a_stylegan3_equals_the_middle_of_its_picture() -> None:
    torch.manual_seed(0)
    config = StyleGAN3Config(resolution=128, z_dim=16, w_dim=16, channels=(1,) * 14)
    generator = StyleGAN3(replace(config, channels=published_channels(config, 256, 8))).eval()
    whole, part = trial_picture(generator), trial_picture(generator, largest=64)
    assert whole.shape == (128, 128, 3) and 32 <= part.shape[0] < 128
    middle = (128 - part.shape[0]) // 2
    inner = slice(part.shape[0] // 2 - 8, part.shape[0] // 2 + 8)
    expected = whole[middle:, middle:][inner, inner].astype(int)
    assert np.abs(expected - part[inner, inner].astype(int)).max() <= 1


@pytest.mark.parametrize("largest", [16, 32])
@pytest.mark.parametrize(
    "changes",
    [{}, {"resolution": 16}, {"resolution": 48}, {"margin": 4}, {"filter_size": 10}, {"lrelu_upsampling": 1},
     {"layers": 6, "critical": 1}, {"conv_kernel": 1, "radial": True}],
)  # fmt: skip
def test_the_middle_of_any_stylegan3_can_be_drawn(changes: dict[str, Any], largest: int) -> None:
    torch.manual_seed(0)
    config = StyleGAN3Config(**{"resolution": 64, "z_dim": 8, "w_dim": 8} | changes)
    generator = StyleGAN3(replace(config, channels=published_channels(config, 128, 4))).eval()
    side = trial_picture(generator, largest=largest).shape[0]
    assert min(largest, config.resolution) <= side <= config.resolution


def test_a_stylegan2_stops_early_and_draws_the_same_each_time() -> None:
    generator = random_generator(config_f(64, largest=8, w_dim=16))
    assert trial_picture(generator).shape == (64, 64, 3)
    small = trial_picture(generator, largest=16)
    assert small.shape == (16, 16, 3) and np.array_equal(small, trial_picture(generator, largest=16))


def test_damage_is_seen_in_tensors_and_pictures() -> None:
    generator = random_generator(config_f(16, largest=8, w_dim=16))
    assert all_finite(generator.state_dict()) == ""
    generator.synthesis.b16.torgb.bias[0] = float("inf")
    assert all_finite(generator.state_dict()) == "synthesis.b16.torgb.bias"
    with pytest.raises(PackError, match="not finite"):
        trial_picture(generator)
    flat = random_generator(config_f(16, largest=8, w_dim=16))
    for parameter in flat.synthesis.parameters():
        parameter.zero_()
    with pytest.raises(PackError, match="one flat colour"):
        trial_picture(flat)


def test_statistics_describe_the_mapped_vectors() -> None:
    generator = random_generator(config_f(16, largest=8, w_dim=16))
    found = latent_statistics(generator, samples=1024)
    rows = generator.mapping(torch.randn(4096, 16, generator=torch.Generator().manual_seed(9)))[:, 0]
    exact = torch.cov(rows.T)
    assert (found["covariance"] - exact).norm() < 0.15 * exact.norm()
