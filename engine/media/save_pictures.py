"""``Picture`` or pixels → PNG, JPEG, WebP or TIFF: depth and profile kept, recipe and provenance inside."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from PIL import Image

from engine.errors import SaveError
from engine.media.atomic_files import write_file
from engine.media.colour import to_8_bit, to_16_bit
from engine.media.picture import Picture, picture_from_pixels
from engine.media.png_files import png_bytes
from engine.media.provenance import provenance_xmp
from engine.media.recipes import recipe_text, sidecar_path

EXTENSIONS = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff")
_TIFF_XMP, _TIFF_ICC = 700, 34675


def save_picture(
    path: str | Path,
    picture: Picture | np.ndarray,
    *,
    recipe: dict[str, Any] | None = None,
    strip: bool = False,
    quality: int = 95,
    bit_depth: int | None = None,
    licence: str = "",
    drawn: bool = False,
) -> Path:
    """Write ``picture`` (or (H, W, 3) sRGB pixels) by the extension of ``path``, atomically.

    PNG and TIFF keep 16 bits (``bit_depth`` 8 or 16 overrides); JPEG and WebP are 8-bit with ``quality``
    1–100. The recipe goes into a PNG, and beside other formats as ``NAME.EXT.recipe.json``; XMP marks the
    picture as edited by AI (IPTC digitalSourceType) and carries ``licence``; ``drawn`` marks it as made by a
    model from nothing. ``strip`` leaves out recipe and
    XMP; the colour profile always stays. Raises ``SaveError``.
    """
    target = Path(path)
    kind = target.suffix.lower()
    if kind not in EXTENSIONS:
        raise SaveError(f"{target.name} has no picture ending that can be written; use .png, .jpg, .webp or .tiff.")
    value = picture if isinstance(picture, Picture) else picture_from_pixels(picture, target.stem)
    data = picture_bytes(
        value, kind, recipe=None if strip else recipe, provenance=not strip, quality=quality,
        bit_depth=bit_depth, licence=licence, drawn=drawn,
    )  # fmt: skip
    write_file(target, data)
    beside = sidecar_path(target)
    if recipe is not None and not strip and kind != ".png":
        write_file(beside, recipe_text(recipe).encode())
    else:
        beside.unlink(missing_ok=True)  # an older recipe would no longer tell the truth
    return target


def picture_bytes(
    picture: Picture,
    kind: str,
    *,
    recipe: dict[str, Any] | None = None,
    provenance: bool = True,
    quality: int = 95,
    bit_depth: int | None = None,
    licence: str = "",
    drawn: bool = False,
) -> bytes:
    """The encoded file. ``kind`` is an extension of ``EXTENSIONS``."""
    depth = bit_depth or picture.bit_depth
    if kind not in (".png", ".tif", ".tiff"):
        depth = 8
    fit = to_8_bit if depth == 8 else to_16_bit
    pixels = fit(picture.pixels)
    alpha = None if picture.alpha is None else fit(picture.alpha)
    xmp = provenance_xmp(licence, drawn=drawn) if provenance else None
    if kind == ".png":
        return png_bytes(pixels, alpha, picture.icc_profile, recipe_text(recipe) if recipe else None, xmp)
    if kind in (".tif", ".tiff"):
        return _tiff_bytes(pixels, alpha, picture.icc_profile, xmp)
    if kind == ".webp":
        return _pillow_bytes("WEBP", pixels, alpha, picture.icc_profile, xmp, quality=quality, method=4)
    return _pillow_bytes("JPEG", _on_white(pixels, alpha), None, picture.icc_profile, xmp, quality=quality)


def _on_white(pixels: np.ndarray, alpha: np.ndarray | None) -> np.ndarray:
    """JPEG has no alpha: transparent parts become white, as on paper."""
    if alpha is None:
        return pixels
    a = alpha[:, :, None].astype(np.uint32)
    return ((pixels * a + 255 * (255 - a) + 127) // 255).astype(np.uint8)


def _pillow_bytes(
    kind: str, pixels: np.ndarray, alpha: np.ndarray | None, icc: bytes | None, xmp: bytes | None, **options: Any
) -> bytes:
    image = Image.fromarray(pixels if alpha is None else np.dstack([pixels, alpha]))
    if icc:
        options["icc_profile"] = icc
    if xmp:
        options["xmp"] = xmp
    if kind == "JPEG" and options["quality"] >= 90:
        options["subsampling"] = 0  # full colour resolution where quality was asked for
    out = io.BytesIO()
    try:
        image.save(out, kind, **options)
    except (OSError, ValueError) as error:
        raise SaveError(f"The picture cannot be written as {kind} ({error}); choose PNG or TIFF.", error) from error
    return out.getvalue()


def _tiff_bytes(pixels: np.ndarray, alpha: np.ndarray | None, icc: bytes | None, xmp: bytes | None) -> bytes:
    tags: list[tuple[int, int, int, bytes, bool]] = []
    if icc:
        tags.append((_TIFF_ICC, 7, len(icc), icc, True))
    if xmp:
        tags.append((_TIFF_XMP, 1, len(xmp), xmp, True))
    out = io.BytesIO()
    tifffile.imwrite(
        out,
        pixels if alpha is None else np.dstack([pixels, alpha]),
        photometric="rgb",
        extrasamples=None if alpha is None else ["unassalpha"],
        compression="zlib",
        extratags=tags,
        metadata=None,
        software="SGIM Studio",
    )
    return out.getvalue()
