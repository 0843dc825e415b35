"""Preferences: a table that is the dialog, kept as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from panel_documents import document  # noqa: F401 (a fixture)
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox

from sgim_desktop.settings.dialog import PreferencesDialog
from sgim_desktop.settings.preferences import PREFERENCES, Preferences, preferences


def test_what_is_chosen_is_kept_at_once_and_read_again(qtbot: Any, tmp_path: Path) -> None:
    path = tmp_path / "config" / "preferences.json"
    kept = Preferences(path)
    dialog = PreferencesDialog(kept)
    qtbot.addWidget(dialog)
    assert set(dialog.fields) == {row.name for row in PREFERENCES}
    language, countdown, snap = (dialog.fields[name] for name in ("language", "countdown", "snap"))
    assert isinstance(language, QComboBox) and isinstance(countdown, QSpinBox) and isinstance(snap, QCheckBox)
    language.setCurrentIndex(language.findData("de"))
    countdown.setValue(7)
    snap.click()
    again = Preferences(path)
    assert [again.get(name) for name in ("language", "countdown", "snap")] == ["de", 7, False]


@pytest.mark.parametrize("text", ["", "[1]", "{", json.dumps({"language": "xx", "countdown": 99, "snap": "yes"})])
def test_a_damaged_file_means_the_defaults(tmp_path: Path, text: str) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(text)
    kept = Preferences(path)
    assert {row.name: kept.get(row.name) for row in PREFERENCES} == {row.name: row.default for row in PREFERENCES}


def test_the_table_forbids_nonsense(tmp_path: Path) -> None:
    kept = Preferences(tmp_path / "p.json")
    with pytest.raises(ValueError, match="countdown"):
        kept.set("countdown", 60)


def test_a_change_reaches_an_open_panel(document: Any, qtbot: Any) -> None:  # noqa: F811
    from sgim_desktop.waveform.panel import WaveformPanel

    panel = WaveformPanel(document)
    qtbot.addWidget(panel)
    assert panel.transport.snap.isChecked()
    preferences().set("snap", False)
    assert not panel.transport.snap.isChecked()
    panel.transport.loop.trigger()
    assert preferences().get("loop") is True
    panel.shut_down()
