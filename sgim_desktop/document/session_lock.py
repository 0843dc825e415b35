"""Who has a session open: a locked note of its path in the program's own folder, one for each open session.

The system gives up the lock of a program that ends, however it ends; only an orderly end takes the note away.
So a note that nobody holds names a session that a crash, or a power cut, left open.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QCryptographicHash

from engine.errors import InputError
from sgim_desktop.document.session_files import application_folder

log = logging.getLogger(__name__)
ATTEMPTS = 5  # another program may look into a note, or take it away, at this very moment
PAUSE_SECONDS = 0.004
_held: set[Path] = set()  # notes of this process: its own sessions are not open elsewhere


class SessionLock:
    """``path`` is open here until ``release``. The note may lie where no lock can be had: then ``file`` is None."""

    def __init__(self, path: Path, note: Path, file: int | None) -> None:
        self.path = path
        self._note = note
        self._file = file
        _held.add(note)

    @classmethod
    def take(cls, path: Path) -> SessionLock:
        """Raises ``InputError`` when the session is open already."""
        note = _note_of(path)
        file = None
        try:
            file = _take(note, os.O_CREAT)
            os.ftruncate(file, 0)
            os.write(file, os.fsencode(path))
        except _HeldError:
            raise InputError(open_elsewhere_sentence(path)) from None
        except OSError:  # no reason not to work on it
            log.exception("it could not be noted that a session is open")
        return cls(path, note, file)

    def settle(self) -> None:
        """Have the note really on the disk, where a power cut leaves it; waits for the disk."""
        if self._file is not None:
            os.fsync(self._file)

    def release(self, keep_note: bool = False) -> None:
        """The session is closed; a second time changes nothing. The note goes unless it is to be found again."""
        if self._note not in _held:
            return
        _held.discard(self._note)
        if self._file is None:
            return
        if keep_note:
            os.close(self._file)
        elif sys.platform == "win32":  # what is open cannot be removed
            os.close(self._file)
            with suppress(OSError):  # another window opens the session already
                self._note.unlink()
        else:  # removed while nobody else can have it
            self._note.unlink(missing_ok=True)
            os.close(self._file)


def open_elsewhere(path: Path) -> bool:
    """Whether another program has the session open."""
    note = _note_of(path)
    if note in _held:
        return False
    try:
        os.close(_take(note))
    except _HeldError:
        return True
    except OSError:
        pass  # there is no note
    return False


def open_elsewhere_sentence(path: Path) -> str:
    """What is said of it."""
    return QCoreApplication.translate(
        "SessionLock", "{0} is open in another window already; go on there, or close it there first."
    ).format(path.name)


def left_open() -> list[SessionLock]:
    """The sessions a crash left open, the one changed last at the end; they are held until they are released."""
    found = []
    for note in _notes_folder().iterdir():
        if note not in _held:
            with suppress(OSError):
                file = _take(note)
                found.append(SessionLock(Path(os.fsdecode(note.read_bytes())), note, file))
    return sorted(found, key=lambda lock: _changed(lock.path))


class _HeldError(OSError):
    """Somebody has the note."""


def _notes_folder() -> Path:
    folder = application_folder() / "open"
    folder.mkdir(exist_ok=True)
    return folder


def _note_of(path: Path) -> Path:
    one_name = os.path.normcase(os.path.realpath(path))
    digest = QCryptographicHash.hash(os.fsencode(one_name), QCryptographicHash.Algorithm.Sha1)
    return _notes_folder() / bytes(digest.toHex().data()).decode()


def _changed(path: Path) -> float:
    """When the session was last written, also to the log SQLite keeps beside it."""
    times = [0.0]
    for file in (path, path.with_name(f"{path.name}-wal")):
        with suppress(OSError):
            times.append(file.stat().st_mtime)
    return max(times)


def _take(note: Path, flags: int = 0) -> int:
    """The locked note's descriptor. Raises ``_HeldError``; or ``OSError`` when it is not there or cannot be locked."""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        file = os.open(note, os.O_RDWR | flags, 0o600)
        try:
            if _lock(file) and _still_there(file, note):
                return file
        except OSError:
            os.close(file)
            raise
        os.close(file)
    raise _HeldError(str(note))


if sys.platform == "win32":
    import msvcrt

    BEHIND_THE_TEXT = 1 << 30  # a locked part of a file cannot be read there

    def _lock(file: int) -> bool:
        os.lseek(file, BEHIND_THE_TEXT, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        finally:
            os.lseek(file, 0, os.SEEK_SET)
        return True

    def _still_there(file: int, note: Path) -> bool:
        return True  # what is open cannot be removed

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _still_there(file: int, note: Path) -> bool:
        """Whether it was not taken away between finding and locking it."""
        try:
            return os.path.samestat(os.fstat(file), note.stat())
        except FileNotFoundError:
            return False
