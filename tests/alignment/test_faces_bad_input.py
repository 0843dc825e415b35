"""Files that phones and print shops make still end in an upright frame around the face."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from engine.alignment.faces import find_face, find_faces
from engine.media.pictures import load_picture
from tests.alignment.portraits import portrait


def encoded(picture: np.ndarray, kind: str) -> bytes:
    """The portrait as a CMYK JPEG, an animated GIF, or a JPEG lying on its side with an EXIF note."""
    image, file = Image.fromarray(picture), io.BytesIO()
    if kind == "cmyk":
        image.convert("CMYK").save(file, "JPEG", quality=95)
    elif kind == "gif":
        image.save(file, "GIF", save_all=True, append_images=[image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)])
    else:
        exif = Image.Exif()
        exif[0x0112] = 6  # turn a quarter clockwise to see it upright
        image.transpose(Image.Transpose.ROTATE_90).save(file, "JPEG", quality=95, exif=exif)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["cmyk", "gif", "phone"])
def test_the_frame_is_the_same_as_for_the_plain_picture(kind: str) -> None:
    picture = portrait("smiling")
    expected = find_faces(picture)[0].alignment.corners()
    loaded = load_picture(encoded(picture, kind), name=f"portrait.{kind}")
    found = find_face(loaded.srgb(), loaded.name)
    assert loaded.srgb().shape == picture.shape
    np.testing.assert_allclose(found.face.alignment.corners(), expected, atol=6)
    assert found.note is None
