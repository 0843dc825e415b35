"""One sentence with one button above the canvas: something the program noticed and can do, if the artist likes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from sgim_desktop.series_colours import series_colours
from sgim_desktop.tinted_icon import IconAction, IconButton

_STRIPE = 5


class OfferBar(QWidget):
    """Hidden while there is nothing to offer. ``put_away()``: the artist does not want it."""

    put_away = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._accepted: Callable[[], object] | None = None
        self.label = QLabel(self, wordWrap=True)
        self.label.setAccessibleName(self.tr("Suggestion"))
        self.button = QPushButton(self)
        self.button.setAccessibleName(self.tr("Suggestion"))  # until there is one
        self.button.clicked.connect(self._accept)
        dismiss = IconAction("remove", self.tr("Not now"), self.tr("Hide this suggestion."), self)
        dismiss.triggered.connect(self.put_away)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 4, 6, 4)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.button)
        layout.addWidget(IconButton(dismiss))
        self.hide()

    def offer(self, sentence: str, button: str, accepted: Callable[[], object]) -> None:
        """Show it; ``accepted()`` when the button is pressed."""
        self._accepted = accepted
        self.label.setText(sentence)
        self.button.setText(button)
        self.button.setAccessibleName(button)
        self.show()

    def withdraw(self) -> None:
        """Nothing to offer any more."""
        self._accepted = None
        self.hide()

    def _accept(self) -> None:
        accepted = self._accepted
        self.withdraw()
        if accepted is not None:
            accepted()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """A quiet ground and a stripe, as messages have."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.AlternateBase))
        painter.fillRect(0, 0, _STRIPE, self.height(), series_colours(self).sound)
        painter.end()
