"""The layer-mask inspector: what the edit learned about each layer of the generator (paper eq. 17)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from engine.errors import SgimError
from engine.media.atomic_files import write_file, written_beside
from engine.steps import Step
from sgim_desktop.document.document import Document
from sgim_desktop.document.values import ResultItem
from sgim_desktop.layer_mask.mask_chart import MaskChart
from sgim_desktop.layer_mask.mask_numbers import MaskNumbers
from sgim_desktop.layer_mask.mask_series import MaskSeries, mask_table
from sgim_desktop.local_numbers import filled
from sgim_desktop.series_colours import series_colours
from sgim_desktop.settings.preferences import preferences
from sgim_desktop.tinted_icon import IconAction, IconButton

_FRAME = 80  # milliseconds between two drawings while the mask learns: newer steps replace older ones


class LayerMaskPanel(QWidget):
    """Shows the selected result's masks, or the running edit's. ``edit_requested``: run again with the pins."""

    edit_requested = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layer_mask_panel")
        self.document = document
        self._live: dict[str, MaskSeries] = {}
        self._build()
        self._frame = QTimer(self, singleShot=True, interval=_FRAME)
        self._frame.timeout.connect(self._show)
        document.stepped.connect(self._on_step)
        document.run_changed.connect(self._on_run)
        document.selected_result_changed.connect(lambda result: self._show())
        document.results_changed.connect(lambda results: self._show())
        document.settings_changed.connect(lambda settings: self._show())
        document.reset.connect(self._live.clear)
        preferences().listen(self._on_preference)
        self._on_preference("show_numbers", preferences().get("show_numbers"))
        self._show()

    def _build(self) -> None:
        self.chart = MaskChart()
        self.numbers = MaskNumbers()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.chart)
        self._pages.addWidget(self.numbers)
        self._legend = QLabel()
        self._legend.setAccessibleName(self.tr("Legend"))
        self.readout = QLabel(wordWrap=True)
        self.readout.setAccessibleName(self.tr("Values of the layer"))
        self.as_numbers = IconAction(
            "table", self.tr("Numbers"), self.tr("Show the values as a table; pins can be typed."), self, checkable=True
        )
        self.unpin_all = IconAction(
            "pin", self.tr("Let all layers go"), self.tr("Take every pin away; the mask learns freely again."), self
        )
        self.run_again = IconAction(
            "play", self.tr("Edit again"), self.tr("Run the edit with the pinned weights."), self
        )
        self.save_csv = IconAction(
            "save", self.tr("Save CSV …"), self.tr("Write the weights and distances as a table."), self
        )
        self.save_png = IconAction("picture", self.tr("Save PNG …"), self.tr("Write the chart as a picture."), self)
        tools = QHBoxLayout()
        tools.addWidget(self._legend, 1)
        for action in (self.as_numbers, self.unpin_all, self.run_again, self.save_csv, self.save_png):
            tools.addWidget(IconButton(action))
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addLayout(tools)
        column.addWidget(self._pages, 1)
        column.addWidget(self.readout)
        self.chart.pin_wanted.connect(self.pin)
        self.chart.unpin_wanted.connect(self.unpin)
        self.chart.layer_pointed.connect(lambda layer: self._say())
        self.numbers.pin_wanted.connect(self.pin)
        self.numbers.unpin_wanted.connect(self.unpin)
        self.as_numbers.toggled.connect(self._turn_page)
        self.unpin_all.triggered.connect(self.unpin_every)
        self.run_again.triggered.connect(self.edit_requested)
        self.save_csv.triggered.connect(self._ask_csv)
        self.save_png.triggered.connect(self._ask_png)

    # -- what the artist can do --------------------------------------------------------------------

    @property
    def pinned(self) -> dict[int, float]:
        """Pinned layers, counted from 0, and their weights."""
        return dict(self.document.settings.pinned_layers)

    def pin(self, layer: int, weight: float) -> None:
        """Hold a layer's weight at 0…1 in the next edit."""
        pins = {**self.pinned, layer: weight}
        self._change(self.tr("Pin layer"), pins, f"pin {layer}")

    def unpin(self, layer: int) -> None:
        """Let a layer's weight be learned again."""
        pins = {key: weight for key, weight in self.pinned.items() if key != layer}
        self._change(self.tr("Let layer go"), pins)

    def unpin_every(self) -> None:
        """Let all weights be learned again."""
        self._change(self.tr("Let all layers go"), {})

    def export_csv(self, path: Path) -> None:
        """Write the shown masks as CSV. Raises ``SaveError``."""
        write_file(path, mask_table(self.series(), self.pinned).encode())

    def export_png(self, path: Path) -> None:
        """Write the chart as a picture. Raises ``SaveError``."""
        picture = self.chart.grab()
        with written_beside(path) as beside:
            if not picture.save(str(beside), "PNG"):
                raise OSError(28, "the picture could not be written")

    def shut_down(self) -> None:
        """Listen to nothing any more; call before the application ends."""
        preferences().unlisten(self._on_preference)
        self._frame.stop()

    def changeEvent(self, event: QEvent) -> None:
        """The legend follows the colour scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and "_frame" in self.__dict__:
            self._show()

    def series(self) -> tuple[MaskSeries, ...]:
        """The masks to show: those being learned, else the selected result's, sound before text."""
        found = dict(self._live)
        result = self.document.selected_result
        if not found and result is not None:
            parts = [self.document.result_by_id(key) for key in result.parts or ()]
            for one in [part for part in parts if part is not None] or [result]:
                if one.layer_mask:
                    guide = "text" if one.kind == "text" else "sound"
                    found[guide] = _series(guide, one)
        return tuple(found[guide] for guide in ("sound", "text") if guide in found)

    # -- inside ----------------------------------------------------------------------------------

    def _turn_page(self, numbers: bool) -> None:
        self._pages.setCurrentIndex(int(numbers))
        preferences().set("show_numbers", numbers)
        self._show()

    def _on_preference(self, name: str, value: object) -> None:
        if name == "show_numbers":
            self.as_numbers.setChecked(bool(value))

    def _change(self, text: str, pins: dict[int, float], merge: str = "") -> None:
        self.document.change_settings(text, merge=merge, pinned_layers=tuple(sorted(pins.items())))
        self._show()

    def _on_step(self, step: Step) -> None:
        if step.index == 0 and step.guide == "sound":
            self._live.clear()
        guide = "text" if step.guide == "text" else "sound"
        self._live[guide] = MaskSeries(guide, np.asarray(step.layer_mask), np.asarray(step.moved))  # type: ignore[arg-type]
        if not self._frame.isActive():
            self._frame.start()

    def _on_run(self, state: object) -> None:
        if not getattr(state, "running", False) and self._live:
            self._live.clear()
            self._show()

    def _show(self) -> None:
        series, pinned = self.series(), self.pinned
        page = self.numbers if self.as_numbers.isChecked() else self.chart
        page.show_masks(series, pinned)
        colours = series_colours(self)
        names = {"sound": (self.tr("sound"), colours.sound), "text": (self.tr("text"), colours.text)}
        marks = [f'<span style="color:{names[s.guide][1].name()}">■</span> {names[s.guide][0]}' for s in series]
        self._legend.setText("&nbsp; ".join(marks))
        for action in (self.as_numbers, self.save_csv, self.save_png):
            action.setEnabled(bool(series))
        self.unpin_all.setEnabled(bool(pinned))
        self.run_again.setEnabled(bool(pinned))
        self._say()

    def _say(self) -> None:
        series = self.series()
        if not series:
            self.readout.setText(self.tr("After an edit, this shows which layers of the generator it used."))
        elif self.chart.pointed >= 0:
            self.readout.setText(self.chart.describe(self.chart.pointed))
        elif self.pinned:
            pins = "; ".join(filled("{0}: {1:.2f}", layer + 1, weight) for layer, weight in sorted(self.pinned.items()))
            self.readout.setText(self.tr("Pinned layers – {0}. Edit again to use them.").format(pins))
        else:
            self.readout.setText(self.tr("Drag a bar to pin its layer's weight; double-click lets it go."))

    def _ask_csv(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save layer mask"), "layer-mask.csv", self.tr("Table (*.csv)")
        )
        if name:
            self._write(lambda: self.export_csv(Path(name)))

    def _ask_png(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save layer mask"), "layer-mask.png", self.tr("Picture (*.png)")
        )
        if name:
            self._write(lambda: self.export_png(Path(name)))

    def _write(self, write: object) -> None:
        try:
            write()  # type: ignore[operator]
        except SgimError as error:
            self.document.notify(error.sentence, "error")


def _series(guide: str, result: ResultItem) -> MaskSeries:
    moved = result.moved or (0.0,) * len(result.layer_mask)
    return MaskSeries(guide, np.asarray(result.layer_mask), np.asarray(moved))  # type: ignore[arg-type]


