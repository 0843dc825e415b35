"""Where sessions live: untitled ones in the application's folder, recent ones anywhere."""

from __future__ import annotations

import json
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
    """The sessions used last, newest first.

    ``begin``, ``use`` and ``known`` do not wait for the disk; everything else does.
    """

    def __init__(self) -> None:
        self._file = application_folder() / "recent.json"
        self._errands = Errands()
        self._known: tuple[Path, ...] = ()

    @property
    def known(self) -> tuple[Path, ...]:
        """The recent sessions as they were when one was last used here."""
        return self._known

    def begin(self) -> None:
        """The window opens: what is recent is known soon."""

        def look() -> None:
            self._known = tuple(self.paths())

        self._errands.run(look)

    def use(self, path: Path, left: Path | None = None) -> None:
        """Go to ``path``, from ``left`` if there was one: noted soon, as ``touch`` does."""
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
