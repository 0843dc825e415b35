"""Pictures go out in full depth, with profile, recipe and provenance, and never half-written."""

from __future__ import annotations

import io
import json
import os
import socket
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from named_pipes import read_pipe
from PIL import Image, ImageCms

from engine.errors import RequestError, SaveError
from engine.media.atomic_files import write_file, written_beside
from engine.media.openraster import save_openraster
from engine.media.pictures import load_picture, picture_from_pixels, read_recipe, save_picture
from engine.media.provenance import DIGITAL_SOURCE_TYPE, DRAWN_SOURCE_TYPE
from engine.media.recipes import sidecar_path

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
RNG = np.random.default_rng(1)
SMOOTH = np.dstack([np.linspace(0, 255, 48 * 40).reshape(40, 48)] * 3).astype(np.uint8)
DEEP = RNG.integers(0, 65536, (20, 30, 3), dtype=np.uint16)
RECIPE = {"format": "sgim-recipe", "version": 1, "text": {"text": "Gewitter 천둥 ⚡"}, "seed": 7}

pixels = hnp.arrays(
    st.sampled_from([np.uint8, np.uint16]), st.tuples(st.integers(16, 24), st.integers(16, 24), st.just(3))
)


@given(pixels, st.booleans(), st.sampled_from([".png", ".tiff"]))
def test_png_and_tiff_round_trip_every_pixel(tmp_path_factory, values, with_alpha, ending) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path_factory.mktemp("round") / f"x{ending}"
    picture = replace(picture_from_pixels(values), icc_profile=SRGB)
    if with_alpha:
        picture = replace(picture, alpha=np.ascontiguousarray(values[:, :, 1]))
    save_picture(path, picture, recipe=RECIPE)
    back = load_picture(path)
    assert back.pixels.dtype == values.dtype and np.array_equal(back.pixels, values)
    assert back.icc_profile == SRGB
    assert (back.alpha is not None) == with_alpha
    if with_alpha:
        assert np.array_equal(back.alpha, picture.alpha)


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp", ".tiff"])
def test_recipe_profile_and_provenance_are_in_the_file_unless_stripped(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"x{ending}"
    picture = replace(picture_from_pixels(SMOOTH), icc_profile=SRGB)
    save_picture(path, picture, recipe=RECIPE, licence="research only")
    assert read_recipe(path) == RECIPE
    assert load_picture(path).icc_profile == SRGB
    data = path.read_bytes()
    assert DIGITAL_SOURCE_TYPE.encode() in data and b"research only" in data
    with Image.open(path) as image:  # as other programs find it
        assert image.info.get("xmp") or "XML:com.adobe.xmp" in image.info or 700 in getattr(image, "tag_v2", {})
    save_picture(path, picture, recipe=RECIPE, strip=True)
    assert read_recipe(path) is None
    assert b"digitalsourcetype" not in path.read_bytes()
    assert load_picture(path).icc_profile == SRGB
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_drawn_picture_says_so(tmp_path: Path) -> None:
    path = save_picture(tmp_path / "x.png", SMOOTH, drawn=True)
    assert DRAWN_SOURCE_TYPE.encode() in path.read_bytes()


@pytest.mark.parametrize("ending", [".jpg", ".webp"])
def test_lossy_kinds_stay_close_and_sixteen_bits_become_eight(tmp_path: Path, ending: str) -> None:
    deep = SMOOTH.astype(np.uint16) * 257
    back = load_picture(save_picture(tmp_path / f"x{ending}", picture_from_pixels(deep)))
    assert back.bit_depth == 8
    assert np.abs(back.pixels.astype(int) - SMOOTH.astype(int)).mean() < 2


def test_depth_can_be_chosen(tmp_path: Path) -> None:
    assert load_picture(save_picture(tmp_path / "a.png", picture_from_pixels(DEEP), bit_depth=8)).bit_depth == 8
    lifted = load_picture(save_picture(tmp_path / "b.tiff", picture_from_pixels(SMOOTH), bit_depth=16))
    assert lifted.bit_depth == 16 and np.array_equal(lifted.pixels // 257, SMOOTH)


def test_transparent_parts_become_white_in_jpeg(tmp_path: Path) -> None:
    picture = replace(picture_from_pixels(np.zeros((32, 32, 3), np.uint8)), alpha=np.zeros((32, 32), np.uint8))
    assert load_picture(save_picture(tmp_path / "x.jpg", picture)).pixels.min() > 250


def test_unknown_ending_missing_folder_and_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "x.bmp", tmp_path / "none" / "x.png"):
        with pytest.raises(SaveError, match=path.name if path.suffix == ".bmp" else "none"):
            save_picture(path, SMOOTH)
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(SaveError, match="folder"):
        save_picture(tmp_path / "folder.png", SMOOTH)


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    write_file(path, b"old")
    with pytest.raises(RuntimeError), written_beside(path) as beside:
        beside.write_bytes(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_a_pipe_is_written_into_and_stays_a_pipe(tmp_path: Path) -> None:
    path, link = tmp_path / "pipe.png", tmp_path / "link.png"
    link.symlink_to(path)
    with read_pipe(path) as received:
        save_picture(link, SMOOTH, recipe=RECIPE)
    assert np.array_equal(load_picture(received()).pixels, SMOOTH)
    assert path.is_fifo() and link.is_symlink() and len(list(tmp_path.iterdir())) == 2


def test_what_cannot_go_into_a_pipe_leaves_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "pipe.ora"
    os.mkfifo(path)
    original = picture_from_pixels(SMOOTH)
    with pytest.raises(SaveError, match="pipe.ora is a pipe"):
        save_openraster(path, original, original)
    assert path.is_fifo()


def test_neither_a_socket_nor_an_open_file_by_its_number_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(tmp_path / "socket"))  # the system takes short names only
        with pytest.raises(SaveError, match="socket is no ordinary file"):
            write_file(tmp_path / "socket", b"new")
    kept = tmp_path / "kept"
    kept.write_bytes(b"old")
    with open(kept) as file:
        link = tmp_path / "stdout"
        link.symlink_to(f"/proc/self/fd/{file.fileno()}")  # as /dev/stdout is
        with pytest.raises(SaveError, match="stdout is no ordinary file"):
            write_file(link, b"new")
        assert link.is_symlink() and kept.read_bytes() == b"old"


def test_a_link_to_a_file_may_be_written(tmp_path: Path) -> None:
    link = tmp_path / "link"
    write_file(tmp_path / "x.bin", b"old")
    link.symlink_to(tmp_path / "x.bin")
    write_file(link, b"new")
    assert link.read_bytes() == b"new"


def test_damaged_recipes_are_named(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    for text in ("{not json", "[1, 2]", '"x"'):
        path.write_text(text)
        with pytest.raises(RequestError, match="r.json"):
            read_recipe(path)
    with pytest.raises(RequestError, match="gone.json"):
        read_recipe(tmp_path / "gone.json")
    picture = save_picture(tmp_path / "x.jpg", SMOOTH, recipe=RECIPE)
    sidecar_path(picture).write_text("{")
    with pytest.raises(RequestError, match="x.jpg.recipe.json"):
        read_recipe(picture)


def test_openraster_layers_compose_to_the_result(tmp_path: Path) -> None:
    original = picture_from_pixels(DEEP, "original")
    changed = DEEP.copy()
    changed[5:15, 5:20] = 40_000
    region = np.zeros((20, 30), np.float32)
    region[5:15, 5:20] = 0.5
    path = save_openraster(tmp_path / "x.ora", original, original.with_pixels(changed), region)
    with zipfile.ZipFile(path) as archive:
        assert archive.infolist()[0].filename == "mimetype" and archive.infolist()[0].compress_type == 0
        assert archive.read("mimetype") == b"image/openraster"
        stack = archive.read("stack.xml").decode()
        assert stack.index('"region"') < stack.index('"change"') < stack.index('"original"')
        read = {n: load_picture(archive.read(f"data/{n}.png")) for n in ("original", "change", "region")}
        merged = load_picture(archive.read("mergedimage.png"))
        assert max(Image.open(io.BytesIO(archive.read("Thumbnails/thumbnail.png"))).size) <= 256
    assert np.array_equal(read["original"].pixels, DEEP) and np.array_equal(merged.pixels, changed)
    shown = np.where(read["change"].alpha[:, :, None] == 65535, read["change"].pixels, read["original"].pixels)
    assert np.array_equal(shown, changed)
    assert set(np.unique(read["region"].alpha)) == {0, 128}


def test_openraster_refuses_layers_of_different_size(tmp_path: Path) -> None:
    with pytest.raises(SaveError, match="x.ora"):
        save_openraster(tmp_path / "x.ora", picture_from_pixels(DEEP), picture_from_pixels(SMOOTH))
    assert list(tmp_path.iterdir()) == []


def test_recipes_keep_every_character(tmp_path: Path) -> None:
    path = save_picture(tmp_path / "x.png", SMOOTH, recipe=RECIPE)
    assert json.dumps(read_recipe(path), sort_keys=True) == json.dumps(RECIPE, sort_keys=True)
