"""The frame: parsing, geometry, FFHQ's formula."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.alignment.crop import align, sampling_matrix
from engine.alignment.frame import Alignment, frame_from_points, whole_picture
from engine.errors import RequestError

numbers = st.floats(-3000, 3000, allow_nan=False)
sizes = st.floats(2, 5000, allow_nan=False)


@given(numbers, numbers, sizes, sizes, st.floats(-180, 180, allow_nan=False))
def test_text_form_is_read_back(x: float, y: float, w: float, h: float, angle: float) -> None:
    frame = Alignment(x, y, w, h, angle)
    again = Alignment.parse(str(frame))
    np.testing.assert_allclose(again.values, frame.values, atol=0.0051)


@pytest.mark.parametrize("text", ["", "1,2,3,4", "1,2,3,4,5,6", "a,b,c,d,e", "0,0,nan,9,0", "0,0,9,0,0", "0,0,-5,9,1"])
def test_a_wrong_face_argument_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(RequestError) as error:
        Alignment.parse(text)
    assert "\n" not in error.value.sentence and len(error.value.sentence) > 20


def test_corners_turn_clockwise_about_the_centre() -> None:
    corners = Alignment(10, 20, 40, 40, 90).corners()
    np.testing.assert_allclose(corners, [[50, 20], [50, 60], [10, 60], [10, 20]], atol=1e-9)


@given(st.floats(-60, 60), st.floats(20, 400), numbers, numbers)
def test_frame_from_points_follows_the_face(angle: float, eye_distance: float, x: float, y: float) -> None:
    """A turned, moved, enlarged face gets the turned, moved, enlarged frame: a similarity transform."""
    a = np.radians(angle)
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    face = np.array([[-0.5, 0.0], [0.5, 0.0], [0.04, 1.1]]) * eye_distance
    upright = frame_from_points(*face)
    turned = frame_from_points(*(face @ turn.T + [x, y]))
    assert turned.w == pytest.approx(upright.w)
    expected = upright.corners() @ turn.T + [x, y]
    np.testing.assert_allclose(turned.corners(), expected, atol=1e-6 * (eye_distance + abs(x) + abs(y)))


def test_frame_matches_the_published_ffhq_formula() -> None:
    """Numbers worked out by recreate_aligned_images of the FFHQ data set tool for these three points."""
    left, right, mouth = np.array([100.0, 120.0]), np.array([160.0, 126.0]), np.array([125.0, 190.0])
    eye_avg, eye_to_eye = (left + right) * 0.5, right - left
    eye_to_mouth = mouth - eye_avg
    x = eye_to_eye - np.flipud(eye_to_mouth) * [-1, 1]
    x /= np.hypot(*x)
    x *= max(np.hypot(*eye_to_eye) * 2.0, np.hypot(*eye_to_mouth) * 1.8)
    y = np.flipud(x) * [-1, 1]
    c = eye_avg + eye_to_mouth * 0.1
    quad = np.stack([c - x - y, c + x - y, c + x + y, c - x + y])
    np.testing.assert_allclose(frame_from_points(left, right, mouth).corners(), quad, atol=1e-9)


def test_coinciding_points_are_refused() -> None:
    point = np.array([5.0, 5.0])
    with pytest.raises(RequestError):
        frame_from_points(point, point, point)


def test_an_upright_frame_on_pixel_borders_is_a_plain_crop() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    np.testing.assert_array_equal(align(picture, Alignment(11, 7, 32, 32), 32), picture[7:39, 11:43])


def test_shrinking_averages_instead_of_skipping() -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[::2] = 255  # one-pixel stripes alias to 0 or 255 when pixels are skipped
    crop = align(picture, Alignment(0, 0, 64, 64), 8)
    assert np.abs(crop.astype(int) - 128).max() <= 2


def test_a_frame_over_the_border_is_mirrored() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8)
    crop = align(picture, Alignment(-4, 0, 40, 40), 40)
    np.testing.assert_array_equal(crop[:, :4], picture[:, 1:5][:, ::-1])


def test_large_and_small_copies_give_the_same_crop() -> None:
    rng = np.random.default_rng(2)
    small = rng.integers(0, 256, (50, 50, 3), np.uint8)
    large = np.kron(small, np.ones((8, 8, 1), np.uint8))
    frame = Alignment(5, 5, 40, 40, 0)
    a, b = align(small, frame, 40).astype(int), align(large, frame.scaled(8), 40).astype(int)
    assert np.abs(a - b).max() <= 1


def test_sampling_matrix_sends_crop_pixel_centres_into_the_frame() -> None:
    frame = Alignment(10, 20, 30, 30, 25)
    matrix = sampling_matrix(frame, 3)
    np.testing.assert_allclose(matrix @ [1, 1, 1], frame.centre - 0.5, atol=1e-9)


def test_whole_picture_is_the_centred_square() -> None:
    assert whole_picture(100, 60).values == (20, 0, 60, 60, 0)
