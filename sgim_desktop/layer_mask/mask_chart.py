"""The bars of g per layer, and below them how far each layer moved. Bars can be dragged to pin them."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

from sgim_desktop.layer_mask.mask_series import MaskSeries, layer_groups
from sgim_desktop.local_numbers import filled
from sgim_desktop.own_keys import takes_key
from sgim_desktop.series_colours import SeriesColours, mixed_colour, series_colours

_LEAST_TOP = 0.25  # the axis never zooms in further: small noise should look small
_HEADROOM = 1.15
_MARK = 9  # pixels between the top of a pinned bar and its mark
_TITLE_ROOM = 1.35  # above the weights stand the groups' names
_LETTING_GO = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class _LocalAxis(pg.AxisItem):
    """An axis whose numbers are written as in the window's fields."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """As many decimals as the step between two ticks needs."""
        places = max(0, math.ceil(-math.log10(spacing * scale)))
        number = f"{{0:.{places}f}}" if places <= 4 else "{0:g}"
        return [filled(number, value * scale) for value in values]


class MaskChart(pg.GraphicsLayoutWidget):
    """Shows one or two masks side by side. Says what is to be pinned; changes nothing itself."""

    pin_wanted = Signal(int, float)  # layer from 0, weight 0…1
    unpin_wanted = Signal(int)
    layer_pointed = Signal(int)  # layer from 0, -1: none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Layer mask chart"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(180, 110)
        self._series: tuple[MaskSeries, ...] = ()
        self._pinned: dict[int, float] = {}
        self._layers = 0
        self._dragged: int | None = None
        self._pressed = QPointF()
        self.pointed = -1
        self.ci.layout.setContentsMargins(0, 0, 0, 0)
        self.ci.layout.setSpacing(0)
        self._weights = self._plot(0, self.tr("weight g"))
        self._moved = self._plot(1, self.tr("moved ‖Δw‖"))
        self._moved.setXLink(self._weights)
        self._weights.getAxis("bottom").setStyle(showValues=False)
        self.ci.layout.setRowStretchFactor(0, 3)
        self.ci.layout.setRowStretchFactor(1, 2)
        self.setMouseTracking(True)
        self._items: list[pg.GraphicsObject] = []
        self._grounds: list[pg.GraphicsObject] = []  # groups and the even mask's line: the same for every result
        self._grounded: object = None
        self._titles: list[pg.TextItem] = []
        self._bars: list[tuple[pg.BarGraphItem, pg.BarGraphItem]] = []
        self._pins: dict[int, tuple[pg.BarGraphItem, pg.ScatterPlotItem]] = {}
        self._drawn: object = None
        self._scaled = False
        self._top, self._farthest = _LEAST_TOP, 1e-6
        self._weights.getViewBox().sigResized.connect(lambda box: self._place_marks())
        self._restyle()

    def _plot(self, row: int, title: str) -> pg.PlotItem:
        plot = self.addPlot(row=row, col=0, axisItems={"left": _LocalAxis("left")})
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        plot.setLabel("left", title)
        plot.getAxis("left").setWidth(52)
        plot.getAxis("left").enableAutoSIPrefix(False)
        plot.showGrid(y=True, alpha=0.15)
        return plot

    def sizeHint(self) -> QSize:
        """Small enough that a dock need not scroll; the chart takes whatever more there is."""
        return QSize(260, 150)

    def show_masks(self, series: tuple[MaskSeries, ...], pinned: dict[int, float]) -> None:
        """Show these masks; ``pinned`` (layer from 0 → weight) are framed."""
        self._series, self._pinned = series, dict(pinned)
        self._layers = max((one.layers for one in series), default=0)
        # Axes without bars would only show numbers that mean nothing. The plots themselves stay in their layout: taken
        # out and put back, it would leave them no width.
        self.ci.setVisible(bool(series))
        self._draw()

    @property
    def layers(self) -> int:
        """How many layers are shown."""
        return self._layers

    @property
    def plot_width(self) -> float:
        """Of the bars' field, in pixels."""
        return float(self._weights.getViewBox().width())

    # -- drawing ---------------------------------------------------------------------------

    def _draw(self) -> None:
        """New heights for the bars there are; new items only when their number or colour changes: that is slow."""
        guides = tuple((one.guide, one.layers) for one in self._series)
        key = (guides, tuple(sorted(self._pinned)), self.palette().cacheKey())
        if key != self._drawn:
            self._drawn = key
            self._make_items()
        top, farthest = _LEAST_TOP, 1e-6
        for one, (weights, moved) in zip(self._series, self._bars, strict=True):
            weights.setOpts(height=one.weights)
            moved.setOpts(height=one.moved)
            top, farthest = max(top, float(one.weights.max())), max(farthest, float(one.moved.max()))
        for layer, (frame, _) in self._pins.items():
            frame.setOpts(height=[self._pinned[layer]])
            top = max(top, self._pinned[layer])
        if self._dragged is not None:
            top = max(top, self._top)  # a scale that shrinks while a bar is dragged would run away from the pointer
        if (top, farthest) != (self._top, self._farthest) or not self._scaled:
            self._top, self._farthest, self._scaled = top, farthest, True
            ceiling = min(top * _TITLE_ROOM, 1.2)
            self._weights.setYRange(0, ceiling, padding=0)
            self._moved.setYRange(0, farthest * _HEADROOM, padding=0)
            for text in self._titles:
                text.setPos(text.pos().x(), ceiling)
        self._place_marks()

    def _place_marks(self) -> None:
        """A pin's mark stands on its bar; where it would reach into the groups' names, it hangs inside the bar."""
        ceiling = self._weights.viewRange()[1][1]
        pixel = ceiling / max(1.0, self._weights.getViewBox().height())
        titles = max((text.boundingRect().height() for text in self._titles), default=0)
        free = ceiling - titles * pixel  # below the names
        for layer, (_, mark) in self._pins.items():
            weight = self._pinned[layer]
            stands = weight + 2 * _MARK * pixel < free
            mark.setData([layer + 1], [weight + _MARK * pixel if stands else min(weight, free) - _MARK * pixel])

    def _make_items(self) -> None:
        for item in self._items:
            item.getViewBox().removeItem(item)
        self._items, self._bars, self._pins, self._scaled = [], [], {}, False
        colours = series_colours(self)
        if self._layers and self._grounded != (self._layers, self.palette().cacheKey()):
            self._grounded = (self._layers, self.palette().cacheKey())
            self._make_grounds(colours)
        width, no_pen = 0.72 / max(1, len(self._series)), pg.mkPen(None)
        for place, one in enumerate(self._series):
            brush = colours.sound if one.guide == "sound" else colours.text
            at = np.arange(one.layers) + 1 + (place - (len(self._series) - 1) / 2) * width
            weights = pg.BarGraphItem(x=at, height=one.weights, width=width * 0.92, brush=brush, pen=no_pen)
            moved = pg.BarGraphItem(x=at, height=one.moved, width=width * 0.92, brush=brush, pen=no_pen)
            self._add(self._weights, weights)
            self._add(self._moved, moved)
            self._bars.append((weights, moved))
        for layer, weight in self._pinned.items():
            self._make_pin(layer, weight, colours)

    def _make_grounds(self, colours: SeriesColours) -> None:
        for item in self._grounds:
            item.getViewBox().removeItem(item)
        self._grounds, self._titles = [], []
        dashed = pg.mkPen(colours.quiet_ink, style=Qt.PenStyle.DashLine)
        line = pg.InfiniteLine(1 / self._layers, angle=0, pen=dashed)
        line.setToolTip(self.tr("An even mask: every layer weighs the same."))
        line.setZValue(1)
        self._ground(self._weights, line)
        self._weights.setXRange(0.4, self._layers + 0.6, padding=0)
        step = 1 if self._layers <= 10 else 2
        ticks = [(i, str(i)) for i in range(1, self._layers + 1, step)]
        for plot in (self._weights, self._moved):
            plot.getAxis("bottom").setTicks([ticks])
        groups = layer_groups(self._layers)
        titles = {"coarse": self.tr("coarse"), "middle": self.tr("middle"), "fine": self.tr("fine")}
        for name, title in titles.items():
            members = [layer + 1 for layer, group in enumerate(groups) if group == name]
            if not members:
                continue
            if name == "middle":
                for plot in (self._weights, self._moved):
                    band = pg.LinearRegionItem((members[0] - 0.5, members[-1] + 0.5), movable=False, pen=pg.mkPen(None))
                    band.setBrush(mixed_colour(colours.ink, colours.base, 0.07))
                    band.setZValue(-30)
                    self._ground(plot, band)
            text = pg.TextItem(title, color=colours.quiet_ink, anchor=(0.5, 0))
            text.setPos((members[0] + members[-1]) / 2, 0)
            text.setZValue(2)
            self._ground(self._weights, text)
            self._titles.append(text)

    def _make_pin(self, layer: int, weight: float, colours: SeriesColours) -> None:
        pen = pg.mkPen(colours.ink, width=2)
        frame = pg.BarGraphItem(x=[layer + 1], height=[weight], width=0.86, brush=pg.mkBrush(None), pen=pen)
        rim = pg.mkPen(colours.base, width=1.5)  # so that it is seen on the bar, too
        mark = pg.ScatterPlotItem(symbol="t", size=_MARK + 2, brush=colours.ink, pen=rim)
        self._add(self._weights, frame)
        mark.setZValue(3)
        self._add(self._weights, mark)
        self._pins[layer] = (frame, mark)

    def _ground(self, plot: pg.PlotItem, item: pg.GraphicsObject) -> None:
        plot.addItem(item, ignoreBounds=True)
        self._grounds.append(item)

    def _add(self, plot: pg.PlotItem, item: pg.GraphicsObject) -> None:
        plot.addItem(item, ignoreBounds=True)
        self._items.append(item)

    def _restyle(self) -> None:
        colours = series_colours(self)
        self.setBackground(colours.base)
        for plot in (self._weights, self._moved):
            for side in ("left", "bottom"):
                plot.getAxis(side).setPen(pg.mkPen(colours.grid))
                plot.getAxis(side).setTextPen(pg.mkPen(colours.quiet_ink))
            plot.getAxis("left").setLabel(plot.getAxis("left").labelText, color=colours.quiet_ink.name())
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the colour scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and "_items" in self.__dict__:
            self._restyle()

    # -- pointing and dragging --------------------------------------------------------------

    def describe(self, layer: int) -> str:
        """The values of one layer in words, also for screen readers."""
        if not 0 <= layer < self._layers:
            return ""
        group = {"coarse": self.tr("coarse"), "middle": self.tr("middle"), "fine": self.tr("fine")}
        parts = [filled(self.tr("Layer {0} ({1})"), layer + 1, group[layer_groups(self._layers)[layer]])]
        for one in self._series:
            text = self.tr("sound: g {0:.3f}, moved {1:.3g}") if one.guide == "sound" else ""
            text = text or self.tr("text: g {0:.3f}, moved {1:.3g}")
            parts.append(filled(text, one.weights[layer], one.moved[layer]))
        if layer in self._pinned:
            parts.append(filled(self.tr("pinned at {0:.3f}"), self._pinned[layer]))
        return "; ".join(parts)

    def point_at(self, layer: int) -> None:
        """Make a layer the one the keys act on."""
        self.pointed = layer if 0 <= layer < self._layers else -1
        self.setAccessibleDescription(self.describe(self.pointed))
        self.layer_pointed.emit(self.pointed)

    def _layer_at(self, position: QPointF) -> tuple[int, float]:
        spot = self._weights.getViewBox().mapSceneToView(self.mapToScene(position.toPoint()))
        layer = round(spot.x()) - 1
        return (layer if 0 <= layer < self._layers else -1), min(max(spot.y(), 0.0), 1.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a bar of the upper chart."""
        self._pressed = event.position()
        inside = self._weights.sceneBoundingRect().contains(self.mapToScene(event.position().toPoint()))
        layer, _ = self._layer_at(event.position())
        self._dragged = layer if inside and layer >= 0 and event.button() == Qt.MouseButton.LeftButton else None
        self.point_at(layer)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the pin that letting go would set; or the values under the pointer."""
        layer, weight = self._layer_at(event.position())
        if self._dragged is not None:
            if (event.position() - self._pressed).manhattanLength() >= 3:
                self._pinned[self._dragged] = round(weight, 3)
                self._draw()
            layer = self._dragged
        if layer >= 0:
            QToolTip.showText(event.globalPosition().toPoint(), self.describe(layer), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pin where the bar was let go."""
        layer, self._dragged = self._dragged, None
        if layer is not None and (event.position() - self._pressed).manhattanLength() >= 3:
            self.pin_wanted.emit(layer, round(self._layer_at(event.position())[1], 3))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Let go of a pinned layer."""
        layer, _ = self._layer_at(event.position())
        if layer in self._pinned:
            self.unpin_wanted.emit(layer)

    def event(self, event: QEvent) -> bool:
        """Delete is for the pin, not for the result."""
        return takes_key(event, *_LETTING_GO) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right choose a layer, up and down pin it, Delete lets go."""
        sideways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        upwards = {Qt.Key.Key_Down: -0.01, Qt.Key.Key_Up: 0.01}.get(Qt.Key(event.key()))
        if sideways and self._layers:
            self.point_at(min(max(self.pointed + sideways, 0), self._layers - 1))
        elif upwards and self.pointed >= 0 and self._series:
            weight = self._pinned.get(self.pointed, float(self._series[0].weights[self.pointed]))
            self.pin_wanted.emit(self.pointed, round(min(max(weight + upwards, 0.0), 1.0), 3))
        elif event.key() in _LETTING_GO and self.pointed in self._pinned:
            self.unpin_wanted.emit(self.pointed)
        else:
            super().keyPressEvent(event)
