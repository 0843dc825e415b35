"""What the canvas shows while there is no picture: what to do, and something to try at once."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget


class EmptyState(QWidget):
    """An invitation to drop a picture and a sound."""

    open_wanted = Signal()
    samples_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("Drop a picture and a sound here"), self)
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.7)
        title.setFont(font)
        text = QLabel(
            self.tr("The picture is edited by what the sound means – rain, thunder, fire – and by how loud it is."),
            self,
        )
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        text.setMinimumWidth(200)
        text.setMaximumWidth(440)
        open_button = QPushButton(self.tr("Open files…"), self)
        open_button.clicked.connect(self.open_wanted)
        sample_button = QPushButton(self.tr("Try the sample"), self)
        sample_button.setToolTip(self.tr("A lakeside and three sounds that come with the program."))
        sample_button.clicked.connect(self.samples_wanted)
        for widget in (title, text, open_button, sample_button):
            widget.setAccessibleName(widget.text())
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(open_button)
        row.addWidget(sample_button)
        row.addStretch()
        layout = QVBoxLayout(self)
        layout.addStretch()
        layout.addWidget(title, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(6)
        lines = QHBoxLayout()
        lines.addStretch(1)
        lines.addWidget(text, 100)
        lines.addStretch(1)
        layout.addLayout(lines)
        layout.addSpacing(14)
        layout.addLayout(row)
        layout.addStretch()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """A dashed place to drop things on."""
        painter = QPainter(self)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Dark))
        ink = QColor(palette.color(QPalette.ColorRole.WindowText))
        ink.setAlpha(90)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink, 1.5, Qt.PenStyle.DashLine))
        width, height = min(620.0, self.width() - 40.0), min(320.0, self.height() - 40.0)
        painter.drawRoundedRect(QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height), 14, 14)
        painter.end()
