"""The guides panel: text prompt, presets, steps, seed, variants; λ's under "advanced"."""

from __future__ import annotations

import random
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sgim_desktop.document.document import Document
from sgim_desktop.document.values import Settings
from sgim_desktop.guides.advanced import AdvancedSettings
from sgim_desktop.guides.pack_choice import PackChoice
from sgim_desktop.guides.preset_bar import PresetBar
from sgim_desktop.guides.prompt import Prompt
from sgim_desktop.tinted_icon import IconAction, IconButton

_TYPING = 400  # milliseconds without a key before a text becomes a step of undo
_LARGEST_SEED = 2**31 - 1


class GuidesPanel(QWidget):
    """Shows and changes the document's settings. ``edit_requested``: Ctrl+Return in the text."""

    edit_requested = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None, preset_folder: Path | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guides_panel")
        self.document = document
        self._typed = QTimer(self, singleShot=True, interval=_TYPING)
        self._build(preset_folder)
        self._connect()
        self.show_settings(document.settings)
        self._show_sounds()

    def _build(self, folder: Path | None) -> None:
        self.use_sound = QCheckBox(self.tr("Sound"))
        self.use_sound.setToolTip(self.tr("Let the sounds that are not muted guide the edit."))
        self.sounds = QLabel(wordWrap=True)
        self.sounds.setAccessibleName(self.tr("Sounds that guide the edit"))
        self.use_text = QCheckBox(self.tr("Text"))
        self.use_text.setToolTip(self.tr("Let the text guide an edit of its own; with both, a mix of the two is made."))
        self.text = Prompt()
        self.text.setAccessibleName(self.tr("Text prompt"))
        self.text.setPlaceholderText(self.tr("What should be seen, for example: a thunderstorm at night"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * 3 + 14)
        self.text.installEventFilter(self)
        self.pack = PackChoice(self.document)
        self.presets = PresetBar(self.document, folder)
        self.objective = _choice(
            self.tr("Objective"),
            self.tr("What the edit aims at: the paper's hinge, similarity, or the direction from picture to guide."),
            (
                ("hinge", self.tr("hinge (paper)")),
                ("cosine", self.tr("cosine")),
                ("directional", self.tr("directional")),
            ),
        )
        self.fidelity = _choice(
            self.tr("Fidelity"),
            self.tr("How closely the picture is rebuilt before it is edited; higher takes longer."),
            (("fast", self.tr("fast")), ("balanced", self.tr("balanced")), ("high", self.tr("high"))),
        )
        self.steps = _spin(self.tr("Steps"), 0, 10_000, self.tr("More steps go further and take longer."))
        self.steps.setSpecialValueText(self.tr("pack's default"))
        self.variants = _spin(self.tr("Variants"), 1, 16, self.tr("How many different results to make."))
        self.seed = _spin(self.tr("Seed"), 0, _LARGEST_SEED, self.tr("The same seed gives the same result."))
        self.lock = IconAction(
            "lock",
            self.tr("Lock seed"),
            self.tr("Locked: every edit uses this seed. Unlocked: each edit draws a new one."),
            self,
            checkable=True,
        )
        self.dice = IconAction("dice", self.tr("New seed"), self.tr("Draw another seed now."), self)
        self.instant = QCheckBox(self.tr("Instant only"))
        self.instant.setToolTip(
            self.tr("Keep what the pack's mapper proposes at once; unticked, the edit begins there and is refined.")
        )
        self.advanced = AdvancedSettings(self.document)
        self.advanced.setVisible(False)
        self.more = QToolButton()
        self.more.setText(self.tr("Advanced"))
        self.more.setCheckable(True)
        self.more.setAutoRaise(True)
        self.more.setArrowType(Qt.ArrowType.RightArrow)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._lay_out()

    def _lay_out(self) -> None:
        seed = QHBoxLayout()
        seed.setSpacing(2)
        seed.addWidget(self.seed, 1)
        seed.addWidget(IconButton(self.lock))
        seed.addWidget(IconButton(self.dice))
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, field in (
            (self.tr("Pack"), self.pack),
            (self.tr("Preset"), self.presets),
            (self.tr("Objective"), self.objective),
            (self.tr("Fidelity"), self.fidelity),
            (self.tr("Steps"), self.steps),
            (self.tr("Variants"), self.variants),
            (self.tr("Seed"), seed),
        ):
            form.addRow(title, field)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.use_sound)
        column.addWidget(self.sounds)
        column.addWidget(self.use_text)
        column.addWidget(self.text)
        column.addLayout(form)
        column.addWidget(self.instant)
        column.addWidget(self.more)
        column.addWidget(self.advanced)
        column.addStretch(1)

    def _connect(self) -> None:
        document, change = self.document, self.document.change_settings
        document.settings_changed.connect(self.show_settings)
        document.clips_changed.connect(lambda clips: self._show_sounds())
        self._typed.timeout.connect(self.take_text)
        self.text.textChanged.connect(self._typed.start)
        self.use_sound.clicked.connect(lambda on: change(self.tr("Use sound"), use_sound=on))
        self.use_text.clicked.connect(lambda on: change(self.tr("Use text"), use_text=on))
        self.objective.activated.connect(
            lambda _: change(self.tr("Objective"), objective=self.objective.currentData())
        )
        self.fidelity.activated.connect(lambda _: change(self.tr("Fidelity"), fidelity=self.fidelity.currentData()))
        self.steps.valueChanged.connect(lambda n: change(self.tr("Steps"), "steps", steps=n or None))
        self.variants.valueChanged.connect(lambda n: change(self.tr("Variants"), "variants", variants=n))
        self.seed.valueChanged.connect(lambda n: change(self.tr("Seed"), "seed", seed=n, seed_locked=True))
        self.lock.triggered.connect(lambda on: change(self.tr("Lock seed"), seed_locked=on))
        self.dice.triggered.connect(self.draw_seed)
        self.instant.clicked.connect(lambda on: change(self.tr("Instant picture"), instant=on))
        self.more.toggled.connect(self._show_advanced)

    # -- what the artist can do --------------------------------------------------------------------

    def draw_seed(self) -> None:
        """Another seed."""
        self.document.change_settings(self.tr("New seed"), seed=random.randint(0, _LARGEST_SEED))

    def take_text(self) -> None:
        """Put what was typed into the settings now, without waiting for a pause."""
        self._typed.stop()
        text = self.text.toPlainText()
        if text != self.document.settings.text:
            use = bool(text.strip()) or self.document.settings.use_text
            self.document.change_settings(self.tr("Type text"), merge="text", text=text, use_text=use)

    def show_settings(self, settings: Settings) -> None:
        """Show these values without announcing them."""
        self.use_sound.setChecked(settings.use_sound)
        self.use_text.setChecked(settings.use_text)
        if self.text.toPlainText() != settings.text and not self._typed.isActive():
            blocked = self.text.blockSignals(True)
            self.text.setPlainText(settings.text)
            self.text.blockSignals(blocked)
        self.objective.setCurrentIndex(max(0, self.objective.findData(settings.objective)))
        self.fidelity.setCurrentIndex(max(0, self.fidelity.findData(settings.fidelity)))
        numbers = ((self.steps, settings.steps or 0), (self.variants, settings.variants), (self.seed, settings.seed))
        for box, value in numbers:
            blocked = box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(blocked)
        self.lock.setChecked(settings.seed_locked)
        self.instant.setChecked(settings.instant)
        self.presets.show_settings(settings)
        self.advanced.show_settings(settings)

    def settle(self) -> None:
        """Take what was typed last: an edit begins now."""
        if self._typed.isActive():
            self.take_text()

    def shut_down(self) -> None:
        """Keep what was typed last, and look for packs no more."""
        self.settle()
        self.pack.close_down()

    # -- inside ----------------------------------------------------------------------------------

    def _show_sounds(self) -> None:
        names = [clip.name for clip in self.document.sounding_clips()]
        self.sounds.setText(", ".join(names) if names else self.tr("No sound yet: drop one, or record one."))

    def _show_advanced(self, shown: bool) -> None:
        self.advanced.setVisible(shown)
        self.more.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Return edits; leaving the text takes it."""
        if watched is self.text and event.type() == QEvent.Type.FocusOut:
            self.take_text()
        if watched is self.text and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.take_text()
                self.edit_requested.emit()
                return True
        return super().eventFilter(watched, event)


def _choice(name: str, tip: str, items: tuple[tuple[str, str], ...]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    for value, text in items:
        box.addItem(text, value)
    box.setMinimumWidth(80)
    return box


def _spin(name: str, low: int, high: int, tip: str) -> QSpinBox:
    box = QSpinBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setRange(low, high)
    box.setMinimumWidth(70)
    box.setKeyboardTracking(False)
    return box
