"""Where sessions live: untitled ones in the application's folder, recent ones anywhere; what a crash left open."""

from __future__ import annotations

import json
import os
import time
from functools import partial
from pathlib import Path

import platformdirs

from sgim_desktop.document.errands import Errands

RECENT_KEPT = 12
SESSIONS = "sessions"


def application_folder() -> Path:
    """The program's own data folder; made when it is not there."""
    path = _own_folder()
    path.mkdir(parents=True, exist_ok=True)
    return path


def _own_folder() -> Path:
    return Path(platformdirs.user_data_dir("sgim-studio", appauthor=False))


def sessions_folder() -> Path:
    """Where sessions without a place of their own are kept; made when it is not there."""
    path = application_folder() / SESSIONS
    path.mkdir(exist_ok=True)
    return path


def new_session_path() -> Path:
    """A file name no other session has."""
    stamp = time.strftime("%Y-%m-%d %H-%M-%S")
    path = sessions_folder() / f"Session {stamp}.sgim"
    number = 2
    while path.exists():
        path = sessions_folder() / f"Session {stamp} ({number}).sgim"
        number += 1
    return path


def is_untitled(path: Path) -> bool:
    """Whether the session has not been given a place by the artist."""
    return path.parent == _own_folder() / SESSIONS


class RecentSessions:
    """The sessions used last, newest first, and which are open in which process.

    ``begin``, ``use`` and ``known`` do not wait for the disk; everything else does.
    """

    def __init__(self) -> None:
        self._file = application_folder() / "recent.json"
        self._open = application_folder() / "open"
        self._open.mkdir(exist_ok=True)
        self._errands = Errands()
        self._known: tuple[Path, ...] = ()

    @property
    def known(self) -> tuple[Path, ...]:
        """The recent sessions as they were when one was last used here."""
        return self._known

    def begin(self, path: Path) -> None:
        """The window opens with ``path``: noted soon, as ``mark_open`` does."""

        def look() -> None:
            self._known = tuple(self.paths())

        self._errands.run(lambda: self.mark_open(path))
        self._errands.run(look)

    def use(self, path: Path, left: Path | None = None) -> None:
        """Go to ``path``, from ``left`` if there was one: noted soon, as ``mark_open`` and ``touch`` do."""
        self._errands.run(lambda: self.mark_open(path))
        for used in (left, path):
            if used is not None:
                self._errands.run(partial(self.touch, used))

    def settle(self) -> None:
        """Wait until all is noted."""
        self._errands.settle()

    def paths(self) -> list[Path]:
        """Recent sessions that still exist."""
        try:
            names = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return []
        return [path for path in map(Path, names) if path.is_file()] if isinstance(names, list) else []

    def touch(self, path: Path) -> None:
        """This session was just used."""
        names = [str(path), *(str(p) for p in self.paths() if p != path)][:RECENT_KEPT]
        beside = self._file.with_suffix(".part")
        beside.write_text(json.dumps(names), "utf-8")
        beside.replace(self._file)
        self._known = tuple(map(Path, names))

    def mark_open(self, path: Path) -> None:
        """Leave a note that this process has ``path`` open; a crash leaves the note behind."""
        (self._open / str(os.getpid())).write_text(str(path), "utf-8")

    def mark_closed(self) -> None:
        """Take the note away: the program ends in order."""
        (self._open / str(os.getpid())).unlink(missing_ok=True)

    def crashed(self) -> list[Path]:
        """Sessions that were open in a process that is gone; their notes are taken away."""
        found = []
        for note in self._open.iterdir():
            if note.name.isdigit() and not _alive(int(note.name)):
                path = Path(note.read_text("utf-8"))
                note.unlink(missing_ok=True)
                if path.is_file():
                    found.append(path)
        return found

    def open_elsewhere(self, path: Path) -> bool:
        """Whether another running window has it open."""
        notes = [n for n in self._open.iterdir() if n.name.isdigit() and int(n.name) != os.getpid()]
        return any(_alive(int(note.name)) and note.read_text("utf-8") == str(path) for note in notes)


def _alive(pid: int) -> bool:
    if os.name == "nt":
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, pid)  # type: ignore[attr-defined]
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)  # type: ignore[attr-defined]
        return bool(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
