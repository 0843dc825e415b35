"""Files, dropped bytes and pasted pictures → records of the document. Reads off the window's thread."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Callable, Container, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QObject, Signal

from engine.errors import InputError, SgimError
from sgim_desktop.document.document import Document
from sgim_desktop.document.store import Blob
from sgim_desktop.document.values import ClipItem, SourceItem, new_id

log = logging.getLogger(__name__)

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".bmp", ".gif")
SOUND_SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma")
VIDEO_SUFFIXES = (".mp4", ".mov", ".webm", ".mkv", ".m4v")  # for their sound track
SESSION_SUFFIX = ".sgim"
THUMBNAIL_SIDE = 256
CHECKED_WHOLE_SECONDS = 120.0  # longer sounds are checked while they are decoded for the waveform


@dataclass(frozen=True)
class ReadPicture:
    """A picture file that was read: its record, the blobs to keep, its sRGB pixels."""

    item: SourceItem
    blobs: dict[str, Blob]
    pixels: np.ndarray
    path: Path | None


@dataclass(frozen=True)
class ReadSound:
    """A sound file that was read: its record and its bytes."""

    item: ClipItem
    blobs: dict[str, Blob]
    path: Path | None


class Importer(QObject):
    """Adds files to the document one after the other, in the order given.

    ``session_dropped(Path)``: a session was among them. ``finished()``: nothing is being read any more.
    """

    session_dropped = Signal(object)
    picture_read = Signal(object)  # ReadPicture, before it is added: the canvas takes its pixels
    finished = Signal()
    _read = Signal(object)
    _failed = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="importer")
        self._waiting = 0
        self._read.connect(self._add)
        self._failed.connect(self._refuse)

    @property
    def busy(self) -> bool:
        """Whether something is still being read."""
        return self._waiting > 0

    def add_files(self, paths: Iterable[Path], muted: Container[str] = ()) -> None:
        """Read and add files; a folder's pictures and sounds are added in order of their names.
        Sounds named in ``muted`` are added silent: there to try, one after the other."""
        for path in paths:
            if path.suffix.lower() == SESSION_SUFFIX:
                self.session_dropped.emit(path)
            elif path.is_dir():
                known = PICTURE_SUFFIXES + SOUND_SUFFIXES
                self.add_files(sorted(p for p in path.iterdir() if p.suffix.lower() in known))
            else:
                self._submit(partial(read_file, path, muted=path.name in muted))

    def add_picture_bytes(self, data: bytes, name: str) -> None:
        """Add a pasted picture."""
        self._submit(lambda: read_picture(data, name))

    def add_sound_bytes(self, data: bytes, name: str) -> None:
        """Add a recorded sound."""
        self._submit(lambda: read_sound(data, name))

    def close(self) -> None:
        """Wait for the file being read, drop the others."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, read: Callable[[], ReadPicture | ReadSound]) -> None:
        self._waiting += 1

        def work() -> None:
            try:
                self._read.emit(read())
            except SgimError as error:
                log.info("not added: %s", error.cause or error)
                self._failed.emit(error.sentence)
            except Exception as error:  # a decoder's bug must not end the window
                log.exception("not added")
                self._failed.emit(self.tr("The file could not be read ({0}); choose another one.").format(error))

        self._pool.submit(work)

    def _add(self, read: ReadPicture | ReadSound) -> None:
        if isinstance(read, ReadPicture):
            self.picture_read.emit(read)
            item = replace(read.item, position=self._document.next_position("sources"))
            self._document.add_source(item, read.blobs, read.path)
        else:
            clip = replace(read.item, position=self._document.next_position("clips"))
            self._document.add_clip(clip, read.blobs, read.path)
        self._done()

    def _refuse(self, sentence: str) -> None:
        self._document.notify(sentence, "error")
        self._done()

    def _done(self) -> None:
        self._waiting -= 1
        if self._waiting == 0:
            self.finished.emit()


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
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return png_of(np.asarray(image))


def png_of(pixels: np.ndarray) -> bytes:
    """(H, W, 3) uint8 → PNG bytes, quickly rather than smallest."""
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _file_sha256(source: Path | bytes) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with open(source, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
