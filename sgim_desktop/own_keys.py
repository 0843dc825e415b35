"""Keys a widget keeps for itself although they are a shortcut of its panel or of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent


def takes_key(event: QEvent, *keys: Qt.Key) -> bool:
    """Whether ``event`` asks if one of these keys is the widget's own; if so it is accepted, and comes as a key press.
    To be asked in ``event()``."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
    if not plain or event.key() not in keys:
        return False
    event.accept()
    return True
