"""Reading pictures and sounds into records: decoding, checking, thumbnails. Runs off the window's thread."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from engine.errors import InputError
from sgim_desktop.document.importing import (
    PICTURE_SUFFIXES,
    SOUND_SUFFIXES,
    VIDEO_SUFFIXES,
    ReadPicture,
    ReadSound,
)
from sgim_desktop.document.values import ClipItem, SourceItem, new_id

THUMBNAIL_SIDE = 256
CHECKED_WHOLE_SECONDS = 120.0  # longer sounds are checked while they are decoded for the waveform


def read_file(path: Path, muted: bool = False) -> ReadPicture | ReadSound:
    """A picture or a sound, by its suffix or else by trying. Raises ``InputError`` with one sentence."""
    suffix = path.suffix.lower()
    if suffix in PICTURE_SUFFIXES:
        return read_picture(path)
    if suffix in SOUND_SUFFIXES + VIDEO_SUFFIXES:
        read = read_sound(path)
        return replace(read, item=replace(read.item, muted=muted))
    for attempt in (read_picture, read_sound):
        try:
            return attempt(path)
        except InputError:
            continue
    raise InputError(f"{path.name} is neither a picture nor a sound that can be read; choose another file.")


def read_picture(source: Path | bytes, name: str = "") -> ReadPicture:
    """Decode a picture and make its thumbnail. Raises ``PictureError``."""
    from engine.media.pictures import load_picture

    data = source if isinstance(source, bytes) else None
    if isinstance(source, Path) and source.is_file():
        data = source.read_bytes()
    picture = load_picture(
        data if data is not None else source, name or (source.name if isinstance(source, Path) else "")
    )
    pixels = picture.srgb()
    thumbnail = thumbnail_png(pixels)
    thumbnail_name = hashlib.sha256(thumbnail).hexdigest()
    item = SourceItem(new_id(), 0.0, picture.sha256, picture.name, picture.width, picture.height, thumbnail_name)
    path = source if isinstance(source, Path) else None
    return ReadPicture(item, {picture.sha256: data or b"", thumbnail_name: thumbnail}, pixels, path)


def read_sound(source: Path | bytes, name: str = "") -> ReadSound:
    """Check a sound and find its length. Raises ``SoundError``."""
    from engine.media.sounds import load_sound, open_sound_stream

    name = name or (source.name if isinstance(source, Path) else "sound")
    with open_sound_stream(source, name) as stream:
        seconds, rate = stream.declared_seconds, stream.rate
    if seconds is None or seconds < CHECKED_WHOLE_SECONDS:
        sound = load_sound(source, name)
        seconds, rate, sha256 = sound.seconds, sound.rate, sound.sha256
    else:
        sha256 = _file_sha256(source)
    item = ClipItem(new_id(), 0.0, sha256, name, seconds, rate)
    return ReadSound(item, {sha256: source}, source if isinstance(source, Path) else None)


def thumbnail_png(pixels: np.ndarray, side: int = THUMBNAIL_SIDE) -> bytes:
    """(H, W, 3) uint8 → a PNG whose longer side is at most ``side``."""
    # Most of a large picture is left out first: what follows keeps Python to itself while it works.
    step = max(1, max(pixels.shape[:2]) // (4 * side))
    image = Image.fromarray(np.ascontiguousarray(pixels[::step, ::step]))
    image.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return png_of(np.asarray(image))


def png_of(pixels: np.ndarray) -> bytes:
    """(H, W, 3) uint8 → PNG bytes, quickly rather than smallest."""
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def png_of_image(image: QImage) -> bytes:
    """A QImage → PNG bytes. Raises ``InputError`` for an empty one."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise InputError("The pasted picture is empty; copy it again.")
    return bytes(buffer.data().data())


def pixels_of_png(data: bytes) -> np.ndarray:
    """(H, W, 3) uint8 from PNG bytes."""
    with Image.open(io.BytesIO(data)) as image:
        return np.array(image.convert("RGB"))


def region_of_png(data: bytes) -> np.ndarray | None:
    """A painted mask as (h, w) float32 0…1; None when nothing is painted: then the edit acts everywhere."""
    with Image.open(io.BytesIO(data)) as image:
        mask = np.asarray(image.convert("L"), np.float32) / 255.0
    return mask if mask.any() else None


def _file_sha256(source: Path | bytes) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with open(source, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
