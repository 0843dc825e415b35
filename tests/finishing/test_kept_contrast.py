"""A bright edit is not a haze; darker ones, and those of flat pictures, stay as they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.finishing.kept_contrast import LEAST_SPREAD, STRONGEST, with_contrast
from engine.finishing.kept_light import LUMINANCE


def picture(seed: int, middle: float, spread: float, colour: float = 0.02) -> np.ndarray:
    """Noise whose luminance has this mean and this standard deviation, roughly, within [0, 1]."""
    rng = np.random.default_rng(seed)
    tint = rng.normal(0, colour, (24, 32, 3))
    noise = rng.normal(middle, spread, (24, 32, 1)) + tint - (tint @ LUMINANCE)[..., None]
    return np.clip(noise, 0, 1).astype(np.float32)


def light(pixels: np.ndarray) -> np.ndarray:
    return np.asarray(pixels @ LUMINANCE)


@given(st.integers(0, 99), st.floats(0, 1), st.floats(0, 0.4), st.floats(0, 1), st.floats(0.005, 0.4))
def test_no_edit_becomes_flatter_and_none_more_than_wanted(
    seed: int, source_mean: float, source_spread: float, mean: float, spread: float
) -> None:
    source, edited = picture(seed, source_mean, source_spread), picture(seed + 1, mean, spread)
    seen, stretch = with_contrast(source, edited)
    assert seen.dtype == np.float32 and seen.shape == edited.shape and 1 <= stretch <= STRONGEST
    if stretch == 1:
        assert np.array_equal(seen, edited)
    else:
        assert light(edited).std() - 1e-3 < light(seen).std() < LEAST_SPREAD + 0.01


@given(st.integers(0, 99), st.floats(0, 1), st.floats(0, 0.4))
def test_what_was_not_edited_is_not_changed(seed: int, mean: float, spread: float) -> None:
    drawn = picture(seed, mean, spread)
    assert with_contrast(np.round(drawn * 255) / 255, drawn)[1] == 1


def test_a_bright_haze_gets_the_contrast_of_a_photograph() -> None:
    haze = picture(1, 0.78, 0.08)
    seen, stretch = with_contrast(picture(2, 0.5, 0.2), haze)
    assert 1.3 < stretch < 2 and light(seen).std() == pytest.approx(LEAST_SPREAD, abs=0.005)
    assert seen.mean() == pytest.approx(haze.mean(), abs=0.04)
    order = np.argsort(light(haze).ravel())
    assert (np.diff(light(seen).ravel()[order]) >= -1e-2).all()
    lilac = haze[..., 2] - haze[..., 1]
    assert np.corrcoef(lilac.ravel(), (seen[..., 2] - seen[..., 1]).ravel())[0, 1] > 0.95


def test_nothing_bright_becomes_white() -> None:
    haze = picture(3, 0.85, 0.03, colour=0)
    seen, stretch = with_contrast(picture(2, 0.5, 0.2), haze)
    brightest = light(haze) > np.quantile(light(haze), 0.9)
    assert stretch > 1.5 and light(seen).max() < 0.995
    assert light(seen)[brightest].std() > 0.5 * light(haze)[brightest].std()


def test_what_is_dark_or_was_flat_before_the_edit_stays() -> None:
    rainy, haze, fog = picture(3, 0.4, 0.05), picture(4, 0.8, 0.04), picture(5, 0.7, 0.03)
    assert with_contrast(picture(6, 0.5, 0.2), rainy)[1] == 1
    assert with_contrast(fog, haze)[1] == 1


@pytest.mark.parametrize("value", [0.0, 0.6, 1.0])
def test_one_colour_stays_one_colour(value: float) -> None:
    flat = np.full((8, 8, 3), value, np.float32)
    seen, _ = with_contrast(picture(7, 0.5, 0.2), flat)
    assert np.ptp(seen) < 1e-6 and np.allclose(seen, flat, atol=2e-3)


def test_contrast_comes_bit_by_bit_while_an_edit_grows() -> None:
    source, snow = picture(7, 0.35, 0.2), picture(8, 0.8, 0.04)
    grown = [with_contrast(source, source + (snow - source) * k)[0] for k in np.linspace(0, 1, 101, dtype=np.float32)]
    steps = [float(np.abs(b - a).mean()) for a, b in zip(grown, grown[1:], strict=False)]
    assert max(steps) < 5 * float(np.abs(snow - source).mean()) / 100
