"""Every control that takes the keyboard says what it is to a screen reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from panel_documents import add_clip, document, tone  # noqa: F401 (a fixture)
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QScrollBar, QWidget

from engine.packs.catalogue import CATALOGUE
from sgim_desktop.guides.panel import GuidesPanel
from sgim_desktop.layer_mask.panel import LayerMaskPanel
from sgim_desktop.microphone.panel import MicrophonePanel
from sgim_desktop.mix.panel import MixPanel
from sgim_desktop.packs.catalogue_dialog import CatalogueDialog
from sgim_desktop.packs.panel import PacksPanel
from sgim_desktop.settings.dialog import PreferencesDialog
from sgim_desktop.settings.preferences import preferences
from sgim_desktop.waveform.panel import WaveformPanel


def nameless(root: QWidget) -> list[str]:
    buddies = {label.buddy() for label in root.findChildren(QLabel)}
    found = []
    for widget in root.findChildren(QWidget):
        inner = widget.objectName().startswith("qt_") or isinstance(widget, QScrollBar)
        popup = widget.window() is not root.window()  # the list of a combo box, which has the box's name
        if inner or popup or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        if isinstance(widget.parentWidget(), QAbstractScrollArea) and widget.parentWidget().accessibleName():
            continue  # the viewport or header of something that has a name
        text = widget.text() if hasattr(widget, "text") else ""
        if not (widget.accessibleName() or text or widget in buddies):
            found.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    return found


@pytest.mark.parametrize(
    "panel", [WaveformPanel, MicrophonePanel, GuidesPanel, MixPanel, LayerMaskPanel, PacksPanel]
)
def test_every_control_of_a_panel_has_a_name(panel: Any, document: Any, qtbot: Any) -> None:  # noqa: F811
    made = panel(document)
    qtbot.addWidget(made)
    assert nameless(made) == []
    made.shut_down()


def test_every_control_of_a_dialog_has_a_name(qtbot: Any, tmp_path: Path) -> None:
    for dialog in (PreferencesDialog(preferences()), CatalogueDialog({CATALOGUE[0].name})):
        qtbot.addWidget(dialog)
        assert nameless(dialog) == []


@pytest.mark.parametrize(
    "panel", [WaveformPanel, MicrophonePanel, GuidesPanel, MixPanel, LayerMaskPanel, PacksPanel]
)
def test_every_command_of_a_panel_teaches(panel: Any, document: Any, qtbot: Any) -> None:  # noqa: F811
    made = panel(document)
    qtbot.addWidget(made)
    for action in made.actions():
        assert action.text() and action.statusTip() and action.toolTip() != action.text()
    made.shut_down()
