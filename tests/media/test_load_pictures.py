"""Pictures of every kind come in upright, in full depth, with their profile; bad ones get one sentence."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from engine.errors import PictureError
from engine.media.colour import srgb_to_profile, to_8_bit, to_16_bit
from engine.media.load_pictures import MAX_PIXELS
from engine.media.pictures import Picture, load_picture, picture_from_pixels

RNG = np.random.default_rng(0)
COLOUR = RNG.integers(0, 256, (20, 30, 3), dtype=np.uint8)
DEEP = RNG.integers(0, 65536, (20, 30, 3), dtype=np.uint16)
DEEP_ALPHA = RNG.integers(0, 65536, (20, 30), dtype=np.uint16)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A tiny file whose header promises ``width``×``height`` pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF", "WEBP", "HEIF"])
def test_lossless_kinds_give_back_their_pixels(kind: str) -> None:
    options = {"WEBP": {"lossless": True}, "HEIF": {"quality": -1, "matrix_coefficients": 0, "chroma": 444}}
    image = Image.fromarray(COLOUR)
    expected = np.array(image.quantize(256).convert("RGB")) if kind == "GIF" else COLOUR
    source = image.quantize(256) if kind == "GIF" else image
    loaded = load_picture(encoded(source, kind, **options.get(kind, {})))
    assert loaded.bit_depth == 8 and loaded.alpha is None
    assert np.array_equal(loaded.pixels, expected)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_once(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(Image.fromarray(COLOUR), "PNG", exif=exif)
    from PIL import ImageOps

    expected = np.array(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    assert np.array_equal(load_picture(data).pixels, expected)


@pytest.mark.parametrize(
    ("alpha", "compression"),
    # OpenCV, the one writer of LZW here, writes no alpha into TIFF.
    [(None, None), (None, "zlib"), (None, "lzw-by-opencv"), (DEEP_ALPHA, None), (DEEP_ALPHA, "zlib")],
)
def test_sixteen_bit_tiff_is_not_truncated(alpha: np.ndarray | None, compression: str | None) -> None:
    channels = DEEP if alpha is None else np.dstack([DEEP, alpha])
    if compression == "lzw-by-opencv":
        import cv2

        data = cv2.imencode(".tiff", DEEP[:, :, ::-1], [cv2.IMWRITE_TIFF_COMPRESSION, 5])[1].tobytes()
    else:
        out = io.BytesIO()
        extra = None if alpha is None else ["unassalpha"]
        tifffile.imwrite(out, channels, photometric="rgb", extrasamples=extra, compression=compression)
        data = out.getvalue()
    loaded = load_picture(data)
    assert loaded.bit_depth == 16 and np.array_equal(loaded.pixels, DEEP)
    assert (loaded.alpha is None) == (alpha is None)
    if alpha is not None:
        assert np.array_equal(loaded.alpha, alpha)


def test_planar_and_white_is_zero_tiffs_are_understood() -> None:
    out = io.BytesIO()
    tifffile.imwrite(out, np.moveaxis(DEEP, -1, 0), photometric="rgb", planarconfig="separate")
    assert np.array_equal(load_picture(out.getvalue()).pixels, DEEP)
    out = io.BytesIO()
    tifffile.imwrite(out, DEEP[:, :, 0], photometric="miniswhite")
    assert np.array_equal(load_picture(out.getvalue()).pixels[:, :, 1], 65535 - DEEP[:, :, 0])


def test_sixteen_bit_png_of_every_channel_count_is_not_truncated() -> None:
    import cv2

    for channels in (DEEP[:, :, 0], DEEP, np.dstack([DEEP, DEEP_ALPHA])):
        data = cv2.imencode(".png", channels)[1].tobytes()
        loaded = load_picture(data)
        assert loaded.pixels.dtype == np.uint16
        expected = np.repeat(channels[:, :, None], 3, 2) if channels.ndim == 2 else channels[:, :, 2::-1]
        assert np.array_equal(loaded.pixels, expected)


def test_grey_palette_and_transparent_pictures_become_rgb_with_alpha_apart() -> None:
    grey = COLOUR[:, :, 0]
    assert np.array_equal(load_picture(encoded(Image.fromarray(grey), "PNG")).pixels, np.dstack([grey] * 3))
    alpha = RNG.integers(0, 256, (20, 30), dtype=np.uint8)
    loaded = load_picture(encoded(Image.fromarray(np.dstack([COLOUR, alpha])), "PNG"))
    assert np.array_equal(loaded.pixels, COLOUR) and np.array_equal(loaded.alpha, alpha)
    loaded = load_picture(encoded(Image.fromarray(np.dstack([grey, alpha])), "PNG"))
    assert np.array_equal(loaded.pixels[:, :, 2], grey) and np.array_equal(loaded.alpha, alpha)
    palette = Image.fromarray(COLOUR).quantize(16)
    loaded = load_picture(encoded(palette, "PNG", transparency=3))
    assert loaded.alpha is not None and set(np.unique(loaded.alpha)) == {0, 255}


def test_cmyk_jpeg_is_converted() -> None:
    flat = Image.new("CMYK", (32, 32), (0, 255, 255, 0))  # no cyan: red
    red = load_picture(encoded(flat, "JPEG", quality=95)).pixels[16, 16]
    assert red[0] > 200 and red[1] < 60 and red[2] < 60


def test_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (20, 20), c) for c in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert load_picture(data).pixels[5, 5].tolist() == [255, 0, 0]


def test_profile_is_kept_and_networks_see_srgb() -> None:
    # A profile with the red and green primaries exchanged makes the conversion visible.
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = lab.replace(b"rXYZ", b"tmpX").replace(b"gXYZ", b"rXYZ").replace(b"tmpX", b"gXYZ")
    data = encoded(Image.new("RGB", (20, 20), (200, 30, 30)), "PNG", icc_profile=swapped)
    loaded = load_picture(data)
    assert loaded.icc_profile == swapped
    assert loaded.pixels[0, 0].tolist() == [200, 30, 30]
    seen = loaded.srgb()[0, 0].tolist()
    assert abs(seen[0] - 30) <= 2 and abs(seen[1] - 200) <= 2 and abs(seen[2] - 30) <= 2
    back = srgb_to_profile(loaded.srgb(), swapped)
    assert np.abs(back.astype(int) - loaded.pixels.astype(int)).max() <= 2


def test_unusable_profile_is_left_out() -> None:
    data = encoded(Image.fromarray(COLOUR), "PNG", icc_profile=b"not a profile at all")
    assert load_picture(data).icc_profile is None


@given(st.integers(0, 255))
def test_depth_conversion_is_exact_both_ways(value: int) -> None:
    pixels = np.full((2, 2, 3), value, np.uint8)
    assert np.array_equal(to_8_bit(to_16_bit(pixels)), pixels)


@given(st.integers(0, 65535))
def test_sixteen_to_eight_bits_rounds(value: int) -> None:
    assert to_8_bit(np.full((1, 1, 3), value, np.uint16))[0, 0, 0] == int(value * 255 / 65535 + 0.5)


def test_pictures_without_a_file_are_identified_by_their_pixels() -> None:
    a, b = picture_from_pixels(COLOUR, "a"), picture_from_pixels(COLOUR.copy(), "b")
    assert a.sha256 == b.sha256 != picture_from_pixels(COLOUR + 1, "c").sha256
    assert isinstance(a, Picture) and (a.width, a.height) == (30, 20)


def bad_files() -> dict[str, bytes]:
    png = encoded(Image.fromarray(COLOUR).resize((300, 300)), "PNG")
    jpeg = encoded(Image.fromarray(COLOUR).resize((300, 300)), "JPEG")
    import cv2

    deep = cv2.imencode(".png", np.tile(DEEP, (10, 10, 1)))[1].tobytes()
    tiff = io.BytesIO()
    tifffile.imwrite(tiff, np.tile(DEEP, (10, 10, 1)), photometric="rgb")
    return {
        "empty.png": b"",
        "text.png": b"this is not a picture " * 20,
        "page.jpg": b"<!doctype html><html><body>404</body></html>",
        "cut.png": png[: len(png) // 2],
        "cut.jpg": jpeg[: len(jpeg) // 2],
        "cut16.png": deep[: len(deep) // 2],
        "cut16.tiff": tiff.getvalue()[: len(tiff.getvalue()) // 2],
        "dot.png": encoded(Image.new("RGB", (1, 1)), "PNG"),
        "bomb.png": png_claiming(30_000, 30_000),
    }


@pytest.mark.parametrize("name", list(bad_files()))
def test_bad_pictures_give_one_sentence_naming_the_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(bad_files()[name])
    with pytest.raises(PictureError) as caught:
        load_picture(path)
    sentence = caught.value.sentence
    assert name in sentence and sentence.endswith(".") and ";" in sentence and "\n" not in sentence


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.png", tmp_path):
        with pytest.raises(PictureError, match=path.name):
            load_picture(path)


def test_a_bomb_is_refused_before_its_pixels_are_made() -> None:
    import tracemalloc

    tracemalloc.start()
    with pytest.raises(PictureError, match="30000×30000"):
        load_picture(png_claiming(30_000, 30_000))
    assert tracemalloc.get_traced_memory()[1] < 2_000_000 < MAX_PIXELS
    tracemalloc.stop()


@given(data=st.data())
def test_damage_anywhere_is_one_sentence_and_libraries_stay_quiet(data, capfd: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    import cv2

    tiff = io.BytesIO()
    tifffile.imwrite(tiff, DEEP, photometric="rgb", compression="zlib")
    files = [cv2.imencode(".png", DEEP)[1].tobytes(), tiff.getvalue()]
    files += [encoded(Image.fromarray(COLOUR), kind) for kind in ("PNG", "JPEG", "TIFF", "WEBP", "GIF")]
    damaged = bytearray(data.draw(st.sampled_from(files)))
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        load_picture(bytes(damaged), "damaged.bin")
    except PictureError as error:
        assert "damaged.bin" in error.sentence and "\n" not in error.sentence
    assert capfd.readouterr().err == ""


def test_an_animation_and_a_print_file_say_how_they_are_used() -> None:
    image = Image.fromarray(COLOUR)
    moving = encoded(image, "GIF", save_all=True, append_images=[Image.fromarray(255 - COLOUR)])
    loaded = load_picture(moving, "party.gif")
    assert np.array_equal(loaded.pixels, load_picture(encoded(image, "GIF")).pixels)
    assert loaded.note == "party.gif is an animation; only its first picture is edited."
    assert "CMYK" in load_picture(encoded(image.convert("CMYK"), "JPEG"), "print.jpg").note
    assert load_picture(encoded(image, "GIF")).note == "" == load_picture(encoded(image, "PNG")).note
