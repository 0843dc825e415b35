"""Pictures with more than 8 bits per channel: Pillow cuts 16-bit RGB to 8, so they are read another way."""

from __future__ import annotations

import io
import logging
import struct
import zlib

import cv2
import numpy as np
import tifffile
from PIL import Image

_BITS_PER_SAMPLE = 258  # TIFF tag

# Damage is told in one sentence by whoever catches the error; the libraries' own words on stderr are noise.
logging.getLogger("tifffile").setLevel(logging.CRITICAL + 1)
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def is_deep(data: bytes, image: Image.Image) -> bool:
    """Whether the file holds 16-bit (or deeper) channels."""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return data[24] == 16
    if image.format == "TIFF":
        bits = image.tag_v2.get(_BITS_PER_SAMPLE, (8,))  # type: ignore[attr-defined]
        return max(bits if isinstance(bits, tuple) else (bits,)) > 8
    return image.mode.startswith("I") or image.mode == "F"


def read_deep(data: bytes, image: Image.Image) -> tuple[np.ndarray, np.ndarray | None]:
    """(H, W, 3) uint16 pixels and (H, W) uint16 alpha or None. Raises ``ValueError`` on damaged files."""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        _check_png_complete(data)
        array = _by_opencv(data)
    elif image.format == "TIFF":
        try:
            array = _by_tifffile(data)
        except (ValueError, KeyError, ImportError):  # a compression tifffile lacks (LZW): libtiff has it
            array = _by_opencv(data)
    else:
        image.load()
        array = np.asarray(image)
    return _split(_as_uint16(array))


def _check_png_complete(data: bytes) -> None:
    """libpng hands back half a picture without complaint, so the chunks are walked and summed first."""
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        if kind == b"IEND":
            return
        critical = kind[:1].isupper()
        if critical and data[at + 8 + length : at + 12 + length] != struct.pack(
            ">I", zlib.crc32(memoryview(data)[at + 4 : at + 8 + length])
        ):
            break
        at += 12 + length
    raise ValueError("PNG cut off or damaged")


def _by_opencv(data: bytes) -> np.ndarray:
    array = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if array is None:
        raise ValueError("undecodable")
    if array.ndim == 3 and array.shape[2] == 3:
        return array[:, :, ::-1]
    if array.ndim == 3 and array.shape[2] == 4:
        return array[:, :, [2, 1, 0, 3]]
    return array


def _by_tifffile(data: bytes) -> np.ndarray:
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        page = file.pages[0]
        array = page.asarray()
        if page.axes == "SYX":  # planes one after the other
            array = np.moveaxis(array, 0, -1)
        if getattr(page, "photometric", None) == tifffile.PHOTOMETRIC.MINISWHITE:
            array = np.iinfo(array.dtype).max - array
    return array


def _as_uint16(array: np.ndarray) -> np.ndarray:
    if array.dtype == np.uint16:
        return array
    if array.dtype == np.uint8:
        return array.astype(np.uint16) * np.uint16(257)
    if array.dtype.kind == "f":
        clean = np.nan_to_num(array, nan=0.0, posinf=1.0, neginf=0.0)
        return np.round(np.clip(clean, 0.0, 1.0) * 65535).astype(np.uint16)
    if array.dtype == np.uint32:
        return (array >> 16).astype(np.uint16)
    return np.clip(array, 0, 65535).astype(np.uint16)


def _split(array: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or array.shape[2] not in (1, 2, 3, 4):
        raise ValueError(f"unexpected channels {array.shape}")
    alpha = np.ascontiguousarray(array[:, :, -1]) if array.shape[2] in (2, 4) else None
    colour = array[:, :, :3] if array.shape[2] >= 3 else np.repeat(array[:, :, :1], 3, axis=2)
    return np.ascontiguousarray(colour), alpha
