"""A sound's vector moves towards what it most likely means, and stays as loud as it was heard."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from engine.embedding.joint import towards_meanings

WIDTH = 16


def meanings_and_quiet(seed: int) -> tuple[Tensor, Tensor]:
    """Five labels' unit vectors and a direction orthogonal to all of them."""
    basis = torch.linalg.qr(torch.randn(WIDTH, 6, generator=torch.Generator().manual_seed(seed)))[0].t()
    return F.normalize(basis[:5] + 0.2 * basis[0], dim=1), basis[5]


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), lean=st.floats(-0.9, 0.9))
def test_the_vector_comes_nearer_its_most_likely_meaning_and_keeps_its_loudness(seed: int, lean: float) -> None:
    meanings, quiet = meanings_and_quiet(seed)
    noise = torch.randn(WIDTH, generator=torch.Generator().manual_seed(seed + 1))
    heard = F.normalize(meanings[seed % 5] + 0.15 * noise, dim=0)
    heard = F.normalize(heard - (heard @ quiet) * quiet, dim=0)
    vector = lean * quiet + (1 - lean**2) ** 0.5 * heard
    likeliest = int((meanings @ vector).argmax())

    moved = towards_meanings(vector, meanings, quiet)

    assert abs(float(moved.norm()) - 1) < 1e-5
    assert abs(float(moved @ quiet) - lean) < 1e-5
    assert int((meanings @ moved).argmax()) == likeliest
    assert float(moved @ meanings[likeliest]) >= float(vector @ meanings[likeliest]) - 1e-5


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), lean=st.floats(-0.9, 0.9))
def test_a_second_listener_decides_where_the_first_is_in_doubt_and_loudness_stays(seed: int, lean: float) -> None:
    meanings, quiet = meanings_and_quiet(seed)
    between = F.normalize(meanings[1] + meanings[2], dim=0)
    vector = lean * quiet + (1 - lean**2) ** 0.5 * between
    odds = torch.tensor([0.02, 0.9, 0.04, 0.02, 0.02])

    moved = towards_meanings(vector, meanings, quiet, odds)

    assert abs(float(moved.norm()) - 1) < 1e-5
    assert abs(float(moved @ quiet) - lean) < 1e-5
    assert int((meanings @ moved).argmax()) == 1
    assert float(moved @ meanings[1]) > float(towards_meanings(vector, meanings, quiet) @ meanings[1])


def test_where_two_meanings_are_as_likely_the_expected_one_wins() -> None:
    meanings, quiet = meanings_and_quiet(3)
    between = F.normalize(meanings[1] + meanings[2], dim=0)
    expected = torch.tensor([1.0, 1.0, 3.0, 1.0, 1.0])
    moved = towards_meanings(between, meanings, quiet, torch.tensor([0.0, 0.5, 0.5, 0.0, 0.0]), expected)
    assert int((meanings @ moved).argmax()) == 2


def test_a_vector_that_is_a_meaning_stays_where_it_is() -> None:
    quiet = torch.eye(WIDTH)[5]
    meanings = torch.eye(WIDTH)[:5]
    assert torch.allclose(towards_meanings(meanings[2], meanings, quiet), meanings[2], atol=1e-3)
