"""Files, dropped bytes and pasted pictures → records of the document. Reads off the window's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtGui import QImage

from engine.errors import SgimError
from sgim_desktop.document.document import Document
from sgim_desktop.document.store import Blob
from sgim_desktop.document.values import ClipItem, SourceItem

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np

log = logging.getLogger(__name__)

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".bmp", ".gif")
SOUND_SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma")
VIDEO_SUFFIXES = (".mp4", ".mov", ".webm", ".mkv", ".m4v")  # for their sound track
SESSION_SUFFIX = ".sgim"
WEIGHTS_SUFFIXES = (".pkl", ".pt", ".pth", ".safetensors")  # what is inside decides; this only says whom to ask
PACK_FILE = "pack.json"
MOST_SAID = 4  # lines of a message about files that were not added


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

    ``session_dropped(Path)``: a session was among them; ``weights_dropped(Path)``: published weights, or a pack's
    folder. ``finished()``: nothing is being read any more.
    """

    session_dropped = Signal(object)
    weights_dropped = Signal(object)
    picture_read = Signal(object)  # ReadPicture, before it is added: the canvas takes its pixels
    finished = Signal()
    _read = Signal(object)
    _failed = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._pool: ThreadPoolExecutor | None = None
        self._waiting = 0
        self._refused: list[str] = []  # said together, once nothing is being read any more
        self._read.connect(self._add)
        self._failed.connect(self._refuse)

    @property
    def busy(self) -> bool:
        """Whether something is still being read."""
        return self._waiting > 0

    def add_files(self, paths: Iterable[Path], muted: Container[str] = ()) -> None:
        """Read and add files; a folder's pictures and sounds are added in order of their names.
        Sounds named in ``muted`` are added silent: there to try, one after the other."""
        self._waiting += 1  # until each of them has been looked at
        for path in paths:
            try:
                self._add_path(path, muted)
            except OSError as error:
                log.info("not added: %s", error)
                sentence = self.tr("{0} cannot be opened ({1}); allow the studio to read it, or choose another one.")
                self._refused.append(sentence.format(path.name or path, error.strerror))
        self._done()

    def _add_path(self, path: Path, muted: Container[str]) -> None:
        if path.suffix.lower() == SESSION_SUFFIX:
            self.session_dropped.emit(path)
        elif path.suffix.lower() in WEIGHTS_SUFFIXES or (path / PACK_FILE).is_file():
            self.weights_dropped.emit(path)
        elif path.is_dir():
            known = PICTURE_SUFFIXES + SOUND_SUFFIXES
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in known)
            if not inside:
                sentence = self.tr("There is no picture and no sound in the folder {0}; choose one that has some.")
                self._refused.append(sentence.format(path.name or path))
            self.add_files(inside)
        else:
            self._submit(partial(_read_file, path, path.name in muted))

    def add_picture_bytes(self, data: bytes, name: str) -> None:
        """Add a picture file's bytes."""
        self._submit(lambda reading: reading.read_picture(data, name))

    def add_image(self, image: QImage, name: str) -> None:
        """Add a pasted picture."""
        self._submit(lambda reading: reading.read_picture(reading.png_of_image(image), name))

    def add_pixels(self, pixels: np.ndarray, name: str) -> None:
        """Add a picture that was drawn: (H, W, 3) uint8."""
        self._submit(lambda reading: reading.read_picture(reading.png_of(pixels), name))

    def add_sound_bytes(self, data: bytes, name: str) -> None:
        """Add a recorded sound."""
        self._submit(lambda reading: reading.read_sound(data, name))

    def close(self) -> None:
        """Wait for the file being read and add it; drop the others."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)

    def _submit(self, read: Callable[[Any], ReadPicture | ReadSound]) -> None:
        self._waiting += 1

        def work() -> None:
            from sgim_desktop.document import reading  # numpy and Pillow: after the first paint

            try:
                self._read.emit(read(reading))
            except SgimError as error:
                log.info("not added: %s", error.cause or error)
                self._failed.emit(error.sentence)
            except Exception as error:  # a decoder's bug must not end the window
                log.exception("not added")
                self._failed.emit(self.tr("The file could not be read ({0}); choose another one.").format(error))

        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(1, thread_name_prefix="importer")
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
        from sgim_desktop.engine_words import in_window

        self._refused.append(in_window(sentence))
        self._done()

    def _done(self) -> None:
        self._waiting -= 1
        if self._waiting == 0:
            self._say_refused()
            self.finished.emit()

    def _say_refused(self) -> None:
        refused, self._refused = self._refused, []
        if len(refused) > MOST_SAID:
            said = refused[: MOST_SAID - 1]
            refused = [*said, self.tr("… and {0} more.").format(len(refused) - len(said))]
        if refused:
            self._document.message.emit("\n".join(refused), "error")  # each is in the window's words already


def _read_file(path: Path, muted: bool, reading: Any) -> ReadPicture | ReadSound:
    read: ReadPicture | ReadSound = reading.read_file(path, muted)
    return read
