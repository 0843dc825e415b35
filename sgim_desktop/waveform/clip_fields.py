"""The numeric twins of the waveform's handles: start, end, gain; and the light that warns of clipping."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMargins, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QWidget

from engine.media.sounds import SILENCE_LUFS
from sgim_desktop.document.values import ClipItem
from sgim_desktop.flow_layout import FlowLayout
from sgim_desktop.local_numbers import filled
from sgim_desktop.series_colours import series_colours
from sgim_desktop.waveform.clip import GAIN_CEILING_DB, GAIN_FLOOR_DB
from sgim_desktop.waveform.level_meter import decibels


class ClipFields(QWidget):
    """Shows one clip's numbers; says what the artist typed."""

    start_typed = Signal(float)  # seconds
    end_typed = Signal(float)
    gain_typed = Signal(float)  # dB

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.start = _box(self.tr("Start of the trim"), " s", 0, 0, 3, 0.05)
        self.end = _box(self.tr("End of the trim"), " s", 0, 0, 3, 0.05)
        self.gain = _box(self.tr("Gain"), " dB", GAIN_FLOOR_DB, GAIN_CEILING_DB, 1, 1.0)
        self.gain.setToolTip(self.tr("Louder sounds make stronger edits: the encoder hears the level."))
        self.light = QLabel()
        self.light.setAccessibleName(self.tr("Clipping"))
        self.loudness = QLabel()
        self.loudness.setAccessibleName(self.tr("Loudness"))
        self.loudness.setToolTip(self.tr("How loud the trimmed clip is with its gain, by ITU-R BS.1770."))
        row = FlowLayout(self, QMargins())
        for name, box in ((self.tr("Start"), self.start), (self.tr("End"), self.end), (self.tr("Gain"), self.gain)):
            label = QLabel(name)
            label.setBuddy(box)
            row.add_together(label, box)
        row.addWidget(self.light)
        row.addWidget(self.loudness)
        self.start.valueChanged.connect(self.start_typed)
        self.end.valueChanged.connect(self.end_typed)
        self.gain.valueChanged.connect(self.gain_typed)
        self.show_peak(0.0)
        self.show_loudness(None)

    def show_clip(self, clip: ClipItem | None) -> None:
        """Show a clip's numbers without announcing them."""
        for box in (self.start, self.end, self.gain):
            box.setEnabled(clip is not None)
        self.light.setVisible(clip is not None)
        if clip is not None:
            self.show_trim(clip.start, clip.end_seconds, clip.seconds)
            self.show_gain(clip.gain_db)
        else:
            self.show_trim(0.0, 0.0, 0.0)
            self.show_gain(0.0)
            self.show_loudness(None)

    def show_trim(self, start: float, end: float, seconds: float) -> None:
        """Follow a handle while it is dragged."""
        for box, value in ((self.start, start), (self.end, end)):
            blocked = box.blockSignals(True)
            box.setRange(0, seconds)
            box.setValue(value)
            box.blockSignals(blocked)

    def show_gain(self, gain_db: float) -> None:
        """Follow the gain handle while it is dragged."""
        blocked = self.gain.blockSignals(True)
        self.gain.setValue(gain_db)
        self.gain.blockSignals(blocked)

    def show_peak(self, peak: float) -> None:
        """``peak``: the largest magnitude after the gain, linear; above 1 the light comes on."""
        self._peak = peak
        clips = peak > 1.0
        colours = series_colours(self)
        text = filled(self.tr("Clips by {0:.1f} dB"), decibels(peak)) if clips else self.tr("OK")
        self.light.setText("● " + text)
        self.light.setStyleSheet(f"color: {(colours.clipping if clips else colours.good).name()}")
        tip = self.tr("Lower the gain: what is cut off sounds harsh and misleads the encoder.")
        self.light.setToolTip(tip if clips else self.tr("Nothing is cut off."))
        self.light.setAccessibleDescription(self.light.text())

    _peak = 0.0

    def changeEvent(self, event: QEvent) -> None:
        """The light follows the colour scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and "loudness" in self.__dict__:
            self.show_peak(self._peak)

    def show_loudness(self, lufs: float | None) -> None:
        """LUFS of the trimmed clip with its gain; ``None``: not known yet."""
        if lufs is None:
            text = self.tr("– LUFS")
        elif lufs <= SILENCE_LUFS:
            text = self.tr("silent")
        else:
            text = filled(self.tr("{0:.1f} LUFS"), lufs)
        self.loudness.setText(text)


def _box(name: str, unit: str, low: float, high: float, decimals: int, step: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    box.setSuffix(unit)
    box.setRange(low, high)
    box.setDecimals(decimals)
    box.setSingleStep(step)
    box.setKeyboardTracking(False)
    box.setEnabled(False)
    box.setMinimumWidth(box.fontMetrics().horizontalAdvance("000.000 s") + 30)
    return box
