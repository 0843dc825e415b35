"""A level meter: RMS as a bar, peak as a line that falls slowly, and a light for clipping."""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sgim_desktop.local_numbers import filled
from sgim_desktop.series_colours import series_colours

FLOOR_DB = -60.0
_FALL_DB = 20.0  # per second, as on studio meters
_CAUTION_DB = -6.0
_TICKS = (-48, -36, -24, -12, -6, 0)


def decibels(linear: float) -> float:
    """A linear level in dB relative to full scale, at least ``FLOOR_DB``."""
    return max(FLOOR_DB, 20 * math.log10(max(linear, 1e-9)))


class LevelMeter(QWidget):
    """Shows levels in dBFS; vertical unless it is wider than high."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rms_db = self._peak_db = FLOOR_DB
        self._clock = QElapsedTimer()
        self._fall = QTimer(self)
        self._fall.setInterval(50)
        self._fall.timeout.connect(self._sink)
        self.clipped = False
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.reset()

    @property
    def peak_db(self) -> float:
        """The peak shown, dBFS."""
        return self._peak_db

    def sizeHint(self) -> QSize:
        """Room for the bar and its numbers."""
        return QSize(44, 120)

    def minimumSizeHint(self) -> QSize:
        """Still readable."""
        return QSize(40, 24)

    def show_level(self, peak: float, rms: float) -> None:
        """Levels just heard, linear 0…1."""
        self._rms_db = decibels(rms)
        self._peak_db = max(decibels(peak), self._peak_db)
        self.clipped = self.clipped or peak >= 0.999
        if not self._fall.isActive():
            self._clock.start()
            self._fall.start()
        self._say()

    def reset(self) -> None:
        """Silence, and the clipping light off."""
        self._rms_db = self._peak_db = FLOOR_DB
        self.clipped = False
        self._fall.stop()
        self._say()

    def _sink(self) -> None:
        fallen = _FALL_DB * self._clock.restart() / 1000
        self._peak_db = max(FLOOR_DB, self._peak_db - fallen)
        self._rms_db = max(FLOOR_DB, self._rms_db - fallen)
        if self._peak_db <= FLOOR_DB:
            self._fall.stop()
        self._say()

    def _say(self) -> None:
        text = filled(self.tr("Peak {0:.0f} dB"), self._peak_db)
        if self.clipped:
            text += ", " + self.tr("clipped")
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bar, peak line, ticks."""
        painter = QPainter(self)
        colours = series_colours(self)
        upright = self.height() >= self.width()
        font = painter.font()
        font.setPointSizeF(max(6.5, font.pointSizeF() * 0.78))
        painter.setFont(font)
        digits = painter.fontMetrics().horizontalAdvance("-48") + 5
        line = painter.fontMetrics().height()
        if upright:
            bar = QRectF(1, line / 2, max(6.0, self.width() - digits - 2), self.height() - line)
        else:
            bar = QRectF(digits / 2, 1, self.width() - digits, max(6.0, self.height() - line - 2))
        painter.fillRect(bar, colours.grid)
        colour = colours.clipping if self.clipped else colours.caution if self._peak_db > _CAUTION_DB else colours.good
        painter.fillRect(self._part(bar, self._rms_db, upright), colour)
        painter.setPen(colours.ink)
        peak = self._part(bar, self._peak_db, upright)
        if self._peak_db > FLOOR_DB:
            if upright:
                painter.drawLine(peak.topLeft(), peak.topRight())
            else:
                painter.drawLine(peak.topRight(), peak.bottomRight())
        painter.setPen(colours.quiet_ink)
        self._draw_ticks(painter, bar, upright, line)
        painter.end()

    def _draw_ticks(self, painter: QPainter, bar: QRectF, upright: bool, line: int) -> None:
        last = math.inf
        for tick in reversed(_TICKS):
            share = (tick - FLOOR_DB) / -FLOOR_DB
            if upright:
                y = bar.bottom() - share * bar.height()
                if abs(last - y) >= line or math.isinf(last):
                    box = QRectF(bar.right() + 3, y - line / 2, self.width() - bar.right() - 3, line)
                    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(tick))
                    last = y
            else:
                x = bar.left() + share * bar.width()
                box = QRectF(x - 20, bar.bottom() + 1, 40, line)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(tick))

    @staticmethod
    def _part(bar: QRectF, level_db: float, upright: bool) -> QRectF:
        share = min(1.0, (level_db - FLOOR_DB) / -FLOOR_DB)
        if upright:
            return QRectF(bar.left(), bar.bottom() - share * bar.height(), bar.width(), share * bar.height())
        return QRectF(bar.left(), bar.top(), share * bar.width(), bar.height())
