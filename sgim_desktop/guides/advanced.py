"""The numbers behind an edit, with the paper's names."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QSpinBox, QWidget

from sgim_desktop.document.document import Document
from sgim_desktop.document.values import Settings
from sgim_desktop.guides.optional_number import OptionalNumber


class AdvancedSettings(QWidget):
    """λ's, learning rate, layer mask, loudness, device: each bound to one field of the settings."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.lambda_reg = OptionalNumber("λ_reg", 0, 10, 4, 0.001, 0.002)
        self.lambda_id = OptionalNumber("λ_ID", 0, 10, 4, 0.001, 0.004)
        self.learning_rate = OptionalNumber(self.tr("Learning rate"), 0.0001, 10, 4, 0.01, 0.05)
        self.mask_kind = QComboBox()
        for value, text in (
            ("trained", self.tr("trained (paper)")),
            ("detached", self.tr("detached")),
            ("l2", self.tr("none, plain L2")),
        ):
            self.mask_kind.addItem(text, value)
        self.mask_kind.setAccessibleName(self.tr("Layer mask"))
        self.loudness = QCheckBox(self.tr("counts"))
        self.device = QComboBox()
        for value, text in (("auto", self.tr("automatic")), ("cpu", "CPU"), ("cuda", "CUDA"), ("mps", "Apple MPS")):
            self.device.addItem(text, value)
        self.device.setAccessibleName(self.tr("Device"))
        self.threads = QSpinBox()
        self.threads.setRange(0, 256)
        self.threads.setSpecialValueText(self.tr("all"))
        for box in (self.mask_kind, self.device, self.threads):
            box.setMinimumWidth(80)
        self.threads.setAccessibleName(self.tr("Threads"))
        tips = {
            self.lambda_reg: self.tr("How strongly layers are held back (eq. 17). Paper: 0.008 faces, 0.002 scenes."),
            self.lambda_id: self.tr("How strongly a face stays the same person (eq. 16). Paper: 0.004; 0 for scenes."),
            self.learning_rate: self.tr("How far each step goes."),
            self.mask_kind: self.tr("How the weights g of the layers are found while editing."),
            self.loudness: self.tr("The level of the sound, with its gain, sets how far the edit goes."),
            self.device: self.tr("Where to compute. Automatic takes the fastest there is."),
            self.threads: self.tr("Processor threads. Results can differ in the last digits with their number."),
        }
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for title, widget in (
            ("λ_reg", self.lambda_reg),
            ("λ_ID", self.lambda_id),
            (self.tr("Learning rate"), self.learning_rate),
            (self.tr("Layer mask g"), self.mask_kind),
            (self.tr("Loudness"), self.loudness),
            (self.tr("Device"), self.device),
            (self.tr("Threads"), self.threads),
        ):
            label = QLabel(title)
            label.setBuddy(widget)
            label.setToolTip(tips[widget])
            widget.setToolTip(tips[widget])
            form.addRow(label, widget)
        change = document.change_settings
        self.lambda_reg.changed.connect(lambda value: change("λ_reg", "lambda_reg", lambda_reg=value))
        self.lambda_id.changed.connect(lambda value: change("λ_ID", "lambda_id", lambda_id=value))
        self.learning_rate.changed.connect(
            lambda value: change(self.tr("Learning rate"), "learning_rate", learning_rate=value)
        )
        self.mask_kind.activated.connect(lambda _: change(self.tr("Layer mask"), mask=self.mask_kind.currentData()))
        self.loudness.clicked.connect(lambda on: change(self.tr("Loudness"), loudness=on))
        self.device.activated.connect(lambda _: change(self.tr("Device"), device=self.device.currentData()))
        self.threads.valueChanged.connect(lambda n: change(self.tr("Threads"), "threads", threads=n or None))

    def show_settings(self, settings: Settings) -> None:
        """Show these values without announcing them."""
        self.lambda_reg.show_value(settings.lambda_reg)
        self.lambda_id.show_value(settings.lambda_id)
        self.learning_rate.show_value(settings.learning_rate)
        self.mask_kind.setCurrentIndex(max(0, self.mask_kind.findData(settings.mask)))
        self.loudness.setChecked(settings.loudness)
        self.device.setCurrentIndex(max(0, self.device.findData(settings.device)))
        blocked = self.threads.blockSignals(True)
        self.threads.setValue(settings.threads or 0)
        self.threads.blockSignals(blocked)
