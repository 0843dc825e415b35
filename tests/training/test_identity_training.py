"""The identity network sees the face oval only, and ArcFace's margin is the published one."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.networks.identity import IdentityNetwork, identity_vectors, oval_crop
from engine.training.curve import read_curve
from engine.training.identity import ArcFace, IdentityTask, as_network_input
from engine.training.loop import LoopPlan, train
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


def three_people() -> PortraitCrops:
    faces = [aligned(name) for name in ("neutral", "smiling", "painted")]
    pixels = np.stack([crop for crop, _ in faces])
    return PortraitCrops(pixels, np.array(["a", "b", "c"]), np.array(["neutral", "smiling", "painted_portrait"]),
                         np.stack([points for _, points in faces]), np.zeros((3, 5)))


def test_a_few_steps_of_training_bring_views_of_one_person_together(tmp_path: Path) -> None:
    crops = three_people()
    task = IdentityTask(crops, views=1000, batch=12, margin=0.1)
    assert train(task, LoopPlan(tmp_path, quiet=True, events=False)).finished
    losses = [row["arcface"] for row in read_curve(tmp_path / "curve.csv")]
    assert len(losses) * 12 >= 1000 and np.mean(losses[-15:]) < 0.75 * np.mean(losses[:20])
    with torch.no_grad():
        vectors = identity_vectors(task.average, as_network_input(crops.pixels))
    assert float((vectors @ vectors.T).fill_diagonal_(0).max()) < 0.7


def test_a_stopped_training_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    crops = three_people()
    for out, parts in (("whole", (4,)), ("parts", (1, 3))):
        for steps in parts:
            task = IdentityTask(crops, views=48, batch=12)
            train(task, LoopPlan(tmp_path / out, stop_after=steps, quiet=True, events=False))
    whole, resumed = (read_curve(tmp_path / name / "curve.csv") for name in ("whole", "parts"))
    assert len(whole) == 4 and whole == resumed


def test_everyone_is_shown_once_before_anyone_again() -> None:
    task = IdentityTask(three_people(), views=100, batch=4)
    shown = np.concatenate([task.people(n) for n in range(3)])
    assert sorted(shown[:3]) == sorted(shown[3:]) == [0, 1, 2]
