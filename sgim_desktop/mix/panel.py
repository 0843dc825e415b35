"""The mix panel: how the sound-guided and the text-guided edit become one (paper: α mixing, layer mixing)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from sgim_desktop.document.document import Document
from sgim_desktop.document.values import ResultItem, Settings
from sgim_desktop.mix.layer_strip import LayerStrip
from sgim_desktop.pack_facts import PackFacts, PackWatch
from sgim_desktop.series_colours import series_colours

_FINE = 100  # slider steps


class MixPanel(QWidget):
    """Changes ``mix_alpha`` or ``split_layer`` of the settings; the canvas shows a selected mix at once.

    ``mix_requested``: keep the mix as it is now as a result of its own.
    """

    mix_requested = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mix_panel")
        self.document = document
        self._last_alpha = 0.5
        self._pack = PackWatch(document, self)
        self._build()
        self._connect()
        self._show_result(document.selected_result)
        self._colour_labels()

    def _build(self) -> None:
        self.blend = QRadioButton(self.tr("Blend all layers"))
        self.blend.setToolTip(self.tr("Every layer takes a share of both edits: w = (1 − α) w_sound + α w_text."))
        self.layers = QRadioButton(self.tr("Split by layers"))
        self.layers.setToolTip(self.tr("Coarse layers from the sound, fine from the text; the paper: 1–9 and 10–18."))
        group = QButtonGroup(self)
        group.addButton(self.blend)
        group.addButton(self.layers)
        self._sound, self._text = QLabel(self.tr("sound")), QLabel(self.tr("text"))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _FINE)
        self.slider.setAccessibleName(self.tr("Share of the text"))
        self.slider.setPageStep(10)
        self.alpha = QDoubleSpinBox()
        self.alpha.setRange(0, 1)
        self.alpha.setSingleStep(0.05)
        self.alpha.setPrefix("α ")
        self.alpha.setKeyboardTracking(False)
        self.alpha.setAccessibleName(self.tr("Alpha, share of the text"))
        self.strip = LayerStrip()
        self.split = QSpinBox()
        self.split.setAccessibleName(self.tr("Layers from the sound"))
        self.split.setKeyboardTracking(False)
        self.keep = QPushButton(self.tr("Keep this mix"))
        self.keep.setToolTip(self.tr("Add the mix as it is shown to the gallery."))
        self.note = QLabel(wordWrap=True)
        ends = QHBoxLayout()
        ends.addWidget(self._sound)
        ends.addWidget(self.slider, 1)
        ends.addWidget(self._text)
        ends.addWidget(self.alpha)
        border = QHBoxLayout()
        label = QLabel(self.tr("Sound up to layer"))
        label.setBuddy(self.split)
        border.addWidget(label)
        border.addWidget(self.split)
        border.addStretch(1)
        border.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.blend)
        column.addLayout(ends)
        column.addWidget(self.layers)
        column.addWidget(self.strip)
        column.addLayout(border)
        column.addWidget(self.note)
        column.addStretch(1)

    def _connect(self) -> None:
        document = self.document
        document.settings_changed.connect(self.show_settings)
        document.selected_result_changed.connect(self._show_result)
        self._pack.known.connect(self._on_pack)
        self.blend.clicked.connect(lambda: self.set_alpha(self._last_alpha))
        self.layers.clicked.connect(lambda: self.set_split(self._default_split()))
        self.slider.valueChanged.connect(lambda value: self.set_alpha(value / _FINE))
        self.alpha.valueChanged.connect(self.set_alpha)
        self.strip.split_wanted.connect(self.set_split)
        self.split.valueChanged.connect(self.set_split)
        self.keep.clicked.connect(self.mix_requested)

    # -- what the artist can do --------------------------------------------------------------------

    def set_alpha(self, alpha: float) -> None:
        """Blend all layers: 0 only sound … 1 only text."""
        alpha = round(min(max(alpha, 0.0), 1.0), 2)
        self.document.change_settings(self.tr("Mix"), merge="mix alpha", mix_alpha=alpha, split_layer=None)

    def set_split(self, split: int) -> None:
        """Layers 1…split from the sound, the rest from the text."""
        split = min(max(split, 0), self.strip.layers)
        self.document.change_settings(self.tr("Mix by layers"), merge="mix split", mix_alpha=None, split_layer=split)

    def show_settings(self, settings: Settings) -> None:
        """Show these values without announcing them."""
        splitting = settings.split_layer is not None
        if settings.mix_alpha is not None:
            self._last_alpha = settings.mix_alpha
        self.blend.setChecked(not splitting)
        self.layers.setChecked(splitting)
        split = self._default_split() if settings.split_layer is None else settings.split_layer
        for widget, value in (
            (self.slider, round(self._last_alpha * _FINE)),
            (self.alpha, self._last_alpha),
            (self.split, split),
        ):
            blocked = widget.blockSignals(True)
            widget.setValue(value)  # type: ignore[arg-type]
            widget.blockSignals(blocked)
        for widget in (self.slider, self.alpha):
            widget.setEnabled(not splitting)
        self.split.setEnabled(splitting)
        if splitting:
            self.strip.show_split(split)
        else:
            self.strip.show_blend(self._last_alpha)

    def _default_split(self) -> int:
        return max(1, round(self.strip.layers / 2))  # the paper's 1–9 of 18, as engine.guidance.mixing does it

    def shut_down(self) -> None:
        """Stop looking at packs; call before the application ends."""
        self._pack.close()

    def _on_pack(self, facts: PackFacts) -> None:
        if facts.layers and self.document.selected_result is None:
            self.strip.show_layers(facts.layers)
            self._show_result(None)

    def _show_result(self, result: ResultItem | None) -> None:
        if result is not None and result.layer_mask:
            self.strip.show_layers(len(result.layer_mask))
        blocked = self.split.blockSignals(True)  # a smaller pack moves the number; that is no wish of the artist
        self.split.setRange(0, self.strip.layers)
        self.split.blockSignals(blocked)
        self.split.setSuffix(self.tr(" of {0}").format(self.strip.layers))
        mixed = result is not None and result.parts is not None
        self.keep.setEnabled(mixed)
        ready = self.tr("The canvas shows the mix while you change it.")
        later = self.tr("Edit by a sound and a text at once; then choose the mixed result to change it here.")
        self.note.setText(ready if mixed else later)
        self.show_settings(self.document.settings)

    def changeEvent(self, event: QEvent) -> None:
        """The colours of the guides follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and "_text" in self.__dict__:
            self._colour_labels()

    def _colour_labels(self) -> None:
        colours = series_colours(self)
        self._sound.setStyleSheet(f"color: {colours.sound.name()}")
        self._text.setStyleSheet(f"color: {colours.text.name()}")
