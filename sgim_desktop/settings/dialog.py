"""The preferences dialog, built from the table; every change takes effect at once."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QWidget,
)

from sgim_desktop.settings.preferences import PREFERENCES, Preference, Preferences


class PreferencesDialog(QDialog):
    """One row per preference; no "apply", no "cancel": what is chosen holds."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Preferences"))
        self._preferences = preferences
        self.fields: dict[str, QWidget] = {}
        texts = {
            "language": (self.tr("Language"), self.tr("Takes effect when the studio is started the next time.")),
            "scheme": (self.tr("Colours"), self.tr("Light, dark, or as the system is.")),
            "snap": (self.tr("Snap to zero crossings"), self.tr("Cuts of a sound move to where they do not click.")),
            "loop": (self.tr("Loop sounds"), self.tr("Playing starts again at the end of the trim.")),
            "countdown": (self.tr("Countdown"), self.tr("Seconds before a recording begins.")),
            "show_numbers": (self.tr("Layer mask as numbers"), self.tr("A table instead of bars.")),
        }
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for row in PREFERENCES:
            name, tip = texts[row.name]
            field = self._field(row)
            field.setAccessibleName(name)
            field.setAccessibleDescription(tip)
            field.setToolTip(tip)
            label = QLabel(name)
            label.setToolTip(tip)
            label.setBuddy(field)
            form.addRow(label, field)
            self.fields[row.name] = field
        note = QLabel(texts["language"][1], wordWrap=True)
        note.setForegroundRole(QPalette.ColorRole.PlaceholderText)  # quiet, yet readable
        form.insertRow(1, "", note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def _field(self, row: Preference) -> QWidget:
        value: Any = self._preferences.get(row.name)
        if row.choices:
            titles = {
                "system": self.tr("as the system"),
                "en": "English",
                "de": "Deutsch",
                "light": self.tr("light"),
                "dark": self.tr("dark"),
            }
            box = QComboBox()
            for choice in row.choices:
                box.addItem(titles[choice], choice)
            box.setCurrentIndex(box.findData(value))
            box.currentIndexChanged.connect(lambda _, box=box: self._preferences.set(row.name, box.currentData()))
            return box
        if row.high:
            spin = QSpinBox()
            spin.setRange(row.low, row.high)
            spin.setValue(value)
            spin.valueChanged.connect(lambda number: self._preferences.set(row.name, number))
            return spin
        check = QCheckBox()
        check.setChecked(value)
        check.toggled.connect(lambda on: self._preferences.set(row.name, on))
        return check
