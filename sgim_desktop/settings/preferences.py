"""Preferences as a table: what can be chosen, its default, and where it is kept. Qt-free."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import platformdirs

from engine.errors import SgimError
from engine.media.atomic_files import write_file

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Preference:
    """One row. ``choices`` for a list to choose from; ``low``/``high`` for a number; neither: yes or no."""

    name: str
    default: Any
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0

    def accepts(self, value: Any) -> bool:
        """Whether a value read from a file makes sense."""
        if self.choices:
            return value in self.choices
        if self.high:
            return isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high
        return isinstance(value, bool)


PREFERENCES: tuple[Preference, ...] = (
    Preference("language", "system", choices=("system", "en", "de")),
    Preference("scheme", "system", choices=("system", "light", "dark")),
    Preference("snap", True),
    Preference("loop", False),
    Preference("countdown", 3, high=10),
    Preference("show_numbers", False),
)


class Preferences:
    """The values, kept as JSON in the artist's configuration folder; written at once when changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, Any] = {row.name: row.default for row in PREFERENCES}
        self._listeners: list[Callable[[str, Any], None]] = []
        try:
            stored = json.loads(path.read_bytes())
        except (OSError, ValueError):
            stored = {}
        for row in PREFERENCES:
            if isinstance(stored, dict) and row.accepts(stored.get(row.name)):
                self._values[row.name] = stored[row.name]

    def get(self, name: str) -> Any:
        """The value of a row."""
        return self._values[name]

    def set(self, name: str, value: Any) -> None:
        """Change a value, keep it, and tell who listens. Raises ``ValueError`` for one the table forbids."""
        row = next(row for row in PREFERENCES if row.name == name)
        if not row.accepts(value):
            raise ValueError(f"{name}: {value!r}")
        if self._values[name] == value:
            return
        self._values[name] = value
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_file(self._path, json.dumps(self._values, indent=1).encode())
        except (OSError, SgimError) as error:
            log.warning("preferences could not be kept: %s", error)  # the choice still holds until the end
        for listener in list(self._listeners):
            listener(name, value)

    def listen(self, listener: Callable[[str, Any], None]) -> None:
        """Call ``listener(name, value)`` after every change."""
        self._listeners.append(listener)

    def unlisten(self, listener: Callable[[str, Any], None]) -> None:
        """Stop calling it."""
        self._listeners = [one for one in self._listeners if one != listener]


def preferences() -> Preferences:
    """The artist's preferences, read once."""
    return _kept(platformdirs.user_config_path("sgim-studio") / "preferences.json")


@lru_cache(maxsize=4)
def _kept(path: Path) -> Preferences:
    return Preferences(path)
