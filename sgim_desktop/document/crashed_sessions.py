"""What a crash left unfinished stands among the recent sessions, and the artist is told."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from sgim_desktop.document.session_files import RecentSessions
from sgim_desktop.document.session_lock import left_open

log = logging.getLogger(__name__)


def crashed_sessions(recent: RecentSessions) -> list[Path]:
    """The sessions a crash left open that hold something, the one changed last first; all are recent ones now."""
    found: list[Path] = []
    for lock in left_open():
        keep_note = False
        if lock.path.is_file() and _holds_something(lock.path):
            found.insert(0, lock.path)
            try:
                recent.touch(lock.path)
            except OSError:
                log.exception("a session that a crash left open is offered at the next start again")
                keep_note = True
        lock.release(keep_note)
    return found


def after_crash(crashed: list[Path], opened: Path) -> str:
    """What is said once ``opened`` is open; nothing without a crash."""
    others = [path for path in crashed if path.resolve() != opened.resolve()]
    if not crashed:
        return ""
    if not others:
        return QCoreApplication.translate(
            "StudioWindow", "The program ended unexpectedly the last time; everything you did is here."
        )
    if len(others) == len(crashed):
        return QCoreApplication.translate(
            "StudioWindow", "The program ended unexpectedly the last time; what you did then is under Open recent."
        )
    return QCoreApplication.translate(
        "StudioWindow",
        "The program ended unexpectedly the last time; what you did is here and, of other windows, under Open recent.",
    )


def _holds_something(path: Path) -> bool:
    """Whether a picture, a sound or a result is in it. What cannot be read is not known to be empty."""
    tables = " UNION ALL ".join(f"SELECT 1 FROM {table}" for table in ("sources", "clips", "results"))
    try:
        # Only read: what SQLite keeps beside a session it would otherwise fold into it, which takes its time.
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(f"SELECT EXISTS ({tables})").fetchone()[0] == 1
    except sqlite3.DatabaseError:
        return True
