"""Mixing follows Eq. 19 and the per-layer split, whatever the latents."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import RequestError
from engine.guidance.mixing import default_split, interpolate, split_layers
from engine.latent import Latent, between


def latent(seed: int, rows: int = 7) -> Latent:
    noise = torch.Generator().manual_seed(seed)
    w = torch.randn(rows, 8, generator=noise)
    structure = torch.randn(2, 4, 4, generator=torch.Generator().manual_seed(0))
    redraw = torch.tensor([[1.0, float(seed), 0.5, 0.5]])
    return Latent(w, structure, torch.randn(2, 4, 4, generator=noise), None, redraw)


@given(alpha=st.floats(0, 1), a=st.integers(0, 50), b=st.integers(51, 99))
def test_interpolation_is_equation_19(alpha: float, a: int, b: int) -> None:
    sound, text = latent(a), latent(b)
    mixed = interpolate(sound, text, alpha)
    assert torch.allclose(mixed.w, (1 - alpha) * sound.w + alpha * text.w, atol=1e-6)
    assert mixed.structure_delta is not None and sound.structure_delta is not None and text.structure_delta is not None
    wanted = (1 - alpha) * sound.structure_delta + alpha * text.structure_delta
    assert torch.allclose(mixed.structure_delta, wanted, atol=1e-6)


@given(layer=st.integers(0, 7))
def test_a_split_takes_the_first_rows_from_the_sound_and_the_rest_from_the_text(layer: int) -> None:
    sound, text = latent(1), latent(2)
    mixed = split_layers(sound, text, layer)
    assert torch.equal(mixed.w[:layer], sound.w[:layer])
    assert torch.equal(mixed.w[layer:], text.w[layer:])


def test_the_papers_split_is_nine_of_eighteen() -> None:
    assert default_split(18) == 9


@pytest.mark.parametrize("alpha", [-0.1, 1.1])
def test_a_mix_outside_zero_to_one_is_refused(alpha: float) -> None:
    with pytest.raises(RequestError, match="out of range"):
        interpolate(latent(1), latent(2), alpha)


@given(amount=st.floats(0, 2))
def test_strength_runs_straight_from_source_through_the_edit(amount: float) -> None:
    source, edited = latent(1), latent(2)
    point = between(source, edited, amount)
    assert torch.allclose(point.w, source.w + amount * (edited.w - source.w), atol=1e-5)
    assert point.structure_delta is not None and edited.structure_delta is not None
    assert torch.allclose(point.structure_delta, amount * edited.structure_delta, atol=1e-5)


@given(seed=st.integers(0, 100))
def test_a_latent_survives_its_file_form(seed: int) -> None:
    before = latent(seed)
    after = Latent.from_tensors(before.tensors())
    for name, tensor in before.tensors().items():
        assert torch.equal(after.tensors()[name], tensor)
