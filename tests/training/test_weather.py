"""Rendered weather: exact pairs that training and measurements rely on."""

from __future__ import annotations

import numpy as np
import pytest

from engine.media.pictures import load_picture
from engine.media.samples import sample
from engine.media.weather_fields import seed_fields
from engine.training.weather import RENDERERS, render_weather


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    return np.ascontiguousarray(load_picture(sample("coast.jpg")).srgb()[:128, :160])


@pytest.mark.parametrize("name", list(RENDERERS))
def test_no_amount_of_weather_leaves_the_picture_as_it_is(scene: np.ndarray, name: str) -> None:
    assert np.abs(render_weather(scene, name, 0.0, 3).astype(int) - scene).max() <= 1


@pytest.mark.parametrize("name", list(RENDERERS))
def test_more_weather_changes_more(scene: np.ndarray, name: str) -> None:
    changes = [
        np.abs(render_weather(scene, name, amount, 3).astype(float) - scene).mean() for amount in (0.2, 0.5, 1.0)
    ]
    assert changes == sorted(changes) and changes[0] > 0.5


@pytest.mark.parametrize("name", list(RENDERERS))
def test_the_same_fields_give_the_same_weather(scene: np.ndarray, name: str) -> None:
    fields = seed_fields(*scene.shape[:2], 5)
    assert np.array_equal(render_weather(scene, name, 0.8, 5), render_weather(scene, name, 0.8, 0, fields=fields))


def test_night_is_dark_and_sunshine_is_bright_and_blue_above(scene: np.ndarray) -> None:
    night, sunny = (render_weather(scene, name, 0.9, 1).astype(float) for name in ("night", "sunny"))
    assert night.mean() < 0.4 * scene.mean()
    assert sunny.mean() > scene.mean() * 0.9 and sunny[:30, :, 2].mean() > sunny[:30, :, 0].mean() + 20
