"""Simulated expressions move the mouth and leave the rest of the face."""

from __future__ import annotations

import numpy as np

from engine.alignment.crop import align
from engine.alignment.faces import find_faces
from engine.training.expressions import graft_mouth, warp_mouth
from tests.alignment.portraits import portrait

POINTS = np.array([[0.375, 0.47], [0.625, 0.47], [0.5, 0.75]])


def aligned(name: str) -> tuple[np.ndarray, np.ndarray]:
    picture = portrait(name)
    face = find_faces(picture)[0]
    matrix = np.linalg.inv(np.vstack([face.alignment.unit_to_picture(), [0, 0, 1]]))
    return align(picture, face.alignment, 128), face.points @ matrix[:2, :2].T + matrix[:2, 2]


def test_a_smile_lifts_the_corners_and_a_frown_lowers_them() -> None:
    crop = np.zeros((128, 128, 3), np.uint8)
    crop[95:98, 74:77] = 255  # the right corner of the mouth
    for smile, sign in ((1.0, -1), (-1.0, 1)):
        moved = warp_mouth(crop, POINTS, smile, 0.0)
        height = np.average(np.arange(128), weights=moved[..., 0].sum(1) + 1e-9)
        assert sign * (height - 96) > 2


def test_warping_the_mouth_moves_nothing_far_from_it() -> None:
    crop, points = aligned("neutral")
    moved = warp_mouth(crop, points, 1.0, 0.8)
    assert (moved[80:110] != crop[80:110]).any()
    np.testing.assert_array_equal(moved[:50], crop[:50])
    np.testing.assert_array_equal(moved[:, :20], crop[:, :20])


def test_a_grafted_mouth_replaces_the_mouth_only() -> None:
    (crop, points), (other, other_points) = aligned("neutral"), aligned("smiling")
    mixed = graft_mouth(crop, points, other, other_points)
    y, x = int(points[2, 1] * 128), int(points[2, 0] * 128)
    assert np.abs(mixed[y - 4 : y + 4, x - 8 : x + 8].astype(int) - crop[y - 4 : y + 4, x - 8 : x + 8]).mean() > 8
    np.testing.assert_array_equal(mixed[:64], crop[:64])


def test_grafting_ones_own_mouth_changes_next_to_nothing() -> None:
    crop, points = aligned("painted")
    assert np.abs(graft_mouth(crop, points, crop, points).astype(int) - crop).max() <= 1
