"""PNG written chunk by chunk: 8 or 16 bits with alpha, profile, recipe and XMP (Pillow cannot write 16-bit RGB)."""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_bytes(
    pixels: np.ndarray, alpha: np.ndarray | None, icc: bytes | None, recipe: str | None, xmp: bytes | None
) -> bytes:
    """(H, W, 3) uint8/uint16 plus alpha as a PNG; texts become iTXt chunks before the pixels."""
    channels = pixels[:, :, ::-1] if alpha is None else np.dstack([pixels[:, :, ::-1], alpha])
    done, encoded = cv2.imencode(".png", np.ascontiguousarray(channels), [cv2.IMWRITE_PNG_COMPRESSION, 4])
    if not done:
        raise ValueError("PNG encoder refused the pixels")
    plain = encoded.tobytes()
    header_end = 8 + 12 + 13  # signature, then IHDR with its 13 bytes
    extra = b""
    if icc:
        extra += _chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(icc))
    else:
        extra += _chunk(b"sRGB", b"\0")
    if recipe:
        from engine.media.recipes import RECIPE_KEY

        extra += _text_chunk(RECIPE_KEY, recipe.encode())
    if xmp:
        extra += _text_chunk("XML:com.adobe.xmp", xmp, compress=False)
    return plain[:header_end] + extra + plain[header_end:]


def _text_chunk(keyword: str, text: bytes, *, compress: bool = True) -> bytes:
    flag = b"\1\0" if compress else b"\0\0"
    return _chunk(
        b"iTXt", keyword.encode("latin-1") + b"\0" + flag + b"\0\0" + (zlib.compress(text) if compress else text)
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
