"""The export dialog: what, how large, what goes along, and under which names."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSettings, QStandardPaths
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from sgim_desktop.document.document import Document
from sgim_desktop.document.values import ResultItem
from sgim_desktop.export.formats import FIELDS, FORMATS, SIZES, ExportChoice, file_stem
from sgim_desktop.export.job import export_results
from sgim_desktop.export.writing_dialog import WritingDialog
from sgim_desktop.opened_dialog import opened
from sgim_desktop.run.conductor import Conductor


class ExportDialog(WritingDialog):
    """Exports ``results``."""

    def __init__(
        self, document: Document, conductor: Conductor, results: list[ResultItem], parent: QWidget | None = None
    ) -> None:
        super().__init__(document, conductor, QCoreApplication.translate("ExportDialog", "Export"), parent)
        self._results = results
        self._settings = QSettings("SGIM", "SGIM Studio")
        self.setWindowTitle(self.tr("Export %n result(s)", "", len(results)))
        self.setMinimumWidth(520)
        form = QFormLayout()
        self._build_what(form)
        self._build_where(form)
        self.button.clicked.connect(self.start)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.bar)
        layout.addWidget(self.buttons)
        self._update()

    def _build_what(self, form: QFormLayout) -> None:
        self.format = QComboBox(self)
        for entry in FORMATS:
            self.format.addItem(QCoreApplication.translate("Export", str(entry.name)), entry)
        self.quality = QSpinBox(self)
        self.quality.setRange(1, 100)
        self.quality.setValue(92)
        self.size_box = QComboBox(self)
        names = {
            "original": self.tr("As the original"),
            "model": self.tr("As the pack draws it"),
            "custom": self.tr("Longer side in pixels"),
        }
        for size in SIZES:
            self.size_box.addItem(names[size], size)
        self.long_side = QSpinBox(self)
        self.long_side.setRange(16, 20000)
        self.long_side.setValue(2048)
        self.long_side.setSuffix(" px")
        size_row = QHBoxLayout()
        size_row.addWidget(self.size_box, 1)
        size_row.addWidget(self.long_side)
        self.recipe = QCheckBox(self.tr("Keep the recipe and the mark “edited by AI” in the file"), self)
        self.recipe.setChecked(True)
        self.recipe.setToolTip(self.tr("The recipe lets you make the same picture again; untick to strip both."))
        self.openraster = QCheckBox(self.tr("Layers for painting programs (OpenRaster)"), self)
        self.latent = QCheckBox(self.tr("Latent (.safetensors)"), self)
        self.layer_mask = QCheckBox(self.tr("Layer mask (CSV)"), self)
        form.addRow(self.tr("Format"), self.format)
        form.addRow(self.tr("Quality"), self.quality)
        form.addRow(self.tr("Size"), size_row)
        form.addRow("", self.recipe)
        form.addRow(self.tr("As well"), self.openraster)
        form.addRow("", self.latent)
        form.addRow("", self.layer_mask)
        for widget, name in (
            (self.format, self.tr("Format")),
            (self.quality, self.tr("Quality")),
            (self.size_box, self.tr("Size")),
            (self.long_side, self.tr("Longer side in pixels")),
        ):
            widget.setAccessibleName(name)
        self.format.currentIndexChanged.connect(lambda _: self._update())
        self.size_box.currentIndexChanged.connect(lambda _: self._update())

    def _build_where(self, form: QFormLayout) -> None:
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        self.folder = QLineEdit(str(self._settings.value("export_folder", pictures)), self)
        self.folder.setAccessibleName(self.tr("Folder"))
        choose = QPushButton(self.tr("Choose…"), self)
        choose.clicked.connect(self._choose_folder)
        folder_row = QHBoxLayout()
        folder_row.addWidget(self.folder, 1)
        folder_row.addWidget(choose)
        self.template = QLineEdit(ExportChoice(Path()).template, self)
        self.template.setAccessibleName(self.tr("Names"))
        self.template.setToolTip(self.tr("May hold: {0}").format(", ".join(f"{{{name}}}" for name in FIELDS)))
        self.example = QLabel(self)
        self.example.setWordWrap(True)
        form.addRow(self.tr("Folder"), folder_row)
        form.addRow(self.tr("Names"), self.template)
        form.addRow("", self.example)
        self.template.textChanged.connect(lambda _: self._update())

    def choice(self) -> ExportChoice:
        """What is chosen now."""
        entry = self.format.currentData()
        return ExportChoice(
            folder=Path(self.folder.text()).expanduser(),
            template=self.template.text(),
            suffix=entry.suffix,
            bits=entry.bits,
            quality=self.quality.value(),
            size=self.size_box.currentData(),
            long_side=self.long_side.value(),
            strip=not self.recipe.isChecked(),
            openraster=self.openraster.isChecked(),
            latent=self.latent.isChecked(),
            layer_mask=self.layer_mask.isChecked(),
        )

    def start(self) -> None:
        """Write the files."""
        choice = self.choice()
        try:
            choice.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._document.notify(self.tr("{0} cannot be used: {1}.").format(choice.folder, error.strerror), "error")
            return
        self._settings.setValue("export_folder", str(choice.folder))
        self._wait_for(export_results(self._conductor, self._results, choice))

    def _update(self) -> None:
        entry = self.format.currentData()
        self.quality.setEnabled(entry.has_quality)
        self.long_side.setEnabled(self.size_box.currentData() == "custom")
        result = self._results[0]
        source = self._document.source_by_id(result.source_id)
        if source is not None:
            stem = file_stem(self.template.text(), result, source, 1)
            self.example.setText(self.tr("For example {0}").format(f"{stem}{entry.suffix}"))

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder"), self.folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.folder.setText)
        opened(dialog)

    def written(self, paths: list[Path]) -> str:
        """How many, and where."""
        return self.tr("%n file(s) written to {0}.", "", len(paths)).format(paths[0].parent)
