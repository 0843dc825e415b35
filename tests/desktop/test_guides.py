"""The guides panel and its presets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from panel_documents import add_clip, document, tone  # noqa: F401 (a fixture)
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.errors import InputError
from sgim_desktop.document.values import Settings
from sgim_desktop.guides.panel import GuidesPanel
from sgim_desktop.guides.presets import own_presets, read_preset, save_preset


@pytest.fixture
def panel(document: Any, qtbot: Any, tmp_path: Path) -> Iterator[GuidesPanel]:  # noqa: F811
    made = GuidesPanel(document, preset_folder=tmp_path / "presets")
    qtbot.addWidget(made)
    made.show()
    yield made
    made.shut_down()


def test_typed_text_becomes_the_requests_text_after_a_pause_and_undo_takes_it_back(
    panel: GuidesPanel, qtbot: Any
) -> None:
    QTest.keyClicks(panel.text, "heavy rain")
    qtbot.waitUntil(lambda: panel.document.settings.text == "heavy rain", timeout=30_000)
    panel.document.undo_stack.undo()
    assert panel.document.settings.text == ""
    assert panel.text.toPlainText() == ""


def test_ctrl_return_takes_the_text_and_asks_for_an_edit(panel: GuidesPanel, qtbot: Any) -> None:
    QTest.keyClicks(panel.text, "snow")
    with qtbot.waitSignal(panel.edit_requested, timeout=30_000):
        QTest.keyClick(panel.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert panel.document.settings.text == "snow"


def test_every_control_writes_its_field_and_shows_what_undo_restores(panel: GuidesPanel) -> None:
    document = panel.document  # noqa: F811
    before = document.settings
    panel.steps.setValue(33)
    panel.variants.setValue(4)
    panel.seed.setValue(99)
    panel.objective.setCurrentIndex(panel.objective.findData("cosine"))
    panel.objective.activated.emit(0)
    panel.fidelity.setCurrentIndex(panel.fidelity.findData("high"))
    panel.fidelity.activated.emit(0)
    panel.instant.click()
    advanced = panel.advanced
    advanced.lambda_reg.own.click()
    advanced.lambda_reg.box.setValue(0.008)
    advanced.lambda_id.own.click()
    advanced.lambda_id.box.setValue(0.0)
    advanced.loudness.click()
    advanced.threads.setValue(2)
    after = document.settings
    assert (after.steps, after.variants, after.seed) == (33, 4, 99)
    assert (after.objective, after.fidelity, after.instant) == ("cosine", "high", True)
    assert (after.lambda_reg, after.lambda_id, after.loudness, after.threads) == (0.008, 0.0, False, 2)
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.settings == before
    assert (panel.steps.value(), panel.variants.value(), panel.seed.value()) == (0, 1, 0)
    assert not advanced.lambda_reg.own.isChecked()
    assert advanced.loudness.isChecked()


def test_the_pack_is_chosen_among_those_that_can_edit(panel: GuidesPanel, qtbot: Any) -> None:
    box = panel.pack
    qtbot.waitUntil(lambda: box.count() > 1, timeout=30_000)
    assert box.currentText() == panel.document.settings.pack == "starter-scenes"
    box.setCurrentIndex(box.findText("starter-portraits"))
    box.activated.emit(box.currentIndex())
    assert panel.document.settings.pack == "starter-portraits"
    panel.document.undo_stack.undo()
    assert box.currentText() == "starter-scenes"
    panel.document.change_settings(pack="gone")  # by an old session
    assert box.currentText() == "gone"


def test_the_dice_draw_another_seed_and_the_lock_is_the_documents(panel: GuidesPanel) -> None:
    panel.dice.trigger()
    first = panel.document.settings.seed
    panel.dice.trigger()
    assert panel.document.settings.seed != first
    assert panel.seed.value() == panel.document.settings.seed
    panel.lock.trigger()
    assert panel.document.settings.seed_locked is False


def test_the_sounds_that_guide_are_named(panel: GuidesPanel) -> None:
    add_clip(panel.document, tone(), name="rain.wav")
    key = add_clip(panel.document, np.flip(tone()).copy(), name="fire.wav")
    assert panel.sounds.text() == "rain.wav, fire.wav"
    panel.document.change_clip(key, solo=True)
    assert panel.sounds.text() == "fire.wav"


def test_an_own_preset_is_kept_as_json_and_brings_its_settings_back(panel: GuidesPanel, tmp_path: Path) -> None:
    panel.steps.setValue(77)
    panel.presets.save_as("Mine: soft/rain")
    files = list((tmp_path / "presets").glob("*.json"))
    assert len(files) == 1
    assert json.loads(files[0].read_text())["settings"]["steps"] == 77
    assert panel.presets.choice.currentText() == "Mine: soft/rain"
    panel.presets.apply(panel.presets.presets[0])
    assert panel.document.settings.steps == 15
    own = [preset for preset in panel.presets.presets if preset.own]
    panel.presets.apply(own[0])
    assert panel.document.settings.steps == 77
    panel.presets.remove_chosen()
    assert not list((tmp_path / "presets").glob("*.json"))


def test_changing_a_setting_leaves_the_preset(panel: GuidesPanel) -> None:
    panel.presets.apply(panel.presets.presets[2])
    assert panel.presets.choice.currentIndex() == 3
    panel.steps.setValue(5)
    assert panel.presets.choice.currentIndex() == 0


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"format": "sgim-preset", "version": 9, "name": "x", "settings": {}}']
    + [
        json.dumps({"format": "sgim-preset", "version": 1, "name": "x", "settings": bad})
        for bad in ({"steps": -1}, {"objective": "rm -rf"}, {"variants": None}, {"lambda_reg": "much"})
    ],
)
def test_a_preset_file_that_is_none_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(InputError, match="bad.json is not a preset"):
        read_preset(path)
    presets, sentences = own_presets(tmp_path)
    assert presets == [] and len(sentences) == 1


def test_presets_whose_names_differ_in_odd_letters_do_not_share_a_file(tmp_path: Path) -> None:
    save_preset(tmp_path, "a/b", Settings(steps=1))
    save_preset(tmp_path, "a:b", Settings(steps=2))
    assert [(p.name, p.values["steps"]) for p in own_presets(tmp_path)[0]] == [("a/b", 1), ("a:b", 2)]
