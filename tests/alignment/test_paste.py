"""Paste-back: outside the mask nothing differs, inside the edit arrives, and a large picture needs little memory."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from engine.alignment.crop import align
from engine.alignment.frame import Alignment
from engine.alignment.paste import blend_weights, face_oval, matched_colour, paste_back, paste_change
from engine.errors import RequestError
from tests.alignment.portraits import portrait

FRAME = Alignment(40, 30, 180, 180, 12)


def weights_of(height: int, width: int, frame: Alignment, mask: np.ndarray | None = None) -> np.ndarray:
    full = np.zeros((height, width), np.float32)
    for rows, columns, weights in blend_weights(height, width, frame, mask):
        full[rows, columns] = weights
    return full


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("frame", [FRAME, Alignment(-60, -40, 200, 200, -30), Alignment(180, 150, 150, 150, 5)])
def test_outside_the_mask_every_pixel_is_identical(dtype: type, frame: Alignment) -> None:
    rng = np.random.default_rng(0)
    original = rng.integers(0, np.iinfo(dtype).max + 1, (256, 256, 3)).astype(dtype)
    edited = rng.integers(0, 256, (128, 128, 3), np.uint8)
    out = paste_back(original, edited, frame)
    outside = weights_of(256, 256, frame) == 0
    assert 0.2 < outside.mean() < 1.0
    assert out.dtype == original.dtype
    np.testing.assert_array_equal(out[outside], original[outside])
    assert (out[~outside] != original[~outside]).any()


def test_a_frame_outside_the_picture_changes_nothing() -> None:
    original = portrait("neutral")
    out = paste_back(original, np.zeros((64, 64, 3), np.uint8), Alignment(500, 500, 80, 80))
    np.testing.assert_array_equal(out, original)


def test_the_unedited_crop_goes_back_almost_unseen() -> None:
    original = portrait("neutral")
    crop = align(original, FRAME, 180)
    out = paste_back(original, crop, FRAME)
    assert np.abs(out.astype(int) - original).mean() < 1.0


def test_an_edit_in_the_middle_arrives_in_the_middle() -> None:
    original = np.full((200, 200, 3), 100, np.uint8)
    edited = np.full((64, 64, 3), 100, np.uint8)
    edited[34:40, 30:34] = 250  # right of nothing: the frame's centre column, a little below the middle
    frame = Alignment(50, 50, 100, 100, 90)
    out = paste_back(original, edited, frame, match_colour=False)
    ys, xs = np.nonzero(out[..., 0] > 180)
    expected = frame.unit_to_picture() @ [0.5, 37 / 64, 1]
    np.testing.assert_allclose([xs.mean() + 0.5, ys.mean() + 0.5], expected, atol=1.0)


def test_a_colour_cast_of_the_generator_is_taken_out() -> None:
    original = portrait("painted")
    crop = align(original, FRAME, 128).astype(np.float32)
    cast = np.clip(crop * [0.9, 1.0, 1.1] + [12, 0, -12], 0, 255).astype(np.uint8)
    plain = paste_back(original, cast, FRAME, match_colour=False)
    matched = paste_back(original, cast, FRAME)
    assert np.abs(matched.astype(int) - original).mean() < 0.35 * np.abs(plain.astype(int) - original).mean()


def test_matching_leaves_an_agreeing_crop_alone() -> None:
    crop = portrait("smiling").astype(np.float32) / 255
    np.testing.assert_allclose(matched_colour(crop, crop, face_oval(256)), crop, atol=1e-5)


def test_carrying_only_the_change_keeps_brushstrokes() -> None:
    rng = np.random.default_rng(1)
    original = np.clip(portrait("painted") + rng.normal(0, 12, (256, 256, 1)), 0, 255).astype(np.uint8)
    before = align(original, FRAME, 64)
    after = np.clip(before.astype(int) + 20, 0, 255).astype(np.uint8)
    out = paste_change(original, before, after, FRAME)
    sure = weights_of(256, 256, FRAME) > 0.99
    unclipped = sure & (original.max(-1) < 230)
    difference = out.astype(int)[unclipped] - original[unclipped]
    assert abs(difference.mean() - 20) < 2 and difference.std() < 2


def test_the_oval_covers_eyes_and_mouth_but_no_corner() -> None:
    oval = face_oval(100)
    assert oval[47, 37] == 1 and oval[47, 63] == 1 and oval[75, 50] > 0.9
    assert oval[:15].max() == 0 and oval[:, :20].max() == 0 and oval[97:].max() == 0


def test_a_mask_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(RequestError):
        paste_back(portrait("neutral"), np.zeros((64, 64, 3), np.uint8), FRAME, np.ones((10, 20), np.float32))


def test_24_megapixels_at_16_bit_stay_within_two_gigabytes() -> None:
    code = (
        "import numpy as np\n"
        "from engine.alignment.frame import Alignment\n"
        "from engine.alignment.paste import paste_back\n"
        "picture = np.full((4000, 6000, 3), 30000, np.uint16)\n"
        "crop = np.full((256, 256, 3), 140, np.uint8)\n"
        "out = paste_back(picture, crop, Alignment(1000, 200, 3700, 3700, 10), match_colour=False)\n"
        "assert out[0, 0, 0] == 30000 and out[2300, 2850, 0] > 34000\n"
        "from engine.peak_memory import peak_memory_mb\n"
        "print(peak_memory_mb())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert 200 < float(done.stdout) < 2048
