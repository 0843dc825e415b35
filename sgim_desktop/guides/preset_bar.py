"""Choosing, keeping and forgetting presets."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QWidget

from engine.errors import SgimError
from sgim_desktop.document.document import Document
from sgim_desktop.document.values import Settings
from sgim_desktop.guides.presets import BUILT_IN, Preset, own_presets, preset_folder, remove_preset, save_preset
from sgim_desktop.tinted_icon import IconAction, IconButton


class PresetBar(QWidget):
    """A list of presets over the document's settings; "own settings" when none fits."""

    def __init__(self, document: Document, folder: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._folder = folder or preset_folder()
        self._presets: list[Preset] = []
        self.choice = QComboBox()
        self.choice.setMinimumWidth(80)
        self.choice.setAccessibleName(self.tr("Preset"))
        self.choice.setToolTip(self.tr("Settings that go well together; your own ones are below the line."))
        self.save = IconAction("save", self.tr("Save preset …"), self.tr("Keep these settings under a name."), self)
        self.remove = IconAction("delete", self.tr("Remove preset"), self.tr("Forget this preset of yours."), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.choice, 1)
        row.addWidget(IconButton(self.save))
        row.addWidget(IconButton(self.remove))
        self.choice.activated.connect(self._on_choice)
        self.save.triggered.connect(self._ask_name)
        self.remove.triggered.connect(self.remove_chosen)
        self.reload()

    @property
    def presets(self) -> list[Preset]:
        """All presets in the order shown."""
        return self._presets

    def reload(self) -> None:
        """Read the artist's presets again."""
        own, sentences = own_presets(self._folder)
        for sentence in sentences:
            self._document.notify(sentence, "warning")
        titles = {
            "sketch": self.tr("Sketch"),
            "standard": self.tr("Standard"),
            "careful": self.tr("Careful"),
            "explore": self.tr("Explore (4 variants)"),
        }
        self._presets = [Preset(titles[name], values) for name, values in BUILT_IN] + own
        self.choice.clear()
        self.choice.addItem(self.tr("Own settings"))
        for index, preset in enumerate(self._presets):
            if index == len(BUILT_IN):
                self.choice.insertSeparator(self.choice.count())
            self.choice.addItem(preset.name, index)
        self.show_settings(self._document.settings)

    def show_settings(self, settings: Settings) -> None:
        """Mark the preset that these settings are."""
        fitting = [index for index, preset in enumerate(self._presets) if preset.fits(settings)]
        named = [index for index in fitting if self._presets[index].name == settings.preset]
        row = self.choice.findData((named or fitting)[0]) if fitting else 0
        self.choice.setCurrentIndex(row)
        self.remove.setEnabled(row > 0 and self._presets[self.choice.currentData()].own)

    def apply(self, preset: Preset) -> None:
        """Set what the preset sets."""
        text = self.tr("Preset {0}").format(preset.name)
        self._document.change_settings(text, preset=preset.name, **preset.values)

    def save_as(self, name: str) -> None:
        """Keep the settings as a preset of the artist's."""
        try:
            preset = save_preset(self._folder, name, self._document.settings)
        except SgimError as error:
            self._document.notify(error.sentence, "error")
            return
        self._document.change_settings(self.tr("Save preset"), preset=preset.name)
        self.reload()

    def remove_chosen(self) -> None:
        """Forget the chosen preset, if it is the artist's own."""
        index = self.choice.currentData()
        if index is not None and self._presets[index].own:
            remove_preset(self._folder, self._presets[index].name)
            self.reload()

    def _on_choice(self, row: int) -> None:
        index = self.choice.itemData(row)
        if index is not None:
            self.apply(self._presets[index])

    def _ask_name(self) -> None:
        name, sure = QInputDialog.getText(self, self.tr("Save preset"), self.tr("Name"))
        if sure:
            self.save_as(name)
