"""Faces are found where they are, however the picture is turned or sized, and oddities are said in one sentence."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.alignment import faces as faces_module
from engine.alignment.faces import find_face, find_faces
from engine.alignment.points import PointReader
from engine.errors import PackError, PictureError
from engine.evaluation.alignment_measures import repeatability
from tests.alignment.portraits import NAMES, portrait

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "samples" / "portrait.jpg"


def on_canvas(picture: np.ndarray, height: int, width: int, top: int, left: int) -> np.ndarray:
    canvas = np.full((height, width, 3), 128, np.uint8)
    canvas[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return canvas


@pytest.mark.parametrize("name", NAMES)
def test_one_face_with_eyes_above_the_mouth(name: str) -> None:
    faces = find_faces(portrait(name))
    assert len(faces) == 1
    left, right, mouth = faces[0].points
    assert left[0] < right[0] and mouth[1] > max(left[1], right[1])
    assert faces[0].chance > 0.9


@pytest.mark.parametrize("name", NAMES)
def test_the_frame_repeats_under_turn_scale_shift_blur_and_jpeg(name: str) -> None:
    displacements = repeatability(portrait(name), np.random.default_rng(3), copies=4)
    assert float(np.median(displacements)) <= 0.10


def test_a_face_anywhere_in_a_wide_frame_is_found_at_its_place() -> None:
    small = find_faces(portrait("neutral"))[0]
    large = find_faces(on_canvas(portrait("neutral"), 700, 1200, 380, 850))[0]
    np.testing.assert_allclose(large.points, small.points + [850, 380], atol=2.0)


@pytest.mark.parametrize("quarter", [0, 1, 2, 3])
def test_the_bundled_portrait_is_framed_upright_however_it_is_turned(quarter: int) -> None:
    """Turned to the left, a cascade takes it for a leaning face, and the network half agrees."""
    sample = np.ascontiguousarray(np.asarray(cv2.imread(str(SAMPLE)))[:, :, ::-1])
    upright = find_face(sample).face
    found = find_face(np.ascontiguousarray(np.rot90(sample, quarter)), "phone.jpg")
    off = (found.face.alignment.angle - upright.alignment.angle + 90 * quarter + 180) % 360 - 180
    assert abs(off) < 2 and abs(found.face.width / upright.width - 1) < 0.05
    assert (found.note is not None and "lies on its side" in found.note) == (quarter != 0)


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_a_phone_picture_lying_on_its_side_is_framed_upright(quarter: int) -> None:
    found = find_face(np.ascontiguousarray(np.rot90(portrait("smiling"), quarter)), "phone.jpg")
    expected = {1: -90.0, 2: 180.0, 3: 90.0}[quarter]
    off = (found.face.alignment.angle - expected + 180) % 360 - 180
    assert abs(off) < 12
    assert found.note is not None and "phone.jpg" in found.note


def test_several_faces_are_ordered_by_size_and_can_be_chosen() -> None:
    canvas = np.full((300, 700, 3), 110, np.uint8)
    canvas[20:276, 20:276] = portrait("smiling")
    canvas[100:228, 400:528] = cv2.resize(portrait("neutral"), (128, 128), interpolation=cv2.INTER_AREA)
    found = find_face(canvas, "two.jpg")
    assert len(found.faces) == 2
    assert found.face.points[:, 0].max() < 300
    assert found.note is not None and "2 faces" in found.note
    assert find_face(canvas, "two.jpg", choose=1).face.points[:, 0].min() > 380
    with pytest.raises(PictureError, match="2 faces"):
        find_face(canvas, "two.jpg", choose=2)


def test_twenty_faces_are_all_counted() -> None:
    row = [cv2.resize(portrait(name), (120, 120), interpolation=cv2.INTER_AREA) for name in ("neutral", "smiling")]
    canvas = np.vstack([np.hstack([row[(i + j) % 2] for i in range(5)]) for j in range(4)])
    found = find_face(canvas, "crowd.jpg")
    assert 18 <= len(found.faces) <= 20
    assert all(a.width * a.chance >= b.width * b.chance for a, b in pairwise(found.faces))


def test_a_picture_without_a_face_is_refused_with_what_to_do() -> None:
    rng = np.random.default_rng(0)
    hills = cv2.GaussianBlur(rng.integers(0, 256, (240, 320, 3), np.uint8), (0, 0), 6)
    with pytest.raises(PictureError) as error:
        find_face(hills, "hills.jpg")
    sentence = error.value.sentence
    assert "hills.jpg" in sentence and "--no-align" in sentence and "starter-scenes" in sentence
    assert sentence.count(". ") == 0


def test_a_forty_pixel_face_is_found_and_called_small() -> None:
    tiny = cv2.resize(portrait("neutral"), (96, 96), interpolation=cv2.INTER_AREA)
    found = find_face(on_canvas(tiny, 200, 260, 60, 80), "tiny.jpg")
    assert found.face.width < 64
    assert found.note is not None and "pixels wide" in found.note


def test_a_face_cut_by_the_border_is_framed_and_said_so() -> None:
    picture = portrait("smiling")
    face = find_faces(picture)[0]
    cut = np.ascontiguousarray(picture[: int(face.points[2, 1] + 0.2 * face.width)])
    found = find_face(cut, "cut.jpg")
    assert found.note is not None and "border" in found.note
    np.testing.assert_allclose(found.face.points, face.points, atol=0.12 * face.width)


@pytest.mark.parametrize("mirrored", [False, True])
def test_half_a_face_at_the_side_of_a_picture_is_said_so(mirrored: bool) -> None:
    picture = portrait("smiling")
    nose = int(find_faces(picture)[0].points[:, 0].mean())
    half = np.ascontiguousarray(picture[:, nose:][:, :: -1 if mirrored else 1])
    found = find_face(half, "half.jpg")
    assert found.note is not None and "border" in found.note


def test_sunglasses_leave_the_frame_in_place() -> None:
    picture = portrait("neutral")
    face = find_faces(picture)[0]
    distance = math.dist(*face.points[:2])
    dark = picture.copy()
    for eye in face.points[:2]:
        cv2.ellipse(dark, (int(eye[0]), int(eye[1])), (int(distance * 0.36), int(distance * 0.26)), 0, 0, 360,
                    (12, 12, 14), -1, cv2.LINE_AA)
    found = find_face(dark, "shades.jpg")
    apart = np.hypot(*(found.face.alignment.corners() - face.alignment.corners()).T).mean()
    assert apart / distance < 0.25


def test_missing_weights_are_a_sentence_not_a_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.alignment.points.WEIGHTS", tmp_path / "gone.safetensors")
    with pytest.raises(PackError, match=r"gone\.safetensors"):
        PointReader.shared()
    assert faces_module.PointReader is PointReader
