"""The waveform itself: envelope, trim handles, gain handle, playhead, what the encoder hears."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QWidget

from sgim_desktop.local_numbers import filled
from sgim_desktop.series_colours import series_colours
from sgim_desktop.waveform.clip import GAIN_CEILING_DB, GAIN_FLOOR_DB
from sgim_desktop.waveform.envelope_item import EnvelopeItem
from sgim_desktop.waveform.spectrogram import SpectrogramPicture
from sgim_desktop.waveform.time_ruler import TimeRuler
from sgim_desktop.waveform.track import Track

_CLOSEST = 0.004  # seconds that fill the view at the closest zoom
_HEARD_HEIGHT = 0.1


def gain_height(gain_db: float) -> float:
    """Where the gain handle stands, -1 (bottom) to 1 (top)."""
    return (gain_db - GAIN_FLOOR_DB) / (GAIN_CEILING_DB - GAIN_FLOOR_DB) * 2 - 1


def height_gain(height: float) -> float:
    """The gain in dB of a handle at ``height``."""
    return (height + 1) / 2 * (GAIN_CEILING_DB - GAIN_FLOOR_DB) + GAIN_FLOOR_DB


class WaveformView(pg.PlotWidget):
    """Shows one clip. Changes nothing by itself: the panel listens and writes to the document."""

    trim_moving = Signal(float, float)  # seconds, while a handle is dragged
    trim_moved = Signal(float, float)  # seconds, when it is let go
    gain_moving = Signal(float)  # dB
    gain_moved = Signal(float)
    clicked = Signal(float)  # seconds: play from here
    range_changed = Signal(float, float)  # seconds that are visible

    def __init__(self, parent: QWidget | None = None) -> None:
        self.ruler = TimeRuler()
        super().__init__(parent, axisItems={"top": self.ruler})
        self._track: Track | None = None
        self._gain = 1.0
        self._spectrogram_shown = False
        plot = self.getPlotItem()
        plot.showAxis("top")
        plot.hideAxis("bottom")
        plot.hideAxis("left")
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.setMouseEnabled(x=True, y=False)
        plot.setYRange(-1.04, 1.04, padding=0)
        plot.setContentsMargins(0, 0, 0, 0)
        self.setAccessibleName(self.tr("Waveform"))
        self.setAccessibleDescription(
            self.tr("Drag the handles to trim, the line to change the gain; the same values are in the fields above.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._add_items()
        plot.getViewBox().sigXRangeChanged.connect(self._on_range)
        plot.getViewBox().sigResized.connect(lambda box: self.redraw())  # a stroke per column of pixels, no gaps
        self._restyle()

    def _add_items(self) -> None:
        self._picture = pg.ImageItem(axisOrder="row-major")
        self._picture.setColorMap(pg.colormap.get("inferno"))
        self._picture.setVisible(False)
        self._envelope = EnvelopeItem()
        self.region = pg.LinearRegionItem(swapMode="block")
        self._left_out = pg.BarGraphItem(x0=[], x1=[], y0=-1.04, height=2.08)  # a veil over what is trimmed off
        self._heard: list[tuple[float, float]] = []
        self._heard_bars = pg.BarGraphItem(x0=[], x1=[], y0=-1.04, height=_HEARD_HEIGHT)
        self._heard_bars.setToolTip(self.tr("What the sound encoder hears: one window after the other."))
        self._heard_label = pg.TextItem(self.tr("heard"), anchor=(0, 1))
        at_the_right = {"position": 0.99, "anchors": [(1, 0), (1, 1)]}
        self.gain_line = pg.InfiniteLine(
            0.0, angle=0, movable=True, bounds=(-1, 1), label="", labelOpts=at_the_right
        )
        self.gain_line.label.setMovable(False)
        self._playhead = pg.InfiniteLine(0.0, angle=90, movable=False)
        self._playhead.setVisible(False)
        for item, depth in (
            (self._picture, -20),
            (self._envelope, 0),
            (self._left_out, 4),
            (self.region, 5),  # its handles are seen in a loud sound, too
            (self._heard_bars, 10),
            (self._heard_label, 11),
            (self.gain_line, 20),
            (self._playhead, 30),
        ):
            item.setZValue(depth)
            self.addItem(item, ignoreBounds=True)
        self.region.sigRegionChanged.connect(self._veil)
        self.region.sigRegionChanged.connect(self._on_region)
        self.region.sigRegionChangeFinished.connect(lambda: self.trim_moved.emit(*self.region.getRegion()))
        self.gain_line.sigDragged.connect(self._on_gain)
        self.gain_line.sigPositionChangeFinished.connect(
            lambda: self.gain_moved.emit(height_gain(self.gain_line.value()))
        )

    # -- what is shown ----------------------------------------------------------------------

    def show_track(self, track: Track | None) -> None:
        """Another sound, or none; the whole of it is brought into view."""
        self._track = track
        seconds = self.seconds
        closest = min(_CLOSEST, seconds) if seconds else 1e-3
        self.getViewBox().setLimits(xMin=0, xMax=max(seconds, 1e-3), minXRange=closest)
        for item in (self.region, self._left_out, self.gain_line):
            item.setVisible(track is not None)
        if track is not None:
            self.region.setBounds((0, seconds))
            self.zoom(0.0, seconds)
        self.show_spectrogram(None)

    @property
    def track(self) -> Track | None:
        """What is shown."""
        return self._track

    @property
    def seconds(self) -> float:
        """Length of the shown sound."""
        return self._track.frames / self._track.rate if self._track else 0.0

    def show_trim(self, start: float, end: float) -> None:
        """Move the handles without announcing it."""
        self._silently(self.region, lambda: self.region.setRegion((start, end)))
        self._veil()

    def show_gain(self, gain_db: float) -> None:
        """Move the gain handle without announcing it, and scale the envelope."""
        self._silently(self.gain_line, lambda: self.gain_line.setValue(gain_height(gain_db)))
        self.gain_line.label.setText(filled(self.tr("{0:+.1f} dB"), gain_db))
        self._gain = float(10 ** (gain_db / 20))
        self.redraw()

    def show_playhead(self, seconds: float | None) -> None:
        """Where the sound is being heard; ``None``: nowhere."""
        self._playhead.setVisible(seconds is not None)
        if seconds is not None:
            self._playhead.setValue(seconds)

    def show_heard(self, windows: list[tuple[float, float]]) -> None:
        """Mark the windows (seconds of the file) that the sound encoder hears."""
        colour = series_colours(self).heard
        self._heard = list(windows)
        # One item for all of them: an hour has seven hundred windows, and seven hundred items take seconds.
        self._heard_bars.setOpts(
            x0=[start for start, _ in windows],
            x1=[end for _, end in windows],
            y0=-1.04,
            height=_HEARD_HEIGHT,
            brush=_faded(colour, 150),
            pen=pg.mkPen(colour),
        )
        self._heard_label.setColor(colour)
        ground = QColor(series_colours(self).base)  # readable on the spectrogram, too
        ground.setAlpha(215)
        self._heard_label.fill = pg.mkBrush(ground)
        self._heard_label.setVisible(bool(windows))
        if windows:
            self._heard_label.setPos(windows[0][0], -0.93)

    def show_spectrogram(self, picture: SpectrogramPicture | None) -> None:
        """Put a spectrogram in place of the envelope, or take it away."""
        self._spectrogram_shown = picture is not None
        self._picture.setVisible(picture is not None)
        self._envelope.setVisible(picture is None)
        if picture is not None:
            self._picture.setImage(picture.levels_db, autoLevels=False, levels=(picture.floor_db, picture.ceiling_db))
            self._picture.setRect(QRectF(picture.start, -1.0, picture.end - picture.start, 2.0))
        else:
            self.redraw()

    # -- looking around ----------------------------------------------------------------------

    def zoom(self, start: float, end: float) -> None:
        """Bring [start, end] seconds into view."""
        self.getViewBox().setXRange(start, end, padding=0)

    def visible_seconds(self) -> tuple[float, float]:
        """What is in view."""
        low, high = self.getViewBox().viewRange()[0]
        return max(0.0, low), min(self.seconds, high)

    def columns(self) -> int:
        """How many columns of device pixels there are."""
        return max(16, int(self.getViewBox().width() * self.devicePixelRatioF()))

    def redraw(self) -> None:
        """Draw the envelope of what is in view again."""
        if self._track is None:
            self._envelope.clear_columns()
            return
        start, end = self.visible_seconds()
        if end <= start or self._spectrogram_shown:
            return
        columns = self.columns()
        low, high = self._track.envelope(start, end, columns)
        times = start + (np.arange(columns) + 0.5) * (end - start) / columns
        self._envelope.show_columns(times, low, high, self._gain)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A plain click, not a drag, moves the playhead."""
        moved = event.position() - self._pressed
        if event.button() == Qt.MouseButton.LeftButton and moved.manhattanLength() < 3 and self._track:
            self.clicked.emit(self.getViewBox().mapSceneToView(self.mapToScene(event.position().toPoint())).x())
        super().mouseReleaseEvent(event)

    _pressed = QPointF()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where, to tell a click from a drag."""
        self._pressed = event.position()
        super().mousePressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the colour scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and "_playhead" in self.__dict__:
            self._restyle()

    # -- inside ---------------------------------------------------------------------------

    def _on_range(self) -> None:
        self.redraw()
        self.range_changed.emit(*self.visible_seconds())

    def _veil(self) -> None:
        start, end = self.region.getRegion()
        self._left_out.setOpts(x0=[0.0, end], x1=[start, max(end, self.seconds)])

    def _on_region(self) -> None:
        self.trim_moving.emit(*self.region.getRegion())

    def _on_gain(self) -> None:
        gain_db = height_gain(self.gain_line.value())
        self.gain_line.label.setText(filled(self.tr("{0:+.1f} dB"), gain_db))
        self._gain = float(10 ** (gain_db / 20))
        self.redraw()
        self.gain_moving.emit(gain_db)

    @staticmethod
    def _silently(item: pg.GraphicsObject, change: object) -> None:
        blocked = item.blockSignals(True)
        try:
            change()  # type: ignore[operator]
        finally:
            item.blockSignals(blocked)

    def _restyle(self) -> None:
        colours = series_colours(self)
        self.setBackground(colours.base)
        self.ruler.restyle(colours.quiet_ink)
        self._envelope.restyle(colours.sound, colours.clipping)
        self._left_out.setOpts(brush=_faded(colours.base, 165), pen=pg.mkPen(None))
        self.region.setBrush(_faded(colours.sound, 36))
        self.region.setHoverBrush(_faded(colours.sound, 52))
        for line in self.region.lines:
            line.setPen(pg.mkPen(colours.sound, width=3))
            line.setHoverPen(pg.mkPen(colours.ink, width=5))
        self.gain_line.setPen(pg.mkPen(colours.text, width=2))
        self.gain_line.setHoverPen(pg.mkPen(colours.text, width=4))
        self.gain_line.label.setColor(colours.ink)
        self.gain_line.label.fill = pg.mkBrush(_faded(colours.base, 210))
        self._playhead.setPen(pg.mkPen(colours.ink, width=2))
        self.show_heard(self._heard)


def _faded(colour: QColor, alpha: int) -> QColor:
    faded = QColor(colour)
    faded.setAlpha(alpha)
    return faded
