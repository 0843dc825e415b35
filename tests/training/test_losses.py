"""Eq. 1-13 against cases small enough to work out by hand, and their gradients against finite differences."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn.functional import normalize

from engine.training import losses
from engine.training.losses import JointBatch, LossWeights

# Two orthogonal clips: similarities are the 2×2 identity, so every softmax is (e^{1/τ}, 1) / (e^{1/τ} + 1).
AXES = torch.eye(2)
# Second text leans half way to the first: cosines 1 and 0.6.
LEANING = torch.tensor([[1.0, 0.0], [0.6, 0.8]])


def unit_rows(seed: int, count: int = 5, width: int = 7) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return normalize(torch.randn(count, width, generator=generator, dtype=torch.float64), dim=1)


def test_eq1_softmax_of_similarities_over_the_keys() -> None:
    matrix = losses.similarity_matrix(AXES, LEANING, temperature=0.5)
    # row 0: cosines 1 and 0.6; row 1: 0 and 0.8
    top = math.exp(2.0) / (math.exp(2.0) + math.exp(1.2))
    bottom = math.exp(1.6) / (1.0 + math.exp(1.6))
    assert torch.allclose(matrix, torch.tensor([[top, 1 - top], [1 - bottom, bottom]]))


def test_eq3_is_eq1_with_the_roles_exchanged_not_its_transpose() -> None:
    forward = losses.similarity_matrix(AXES, LEANING, 0.5)
    backward = losses.similarity_matrix(LEANING, AXES, 0.5)
    assert torch.allclose(backward.sum(dim=1), torch.ones(2))
    assert not torch.allclose(backward, forward.T)
    assert backward[1, 0].item() == pytest.approx(math.exp(1.2) / (math.exp(1.2) + math.exp(1.6)), abs=1e-6)


def test_eq2_and_eq4_are_minus_log_of_the_diagonal() -> None:
    a_to_t = losses.one_way_nce(AXES, LEANING, 0.5)
    t_to_a = losses.one_way_nce(LEANING, AXES, 0.5)
    assert a_to_t[0].item() == pytest.approx(math.log1p(math.exp(-0.8)), abs=1e-6)
    assert a_to_t[1].item() == pytest.approx(math.log1p(math.exp(-1.6)), abs=1e-6)
    assert t_to_a[0].item() == pytest.approx(math.log1p(math.exp(-2.0)), abs=1e-6)
    assert t_to_a[1].item() == pytest.approx(math.log1p(math.exp(-0.4)), abs=1e-6)


@pytest.mark.parametrize("loss", [losses.audio_text_nce, losses.audio_picture_nce, losses.audio_self_nce])
def test_eq5_6_8_average_the_sum_of_both_directions(loss: Callable[..., Tensor]) -> None:
    by_hand = (math.log1p(math.exp(-0.8)) + math.log1p(math.exp(-1.6))
               + math.log1p(math.exp(-2.0)) + math.log1p(math.exp(-0.4))) / 2
    assert loss(AXES, LEANING, 0.5).item() == pytest.approx(by_hand, abs=1e-6)
    # symmetric, and 2·log N when nothing can be told apart
    assert loss(LEANING, AXES, 0.5).item() == pytest.approx(by_hand, abs=1e-6)
    same = torch.ones(4, 1)
    assert loss(same, same, 0.07).item() == pytest.approx(2 * math.log(4), abs=1e-5)


def test_eq10_kl_of_rows_by_hand() -> None:
    audio, text, pictures = LEANING, AXES, AXES
    # clip 1: teacher cosines (0, 1), student cosines (0.6, 0.8), τ = 1
    teacher = [1 / (1 + math.e), math.e / (1 + math.e)]
    student = [math.exp(0.6) / (math.exp(0.6) + math.exp(0.8)), math.exp(0.8) / (math.exp(0.6) + math.exp(0.8))]
    by_hand = sum(t * math.log(t / s) for t, s in zip(teacher, student, strict=True))
    divergence = losses.weakly_paired_divergence(audio, text, pictures, 1.0)
    assert divergence[0].item() == pytest.approx(0.0, abs=1e-6)  # clip 0 already sounds like its text
    assert divergence[1].item() == pytest.approx(by_hand, abs=1e-6)
    # Eq. 12 averages over clips
    assert losses.weakly_paired_kl(audio, text, pictures, 1.0).item() == pytest.approx(by_hand / 2, abs=1e-6)


def test_eq11_as_printed_keeps_only_the_diagonal() -> None:
    divergence = losses.weakly_paired_divergence(LEANING, AXES, AXES, 1.0, diagonal_only=True)
    teacher = math.e / (1 + math.e)
    assert divergence[0].item() == pytest.approx(-teacher * math.log(teacher), abs=1e-6)
    student = math.exp(0.8) / (math.exp(0.6) + math.exp(0.8))
    assert divergence[1].item() == pytest.approx(-teacher * math.log(student), abs=1e-6)


def test_kl_gradient_reaches_the_sound_and_never_the_frozen_teacher() -> None:
    audio, text, pictures = (unit_rows(s).requires_grad_() for s in (1, 2, 3))
    losses.weakly_paired_kl(audio, text, pictures, 0.1).backward()
    assert audio.grad is not None and audio.grad.abs().sum() > 0
    assert text.grad is None


def test_kl_minimum_is_the_teacher() -> None:
    text, pictures = unit_rows(2), unit_rows(3)
    audio = text.clone().requires_grad_()
    loss = losses.weakly_paired_kl(audio, text, pictures, 0.1)
    loss.backward()
    assert loss.item() == pytest.approx(0.0, abs=1e-6)
    assert audio.grad is not None and audio.grad.abs().max() < 1e-5


def test_eq13_sums_its_four_terms_and_each_can_be_switched_off() -> None:
    audio, text, view, picture, resampled = (unit_rows(s).float() for s in range(5))
    batch = JointBatch(audio, text, view, picture, resampled)
    result = losses.total_loss(batch, temperature=0.2)
    expected = {
        "a-t": losses.audio_text_nce(audio, text, 0.2), "a-v": losses.audio_picture_nce(audio, picture, 0.2),
        "a-a": losses.audio_self_nce(audio, view, 0.2), "kl": losses.weakly_paired_kl(audio, text, resampled, 0.2),
    }
    assert {k: v.item() for k, v in result.terms.items()} == pytest.approx({k: v.item() for k, v in expected.items()})
    assert result.total.item() == pytest.approx(sum(v.item() for v in expected.values()), rel=1e-6)
    for name, weights in {"a-t": LossWeights(text=0), "a-v": LossWeights(picture=0),
                          "a-a": LossWeights(self_supervised=0), "kl": LossWeights(weakly_paired=0)}.items():
        without = losses.total_loss(batch, weights, 0.2)
        assert name not in without.terms
        assert without.total.item() == pytest.approx(result.total.item() - expected[name].item(), rel=1e-5)


def test_clips_without_a_picture_are_left_out_of_the_picture_terms_only() -> None:
    audio, text, view, picture, resampled = (unit_rows(s).float() for s in range(5))
    has = torch.tensor([True, False, True, True, False])
    result = losses.total_loss(JointBatch(audio, text, view, picture, resampled, has), temperature=0.2)
    rows = has.nonzero().flatten()
    assert result.terms["a-t"].item() == pytest.approx(losses.audio_text_nce(audio, text, 0.2).item())
    assert result.terms["a-v"].item() == pytest.approx(
        losses.audio_picture_nce(audio[rows], picture[rows], 0.2).item())
    nobody = losses.total_loss(JointBatch(audio, text, view, picture, resampled, torch.zeros(5, dtype=torch.bool)))
    assert set(nobody.terms) == {"a-t", "a-a"}


def test_far_pairs_at_a_low_temperature_stay_finite() -> None:
    loss = losses.audio_text_nce(AXES, -AXES, temperature=0.001)
    assert torch.isfinite(loss) and loss.item() == pytest.approx(2000.0, rel=1e-3)


def test_predecessor_loss_is_a_quarter_of_the_published_sum() -> None:
    audio, view, text = (unit_rows(s).float() for s in range(3))
    scale = math.exp(0.07)
    label = torch.arange(len(audio))
    ce = torch.nn.functional.cross_entropy
    published = sum(ce(audio @ o.T * scale, label) + ce(o @ audio.T * scale, label) for o in (text, view)) / 4
    assert losses.predecessor_loss(audio, view, text).item() == pytest.approx(float(published), rel=1e-6)


def test_workshop_loss_by_hand() -> None:
    # cosines: [[1, .6], [0, .8]] -> p = [[1, .8], [.5, .9]] (1 is clamped to 1 - 1e-6)
    by_hand = -(math.log(1 - 1e-6) + math.log(0.2) + math.log(0.5) + math.log(0.9)) / 4
    assert losses.workshop_loss(AXES, LEANING).item() == pytest.approx(by_hand, rel=1e-4)


@pytest.mark.parametrize("name", ["audio_text_nce", "audio_picture_nce", "audio_self_nce", "weakly_paired_kl",
                                  "predecessor_loss", "workshop_loss"])
def test_gradients_match_finite_differences(name: str) -> None:
    audio, *others = (unit_rows(s, 4, 3) for s in range(4))
    loss = getattr(losses, name)
    rest = {"weakly_paired_kl": others[:2], "predecessor_loss": others[:2]}.get(name, others[:1])

    def value(x: Tensor) -> Tensor:
        result: Tensor = loss(x, *rest)
        return result

    probe = audio.clone().requires_grad_()
    gradient = torch.autograd.grad(value(probe), probe)[0]
    # the losses compute in float32, so the step is large and the tolerance honest
    for index in [(0, 0), (1, 2), (3, 1)]:
        step = torch.zeros_like(audio)
        step[index] = 1e-2
        numeric = (value(audio + step) - value(audio - step)).item() / 2e-2
        assert gradient[index].item() == pytest.approx(numeric, rel=2e-2, abs=2e-3)
