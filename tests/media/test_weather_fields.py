"""What weather is drawn from: the same at every size in which one picture is drawn."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.media.weather_fields import FIELD_NAMES, seed_fields


@pytest.mark.parametrize("name", ["bolt", "flames", "clouds", "sun"])
def test_what_has_a_shape_stays_in_its_place_when_the_picture_is_drawn_larger(name: str) -> None:
    at = FIELD_NAMES.index(name)
    for seed in range(3):
        small, large = seed_fields(128, 160, seed)[at], seed_fields(320, 400, seed, (128, 160))[at]
        again = cv2.resize(large, (160, 128), interpolation=cv2.INTER_AREA)
        assert np.corrcoef(small.ravel(), again.ravel())[0, 1] > 0.75


def test_at_the_size_it_was_drawn_before_nothing_is_different() -> None:
    assert np.array_equal(seed_fields(64, 96, 3), seed_fields(64, 96, 3, (64, 96)))
