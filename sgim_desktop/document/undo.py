"""The one undo command: which records an action changed, before and after."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QUndoCommand

MERGE_SECONDS = 1.5

RecordChange = tuple[str, str, Any, Any]
"""Table, id, record before (``None``: new), record after (``None``: removed)."""


class RecordsCommand(QUndoCommand):
    """Changes records through ``apply(changes)``. Neighbours with the same ``merge`` key become one,
    so that dragging a slider is one step of undo."""

    def __init__(
        self,
        text: str,
        changes: tuple[RecordChange, ...],
        apply: Callable[[tuple[RecordChange, ...]], None],
        merge: str,
    ) -> None:
        super().__init__(text)
        self._changes = changes
        self._apply = apply
        self._merge = merge
        self._when = time.monotonic()

    def id(self) -> int:
        """Qt asks ``mergeWith`` only between commands of one id."""
        return 1 if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 (Qt's name)
        """Take over ``other``'s outcome when it continues the same gesture."""
        if not isinstance(other, RecordsCommand) or other._merge != self._merge:
            return False
        if other._when - self._when > MERGE_SECONDS or len(other._changes) != len(self._changes):
            return False
        pairs = list(zip(self._changes, other._changes, strict=True))
        if any(mine[:2] != theirs[:2] for mine, theirs in pairs):
            return False
        self._changes = tuple((m[0], m[1], m[2], t[3]) for m, t in pairs)
        self._when = other._when
        return True

    def redo(self) -> None:
        """Make the change."""
        self._apply(self._changes)

    def undo(self) -> None:
        """Take the change back."""
        self._apply(tuple((table, key, after, before) for table, key, before, after in reversed(self._changes)))
