"""One sentence for the artist, above the canvas; warnings and errors stay until they are put away."""

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
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        self.label.setAccessibleName(self.tr("Message"))
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        dismiss = IconAction("remove", self.tr("Put away"), self.tr("Hide this message."), self)
        dismiss.triggered.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 5, 6, 5)
        layout.addWidget(self.label, 1)
        layout.addWidget(IconButton(dismiss))
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show_message(self, sentence: str, level: str = "info") -> None:
        """Show a sentence; "info" goes away by itself."""
        self._level = level
        self.label.setText(sentence)
        self.show()
        self._timer.stop()
        if level in SHOWN_MS:
            self._timer.start(SHOWN_MS[level])
        self.update()

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
