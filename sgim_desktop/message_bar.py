"""Sentences for the artist, above the canvas; warnings and errors stay until they are put away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from sgim_desktop.series_colours import series_colours
from sgim_desktop.tinted_icon import IconAction, IconButton

SHOWN_MS = {"info": 8000}


class MessageBar(QWidget):
    """Hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._level = "info"
        self._standing = ""  # the warning or error that stays
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.label.setAccessibleName(self.tr("Message"))
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        dismiss = IconAction("remove", self.tr("Put away"), self.tr("Hide this message."), self)
        dismiss.triggered.connect(self._put_away)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 5, 6, 5)
        layout.addWidget(self.label, 1)
        layout.addWidget(IconButton(dismiss))
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._time_is_over)
        self.hide()

    def show_message(self, sentence: str, level: str = "info") -> None:
        """Show a sentence; "info" goes away by itself, and stands below a warning or an error meanwhile."""
        self._timer.stop()
        if level in SHOWN_MS:
            self._timer.start(SHOWN_MS[level])
            sentence = f"{self._standing}\n{sentence}" if self._standing else sentence
        else:
            self._standing = sentence
        if level not in SHOWN_MS or not self._standing:
            self._level = level
        self.label.setText(sentence)
        self.show()
        self.update()

    def _time_is_over(self) -> None:
        self.label.setText(self._standing)
        self.setVisible(bool(self._standing))

    def _put_away(self) -> None:
        self._standing = ""
        self.hide()

    @property
    def text(self) -> str:
        """What is said now, or nothing."""
        return self.label.text() if not self.isHidden() else ""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """A quiet ground and a stripe in the level's colour."""
        colours = series_colours(self)
        stripe = {"error": colours.clipping, "warning": colours.caution}.get(self._level, colours.sound)
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.AlternateBase))
        painter.fillRect(0, 0, 5, self.height(), QColor(stripe))
        painter.end()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Repaint in the other scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
