"""An edit into the night leaves a picture light to be seen by; what was dark before, or is light enough, stays."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.finishing.kept_light import BRIGHTER, LEAST_LIGHT, LUMINANCE, with_light


def picture(seed: int, brightest: float) -> np.ndarray:
    return (np.random.default_rng(seed).random((24, 32, 3)) * brightest).astype(np.float32)


def light(pixels: np.ndarray) -> float:
    return float(np.percentile(pixels @ LUMINANCE, BRIGHTER))


@given(st.integers(0, 99), st.floats(0.005, 1.0), st.floats(0.005, 1.0))
def test_an_edit_keeps_the_least_light_or_what_the_source_had(seed: int, before: float, after: float) -> None:
    source, edited = picture(seed, before), picture(seed + 1, after)
    lit = with_light(source, edited)
    assert lit.dtype == np.float32 and lit.shape == edited.shape and lit.min() >= 0 and lit.max() <= 1
    wanted = min(LEAST_LIGHT, light(source))
    assert light(lit) >= wanted - 0.01
    if light(edited) >= wanted:
        assert np.array_equal(lit, edited)


def test_brighter_stays_brighter_and_black_stays_black() -> None:
    edited = picture(3, 0.05)
    edited[:4] = 0
    lit = with_light(picture(4, 1.0), edited)
    order = np.argsort((edited @ LUMINANCE).ravel())
    assert (np.diff((lit @ LUMINANCE).ravel()[order]) > -2e-3).all()
    assert (lit[:4] == 0).all() and lit.mean() > 2 * edited.mean()


def test_a_night_keeps_its_hue_and_does_not_glow() -> None:
    edited = picture(5, 0.03) * np.array([0.4, 0.6, 1.0], np.float32)
    lit = with_light(picture(6, 1.0), edited)
    assert lit[..., 2].mean() > lit[..., 1].mean() > lit[..., 0].mean()
    grown, brighter = np.ptp(lit.mean((0, 1))) / np.ptp(edited.mean((0, 1))), lit.mean() / edited.mean()
    assert 1 < grown < 0.6 * brighter


def test_a_black_edit_stays_black() -> None:
    black = np.zeros((8, 8, 3), np.float32)
    assert np.array_equal(with_light(picture(7, 1.0), black), black)
