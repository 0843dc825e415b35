"""The list of waiting edits."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget

from sgim_desktop.own_keys import takes_key


class WaitingEdits(QListWidget):
    """``removal_wanted``: Delete was pressed in it, and means the marked edit, not the result in the gallery."""

    removal_wanted = Signal()

    def event(self, event: QEvent) -> bool:
        """Keep Delete from the window."""
        return takes_key(event, Qt.Key.Key_Delete) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Delete removes the marked edit."""
        if event.key() == Qt.Key.Key_Delete:
            self.removal_wanted.emit()
        else:
            super().keyPressEvent(event)
