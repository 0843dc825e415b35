"""The film dialog: which sound drives the film, how, and where it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from sgim_desktop.document.document import Document
from sgim_desktop.document.values import ResultItem
from sgim_desktop.export.film import FilmChoice, export_film
from sgim_desktop.export.writing_dialog import WritingDialog
from sgim_desktop.opened_dialog import opened
from sgim_desktop.run.conductor import Conductor


class FilmDialog(WritingDialog):
    """Writes a film of ``result``."""

    def __init__(
        self, document: Document, conductor: Conductor, result: ResultItem, parent: QWidget | None = None
    ) -> None:
        super().__init__(document, conductor, QCoreApplication.translate("FilmDialog", "Export…"), parent)
        self._result = result
        self.setWindowTitle(self.tr("Export film"))
        self.setMinimumWidth(420)
        self.sound, self.drive, self.codec = QComboBox(self), QComboBox(self), QComboBox(self)
        heard = {guide.sha256 for guide in result.request.sounds}
        for clip in sorted(document.clips, key=lambda clip: clip.sha256 not in heard):
            self.sound.addItem(clip.name, clip)
        self.drive.addItem(self.tr("Moves on while it is loud"), "travel")
        self.drive.addItem(self.tr("Follows the loudness, back and forth"), "pulse")
        self.codec.addItem("VP9", "vp9")
        self.codec.addItem("AV1", "av1")
        self.rate, self.long_side = QSpinBox(self), QSpinBox(self)
        self.rate.setRange(5, 60)
        self.rate.setValue(25)
        self.long_side.setRange(64, 3840)
        self.long_side.setValue(1280)
        self.long_side.setSuffix(" px")
        form = QFormLayout()
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Sound"), self.sound),
            (self.tr("Movement"), self.drive),
            (self.tr("Pictures per second"), self.rate),
            (self.tr("Longer side at most"), self.long_side),
            (self.tr("Codec"), self.codec),
        )
        for name, widget in rows:
            widget.setAccessibleName(name)
            form.addRow(name, widget)
        self.button.setEnabled(self.sound.count() > 0)
        self.button.clicked.connect(self._ask)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.bar)
        layout.addWidget(self.buttons)

    def _ask(self) -> None:
        dialog = QFileDialog(self, self.tr("Export film"))
        dialog.setNameFilters(["MP4 (*.mp4)", "WebM (*.webm)"])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("mp4")
        dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix("webm" if "webm" in name else "mp4"))
        dialog.fileSelected.connect(lambda name: self.start(Path(name)))
        opened(dialog)

    def start(self, path: Path) -> None:
        """Write the film."""
        clip: Any = self.sound.currentData()
        choice = FilmChoice(
            path,
            clip,
            self.drive.currentData(),
            self.rate.value(),
            self.long_side.value(),
            self.codec.currentData(),
        )
        self._wait_for(export_film(self._conductor, self._result, choice))

    def written(self, paths: list[Path]) -> str:
        """Where."""
        return self.tr("The film is at {0}.").format(paths[0])
