"""A new pack out of parts of installed ones."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QWidget

from engine.packs.manifest import is_pack_name
from sgim_desktop.packs.pack_rows import PackRow


class CombineDialog(QDialog):
    """Which pack gives the generator, which the embedder, which the sound encoder."""

    def __init__(self, rows: list[PackRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Combine packs"))
        self.name = QLineEdit()
        self.name.setPlaceholderText("my-pack")
        self.generator = self._choice(rows, "generator", self.tr("Generator"))
        self.embedder = self._choice(rows, "joint_embedder", self.tr("Embedder"))
        self.sound = self._choice(rows, "sound_encoder", self.tr("Sound encoder"))
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        note = QLabel(
            self.tr("Any generator works with any embedder; a sound encoder only with its own embedder."),
            wordWrap=True,
        )
        form = QFormLayout(self)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Generator"), self.generator)
        form.addRow(self.tr("Embedder"), self.embedder)
        form.addRow(self.tr("Sound encoder"), self.sound)
        form.addRow(note)
        form.addRow(self.buttons)
        self.name.textChanged.connect(lambda text: self._enable())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._enable()

    @staticmethod
    def _choice(rows: list[PackRow], kind: str, name: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.addItems([row.name for row in rows if row.manifest is not None and kind in row.manifest.parts])
        return box

    def _enable(self) -> None:
        ready = is_pack_name(self.name.text()) and bool(self.generator.currentText())
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(ready)
