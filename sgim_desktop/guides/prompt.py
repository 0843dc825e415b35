"""The box in which the prompt is typed."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QPlainTextEdit


class Prompt(QPlainTextEdit):
    """Takes text; files dropped on it are the window's."""

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Not the name of a file that was meant to be added."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)
