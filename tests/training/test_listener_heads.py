"""The second listener's two heads learn to tell labels apart, and each label counts however rare it is."""

from __future__ import annotations

import pytest
import torch

from engine.networks.second_listener import FEATURES, SecondListener
from engine.training.starter.listener_stage import SYNTHETIC_SHARE, fit_deep, fit_head, standardise, view_weights

RECORDED = 72


@pytest.fixture(scope="module")
def taught() -> tuple[SecondListener, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    listener = SecondListener(3).eval()
    labels = torch.tensor([0] * 60 + [1] * 6 + [2] * 6 + [2] * 30)  # the last are synthesised
    features = torch.randn(len(labels), FEATURES) * 0.3 + torch.randn(3, FEATURES)[labels] * 0.2 + 5
    standardise(listener, features)
    inputs, weight = listener.standardised(features), view_weights(labels, RECORDED, 3)
    fit_head(listener, inputs, labels, weight, 50, lambda line: None)
    fit_deep(listener, inputs, labels, weight, 60, lambda line: None)
    return listener, inputs, labels


@pytest.mark.parametrize("head", ["head", "deep"])
def test_each_head_tells_the_labels_apart(head: str, taught: tuple[SecondListener, torch.Tensor, torch.Tensor]) -> None:
    listener, inputs, labels = taught
    said = getattr(listener, head)(inputs).argmax(1)
    assert all(float((said[labels == k] == k).float().mean()) > 0.9 for k in range(3))


def test_a_clip_is_judged_by_all_its_windows(taught: tuple[SecondListener, torch.Tensor, torch.Tensor]) -> None:
    listener, inputs, labels = taught
    for label in range(3):
        odds = listener.judged(inputs[labels == label][:5]).detach()
        assert odds.shape == (3,) and float(odds.sum()) == pytest.approx(1, abs=1e-5)
        assert int(odds.argmax()) == label and bool((odds >= 0).all())


def test_synthesised_views_share_a_fixed_part_and_rare_labels_weigh_more() -> None:
    labels = torch.tensor([0] * 60 + [1] * 6 + [2] * 6 + [2] * 30)
    weight = view_weights(labels, RECORDED, 3)
    assert float(weight.sum()) == pytest.approx(1, abs=1e-5)
    assert float(weight[RECORDED:].sum()) == pytest.approx(SYNTHETIC_SHARE, abs=1e-5)
    assert float(weight[60]) > float(weight[0])
    without = view_weights(labels[:RECORDED], RECORDED, 3)
    assert bool(torch.isfinite(without).all())
