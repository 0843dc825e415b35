"""The identity network sees the face oval only, and ArcFace's margin is the published one."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.networks.identity import IdentityNetwork, identity_vectors, oval_crop
from engine.training.identity import ArcFace, as_network_input, train_identity
from engine.training.portrait_crops import PortraitCrops
from tests.training.test_expressions import aligned


def test_hair_and_background_do_not_reach_the_network() -> None:
    torch.manual_seed(0)
    face = torch.rand(1, 3, 128, 128) * 2 - 1
    other = face.clone()
    other[..., :30, :] = 1.0
    other[..., :24] = -1.0
    other[..., 104:] = 0.5
    other[..., 118:, :] = 0.0
    network = IdentityNetwork().eval()
    torch.testing.assert_close(identity_vectors(network, face), identity_vectors(network, other))


def test_brightness_and_contrast_barely_change_the_crop() -> None:
    crop, _ = aligned("neutral")
    face = as_network_input(crop[None])
    darker = face * 0.6 - 0.2
    apart = (oval_crop(face) - oval_crop(darker)).abs().mean()
    assert apart < 0.12 * oval_crop(face).abs().mean() + 0.05


def test_vectors_are_unit_and_gradients_reach_the_picture() -> None:
    face = (torch.rand(2, 3, 256, 256) * 2 - 1).requires_grad_()
    vectors = identity_vectors(IdentityNetwork(width=16), face)
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(2))
    (gradient,) = torch.autograd.grad(vectors[0, 0], face)
    assert gradient[0, :, 100:200, 80:180].abs().sum() > 0 and gradient[0, :, :40].abs().max() == 0


def test_arcface_adds_the_margin_to_the_angle_of_the_true_class() -> None:
    head = ArcFace(3, 2, scale=10.0)
    angles = torch.tensor([0.0, 1.0, 2.5])
    head.centres.data = torch.stack([angles.cos(), angles.sin()], 1)
    at, margin = 0.3, 0.4
    vector = torch.tensor([[math.cos(at), math.sin(at)]])
    logits = [10 * math.cos(at + margin), 10 * math.cos(1.0 - at), 10 * math.cos(2.5 - at)]
    expected = -logits[0] + math.log(sum(math.exp(v) for v in logits))
    assert head(vector, torch.tensor([0]), margin).item() == pytest.approx(expected, rel=1e-5)


def test_arcface_keeps_falling_beyond_the_angle_where_the_cosine_would_rise() -> None:
    head = ArcFace(2, 3, scale=1.0)
    head.centres.data = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    vectors = [torch.tensor([[math.cos(a), math.sin(a), 0.0]]) for a in (2.4, 2.6, 2.7, 2.9, 3.1)]
    losses = [head(vector, torch.tensor([0]), 0.5).item() for vector in vectors]
    assert losses == sorted(losses) and losses[-1] > losses[0]


def test_a_few_steps_of_training_bring_views_of_one_person_together() -> None:
    faces = [aligned(name) for name in ("neutral", "smiling", "painted")]
    pixels = np.stack([crop for crop, _ in faces])
    crops = PortraitCrops(pixels, np.array(["a", "b", "c"]), np.array(["neutral", "smiling", "painted_portrait"]),
                          np.stack([points for _, points in faces]), np.zeros((3, 5)))
    seen = list(train_identity(crops, seconds=600, views=1000, batch=12, margin=0.1))
    first, last = seen[0], seen[-1]
    assert last.seen >= 1000 and last.loss < 0.75 * first.loss
    with torch.no_grad():
        vectors = identity_vectors(last.network, as_network_input(pixels))
    assert float((vectors @ vectors.T).fill_diagonal_(0).max()) < 0.7
