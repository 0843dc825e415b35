"""Cascade labels and the shipped network, made by different means, agree on real portraits."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from engine.alignment.faces import find_faces
from engine.training.landmark_labels import agreed_points
from tests.alignment.portraits import NAMES, portrait


@pytest.mark.parametrize("name", NAMES)
def test_cascades_agree_with_the_network_on_held_out_portraits(name: str) -> None:
    picture = portrait(name)
    agreed = agreed_points(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
    assert agreed is not None and agreed.trust == 1.0
    face = find_faces(picture)[0]
    distance = math.dist(*face.points[:2])
    assert np.hypot(*(agreed.points - face.points).T).max() < 0.2 * distance


def test_a_picture_without_eyes_gets_no_label() -> None:
    assert agreed_points(np.full((200, 200), 128, np.uint8)) is None
