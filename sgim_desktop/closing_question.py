"""Asks before work that is not finished is given up with the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget


class ClosingQuestion(QMessageBox):
    """``waiting`` edits and (``behind``) what the disk refused would be dropped: close all the same?
    Then ``close()`` is called."""

    def __init__(self, waiting: int, behind: bool, close: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle(self.tr("Close SGIM Studio"))
        unfinished = [
            words
            for there, words in (
                (waiting, self.tr("%n edit(s) still waiting.", "", waiting)),
                (behind, self.tr("What you did last could not be saved; free some space first.")),
            )
            if there
        ]
        self.setText(" ".join(unfinished))
        self.setInformativeText(self.tr("If you close the window now, that is dropped; everything else is kept."))
        self.close_button = QPushButton(self.tr("Close all the same"), self)
        self.addButton(self.close_button, QMessageBox.ButtonRole.DestructiveRole)
        self.setDefaultButton(self.addButton(self.tr("Keep working"), QMessageBox.ButtonRole.RejectRole))
        self.close_button.clicked.connect(lambda: close())
