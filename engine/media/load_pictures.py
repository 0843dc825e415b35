"""Any picture file → ``Picture``: upright, RGB, 8 or 16 bits kept, profile kept, bombs refused."""

from __future__ import annotations

import hashlib
import io
import logging
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, UnidentifiedImageError

from engine.errors import PictureError
from engine.media.colour import image_to_srgb, is_rgb_profile
from engine.media.deep_pictures import is_deep, read_deep
from engine.media.picture import Picture

pillow_heif.register_heif_opener()
# Pillow's own guard warns first and its limit is global; ours below refuses once, with one sentence.
Image.MAX_IMAGE_PIXELS = None
# Damage is told in one sentence below; Pillow's own words on stderr would be a second one.
logging.getLogger("PIL").setLevel(logging.CRITICAL + 1)

MAX_PIXELS = 160_000_000  # the largest camera backs give 151 megapixels
MAX_SIDE = 65_535
STRIP_ROWS = 128
MIN_SIDE = 16  # below this there is no picture to recognise, and alignment and finishing have nothing to hold on to

_KINDS = "choose a PNG, JPEG, WebP, TIFF, HEIC or GIF picture"


def load_picture(path_or_bytes: str | Path | bytes, name: str = "") -> Picture:
    """Read a picture file, or its bytes.

    EXIF orientation is applied; 16-bit PNG and TIFF stay 16-bit; grey and palette become RGB; alpha is
    kept apart; an animation gives its first frame; CMYK, grey and Lab are converted to sRGB by their profile.
    Raises ``PictureError`` naming the file when it is missing, empty, damaged, no picture, smaller than
    ``MIN_SIDE`` or larger than ``MAX_PIXELS``.
    """
    path = None if isinstance(path_or_bytes, bytes) else Path(path_or_bytes)
    name = name or (path.name if path else "picture")
    data = path_or_bytes if isinstance(path_or_bytes, bytes) else read_file(Path(path_or_bytes), name)
    if not data:
        raise PictureError(f"{name} is empty; {_KINDS}.")
    try:
        with Image.open(io.BytesIO(data)) as image:
            _check_size(image.width, image.height, name)
            orientation = _orientation(image)
            note = _note(image, name)
            if is_deep(data, image):
                pixels, alpha = read_deep(data, image)
                profile = image.info.get("icc_profile")
                profile = profile if is_rgb_profile(profile) else None
            else:
                pixels, alpha, profile = _read_plain(image)
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        raise PictureError(f"{name} is not a picture that can be read; {_KINDS}.", error) from error
    except MemoryError as error:
        raise PictureError(f"{name} does not fit into memory; make it smaller first.", error) from error
    except Exception as error:  # decoders raise anything from SyntaxError to struct.error on damaged files
        raise PictureError(f"{name} is damaged or cut off; save or download it again.", error) from error
    pixels = _upright(pixels, orientation)
    alpha = None if alpha is None else _upright(alpha, orientation)
    depth = 8 if pixels.dtype == np.uint8 else 16
    return Picture(pixels, alpha, profile, depth, hashlib.sha256(data).hexdigest(), name, path, note)


def read_file(path: Path, name: str) -> bytes:
    """The file's bytes; ``PictureError`` with one sentence when it cannot be opened."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PictureError(f"There is no file {path}; check the name and the folder.", error) from error
    except IsADirectoryError as error:
        raise PictureError(f"{path} is a folder; choose a picture file.", error) from error
    except OSError as error:
        raise PictureError(f"{name} cannot be opened ({error.strerror}); check its permissions.", error) from error


def _check_size(width: int, height: int, name: str) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise PictureError(
            f"{name} is {width}×{height} pixels, too large to edit; make it smaller than "
            f"{MAX_PIXELS // 1_000_000} megapixels."
        )
    if min(width, height) < MIN_SIDE:
        raise PictureError(
            f"{name} is {width}×{height} pixels, too small to edit; choose one of at least {MIN_SIDE}×{MIN_SIDE}."
        )


def _note(image: Image.Image, name: str) -> str:
    """One sentence for the artist when the file is not used as it is, else empty."""
    try:
        animated = image.format in ("GIF", "PNG", "WEBP", "AVIF") and bool(getattr(image, "is_animated", False))
    except Exception:  # a later picture is damaged: the first one may still be whole
        animated = True
    if animated:
        return f"{name} is an animation; only its first picture is edited."
    if image.mode == "CMYK":
        return f"{name} is in CMYK, for print; it is edited and saved in RGB (sRGB)."
    return ""


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:  # damaged EXIF is no reason to refuse the picture
        return 1


def _read_plain(image: Image.Image) -> tuple[np.ndarray, np.ndarray | None, bytes | None]:
    """8-bit pixels, alpha and the RGB profile of the first frame."""
    image.load()
    profile = image.info.get("icc_profile")
    transparent = image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info
    alpha: np.ndarray | None = None
    if transparent:
        alpha = np.array(image.convert("RGBA").getchannel("A"))
    if image.mode in ("1", "L", "LA", "La", "CMYK", "LAB", "YCbCr"):
        if image.mode in ("LA", "La"):
            grey = image.convert("LA").getchannel(0)
            grey.info["icc_profile"] = profile
            rgb = image_to_srgb(grey)
        else:
            rgb = image_to_srgb(image)
        profile = None
    else:
        rgb = image.convert("RGBA").convert("RGB") if transparent else image
        rgb = rgb if rgb.mode == "RGB" else rgb.convert("RGB")
    return _in_strips(rgb), alpha, profile if is_rgb_profile(profile) else None


def _in_strips(image: Image.Image) -> np.ndarray:
    """(H, W, 3) uint8 of an RGB image. Pillow hands its pixels over without letting other threads run: for 12
    megapixels at once a window would stand still for 0.1 s."""
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    for top in range(0, image.height, STRIP_ROWS):
        bottom = min(image.height, top + STRIP_ROWS)
        pixels[top:bottom] = np.asarray(image.crop((0, top, image.width, bottom)))
    return pixels


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Apply EXIF orientation 1–8 to (H, W) or (H, W, C)."""
    swapped = pixels.swapaxes(0, 1) if orientation in (5, 6, 7, 8) else pixels
    flip_rows = orientation in (3, 4, 7, 8)
    flip_columns = orientation in (2, 3, 6, 7)
    turned = swapped[:: -1 if flip_rows else 1, :: -1 if flip_columns else 1]
    return np.ascontiguousarray(turned)
