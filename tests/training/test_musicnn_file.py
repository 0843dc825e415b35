"""The music tagger's published variables are read without running anything, and compute what TensorFlow computed."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F

from engine.networks.tagging_vgg import EPSILON, POOLS, TAGGER_FEATURES, TAGGER_RATE, TaggingVGG, tagger_mel
from engine.training.starter.musicnn_file import state_of, stored_shapes, variables_in


def published(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Random variables of every stored shape; variances above 0."""
    found = {}
    for name, shape in stored_shapes().items():
        low = 0.5 if name.endswith(("variance", "gamma")) else -0.5
        scale = 0.1 if "kernel" in name else 1.0
        found[name] = (scale * rng.uniform(low, low + 1, shape)).astype(np.float32)
    return found


def test_variables_lie_one_behind_the_other_in_the_order_of_their_names() -> None:
    variables = published(np.random.default_rng(0))
    data = b"".join(variables[name].tobytes() for name in sorted(variables))
    found = variables_in(data)
    assert found.keys() == variables.keys()
    assert all(np.array_equal(found[name], variables[name]) for name in variables)
    assert len(data) == 7_274_112  # the published file's length


def test_the_network_computes_what_was_published() -> None:
    """As the package's ``vgg``: convolution, rectifier, normalisation, maximum; channels last, padded to the same."""
    variables = published(np.random.default_rng(1))
    network = TaggingVGG().eval()
    network.load_state_dict(state_of(variables))
    x = torch.randn(2, 3 * TAGGER_RATE)

    def normalised(y: torch.Tensor, index: int) -> torch.Tensor:
        name = "batch_normalization" + (f"_{index}" if index else "")
        mean, var, gamma, beta = (
            torch.from_numpy(variables[f"{name}/{field}"]).view(1, -1, 1, 1)
            for field in ("moving_mean", "moving_variance", "gamma", "beta")
        )
        return (y - mean) / (var + EPSILON).sqrt() * gamma + beta

    y = normalised(tagger_mel(x, TAGGER_RATE)[:, None], 0)
    for index, pool in enumerate(POOLS, start=1):
        kernel = torch.from_numpy(variables[f"{index}CNN/kernel"]).permute(3, 2, 0, 1)
        y = F.conv2d(y, kernel, torch.from_numpy(variables[f"{index}CNN/bias"]), padding="same")
        y = F.max_pool2d(normalised(F.relu(y), index), *pool)
    features = network(x, TAGGER_RATE)
    assert features.shape == (2, TAGGER_FEATURES)
    assert torch.allclose(features[:, -3 * 128 : -2 * 128], y[:, :, :, 0].mean(dim=2), rtol=1e-3, atol=1e-3)


def test_what_is_heard_does_not_depend_on_level() -> None:
    network = TaggingVGG().eval()
    network.load_state_dict(state_of(published(np.random.default_rng(2))))
    x = torch.randn(1, 3 * TAGGER_RATE)
    assert torch.allclose(network(x, TAGGER_RATE), network(0.03 * x, TAGGER_RATE), rtol=1e-2, atol=1e-2)
