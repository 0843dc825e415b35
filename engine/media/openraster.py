"""OpenRaster (.ora): original, change and region as layers for painting programs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
from PIL import Image

from engine.errors import SaveError
from engine.media.atomic_files import written_beside
from engine.media.colour import to_8_bit
from engine.media.picture import Picture
from engine.media.png_files import png_bytes
from engine.media.provenance import provenance_xmp

_THUMBNAIL_SIDE = 256  # the OpenRaster specification's limit


def save_openraster(
    path: str | Path, original: Picture, result: Picture, region: np.ndarray | None = None, *, strip: bool = False
) -> Path:
    """Write the layers, bottom to top: *original*, *change*, *region* (hidden), atomically.

    ``result`` must have the original's size and depth. *change* is opaque exactly where the result differs,
    so original + change equals the result to the bit. ``region`` (H, W) float in 0–1 or uint8 becomes the
    opacity of a white layer. Raises ``SaveError``.
    """
    if original.pixels.shape != result.pixels.shape or original.pixels.dtype != result.pixels.dtype:
        raise SaveError(f"The layers of {Path(path).name} differ in size or depth; export at the original's size.")
    full = np.iinfo(original.pixels.dtype).max
    icc = original.icc_profile
    changed = (original.pixels != result.pixels).any(axis=2)
    change_alpha = np.where(changed, full, 0).astype(original.pixels.dtype)
    layers = [
        ("original", png_bytes(original.pixels, original.alpha, icc, None, None), True),
        ("change", png_bytes(result.pixels, change_alpha, icc, None, None), True),
    ]
    if region is not None:
        mask = region if region.dtype == np.uint8 else np.round(np.clip(region, 0, 1) * 255).astype(np.uint8)
        if mask.shape != original.pixels.shape[:2]:
            raise SaveError(f"The region of {Path(path).name} has another size than the picture; paint it again.")
        layers.append(("region", png_bytes(np.full((*mask.shape, 3), 255, np.uint8), mask, None, None, None), False))
    xmp = None if strip else provenance_xmp()
    merged = png_bytes(result.pixels, original.alpha, icc, None, xmp)
    with written_beside(path) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("mimetype", "image/openraster")  # first and uncompressed, as the format demands
        archive.writestr("stack.xml", _stack_xml(original.width, original.height, layers), zipfile.ZIP_DEFLATED)
        for name, data, _ in layers:
            archive.writestr(f"data/{name}.png", data)
        archive.writestr("mergedimage.png", merged)
        archive.writestr("Thumbnails/thumbnail.png", _thumbnail(result))
    return Path(path)


def _stack_xml(width: int, height: int, layers: list[tuple[str, bytes, bool]]) -> str:
    rows = [
        f'<layer name={quoteattr(name)} src="data/{name}.png" x="0" y="0" opacity="1.0" '
        f'composite-op="svg:src-over" visibility="{"visible" if shown else "hidden"}"/>'
        for name, _, shown in reversed(layers)  # the format lists the topmost layer first
    ]
    body = "\n".join(rows)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<image version="0.0.3" w="{width}" h="{height}">\n'
        f"<stack>\n{body}\n</stack>\n</image>\n"
    )


def _thumbnail(result: Picture) -> bytes:
    image = Image.fromarray(to_8_bit(result.pixels))
    image.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
