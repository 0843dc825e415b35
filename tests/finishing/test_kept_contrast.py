"""A bright edit is not a haze; darker ones, and those of flat pictures, stay as they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.finishing.kept_contrast import LEAST_SPREAD, STRONGEST, with_contrast
from engine.finishing.kept_light import LUMINANCE


def picture(seed: int, middle: float, spread: float) -> np.ndarray:
    """Noise of this mean and this standard deviation, roughly, within [0, 1]."""
    noise = np.random.default_rng(seed).normal(middle, spread, (24, 32, 1)) * np.ones(3)
    return np.clip(noise, 0, 1).astype(np.float32)


def spread_of(pixels: np.ndarray) -> float:
    return float((pixels @ LUMINANCE).std())


@given(st.integers(0, 99), st.floats(0, 1), st.floats(0, 0.4), st.floats(0, 1), st.floats(0.005, 0.4))
def test_no_edit_becomes_flatter_or_clips(
    seed: int, source_mean: float, source_spread: float, mean: float, spread: float
) -> None:
    source, edited = picture(seed, source_mean, source_spread), picture(seed + 1, mean, spread)
    seen, stretch = with_contrast(source, edited)
    assert seen.dtype == np.float32 and seen.shape == edited.shape and 1 <= stretch <= STRONGEST
    assert seen.min() >= min(0, edited.min()) and seen.max() <= max(1, edited.max())
    assert spread_of(seen) >= spread_of(edited) - 1e-4
    if stretch == 1:
        assert np.array_equal(seen, edited)
    else:
        assert spread_of(seen) <= max(LEAST_SPREAD, spread_of(edited)) + 0.01


def test_a_bright_haze_gets_the_contrast_of_a_photograph() -> None:
    haze = picture(1, 0.78, 0.04)
    seen, stretch = with_contrast(picture(2, 0.5, 0.2), haze)
    assert stretch > 2 and spread_of(seen) == pytest.approx(LEAST_SPREAD, abs=0.005)
    assert seen.mean() == pytest.approx(haze.mean(), abs=0.06)
    order = np.argsort((haze @ LUMINANCE).ravel())
    assert (np.diff((seen @ LUMINANCE).ravel()[order]) >= -1e-5).all()


def test_what_is_dark_or_was_flat_before_the_edit_stays() -> None:
    rainy, haze, fog = picture(3, 0.4, 0.05), picture(4, 0.8, 0.04), picture(5, 0.7, 0.03)
    assert with_contrast(picture(6, 0.5, 0.2), rainy)[1] == 1
    assert with_contrast(fog, haze)[1] == 1


def test_contrast_comes_bit_by_bit_while_an_edit_grows() -> None:
    source, snow = picture(7, 0.35, 0.2), picture(8, 0.8, 0.04)
    grown = [with_contrast(source, source + (snow - source) * k)[0] for k in np.linspace(0, 1, 101, dtype=np.float32)]
    steps = [float(np.abs(b - a).mean()) for a, b in zip(grown, grown[1:], strict=False)]
    assert max(steps) < 5 * float(np.abs(snow - source).mean()) / 100
