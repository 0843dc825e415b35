"""The optimisation reaches its guide, keeps what it is told to keep, and is the same twice."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from engine.guidance.losses import directional_loss, hinge_loss, masked_regulariser
from engine.guidance.loudness import loudness_amount
from engine.guidance.optimise import Problem, Settings, optimise


def problem() -> Problem:
    noise = torch.Generator().manual_seed(3)
    draw = torch.randn(6 * 8, 3 * 16, generator=noise) / 7
    look = torch.randn(3 * 16, 5, generator=noise)
    return Problem(
        render=lambda w, _: torch.tanh(w.flatten(1) @ draw).view(-1, 3, 4, 4),
        embed=lambda x: functional.normalize(x.flatten(1) @ look, dim=1),
        w_source=torch.randn(6, 8, generator=noise),
        guide=functional.normalize(torch.randn(5, generator=noise), dim=0),
    )


@pytest.mark.parametrize("objective", ["hinge", "cosine", "directional"])
def test_every_objective_raises_the_similarity(objective: str) -> None:
    steps = list(optimise(problem(), Settings(steps=30, objective=objective)))
    assert steps[-1].similarity > steps[0].similarity + 0.1


def test_the_same_problem_gives_the_same_steps() -> None:
    first, second = (list(optimise(problem(), Settings(steps=6))) for _ in range(2))
    assert all(torch.equal(a.w, b.w) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("mask", ["trained", "detached", "l2"])
def test_the_layer_mask_sums_to_one(mask: str) -> None:
    for step in optimise(problem(), Settings(steps=5, mask=mask)):
        assert step.mask.sum().item() == pytest.approx(1.0, abs=1e-5)


def test_a_pinned_layer_keeps_its_weight() -> None:
    for step in optimise(problem(), Settings(steps=8, pinned=((2, 0.4),))):
        assert step.mask[2].item() == pytest.approx(0.4, abs=1e-6)
        assert step.mask.sum().item() == pytest.approx(1.0, abs=1e-5)


def test_a_stronger_regulariser_moves_the_latent_less() -> None:
    near = list(optimise(problem(), Settings(steps=20, lambda_reg=5.0, mask="l2")))[-1]
    far = list(optimise(problem(), Settings(steps=20, lambda_reg=0.0)))[-1]
    assert near.moved.sum() < far.moved.sum()


def test_equation_15_is_one_at_the_source() -> None:
    v = functional.normalize(torch.ones(1, 4), dim=1)
    assert hinge_loss(v, torch.tensor([1.0, 0, 0, 0]), v).item() == pytest.approx(1.0)


def test_equation_17_is_the_mean_of_weighted_squared_distances() -> None:
    w, source = torch.tensor([[1.0, 0], [0, 2.0]]), torch.zeros(2, 2)
    assert masked_regulariser(w, source, torch.tensor([0.25, 0.75])).item() == pytest.approx((0.25 * 1 + 0.75 * 4) / 2)


def test_the_directional_loss_has_a_finite_gradient_before_anything_moved() -> None:
    v = functional.normalize(torch.randn(1, 4), dim=1).requires_grad_(True)
    guide, neutral = torch.tensor([1.0, 0, 0, 0]), torch.tensor([0, 1.0, 0, 0])
    directional_loss(v, guide, v.detach(), neutral).backward()
    assert v.grad is not None and torch.isfinite(v.grad).all()


@given(quiet=st.floats(-70, 0), more=st.floats(0.1, 40))
def test_louder_never_means_less(quiet: float, more: float) -> None:
    assert loudness_amount(quiet + more) > loudness_amount(quiet)
