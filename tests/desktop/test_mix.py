"""The mix panel and its layer strip."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from panel_documents import document  # noqa: F401 (a fixture)
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from sgim_desktop.mix.panel import MixPanel


@pytest.fixture
def panel(document: Any, qtbot: Any) -> Iterator[MixPanel]:  # noqa: F811
    made = MixPanel(document)
    qtbot.addWidget(made)
    made.resize(360, 240)
    document.change_settings(pack="none of this name")  # so that the strip keeps its 18 layers
    made.show()
    yield made
    made.shut_down()


def test_the_slider_and_its_number_set_alpha(panel: MixPanel) -> None:
    panel.slider.setValue(30)
    assert (panel.document.settings.mix_alpha, panel.document.settings.split_layer) == (0.3, None)
    assert panel.alpha.value() == 0.3
    panel.alpha.setValue(0.85)
    assert panel.slider.value() == 85
    panel.document.undo_stack.undo()
    assert panel.alpha.value() == 0.5


def test_splitting_starts_at_the_papers_layers_and_excludes_alpha(panel: MixPanel) -> None:
    panel.layers.click()
    assert (panel.document.settings.mix_alpha, panel.document.settings.split_layer) == (None, 9)
    assert panel.split.value() == 9
    panel.blend.click()
    assert (panel.document.settings.mix_alpha, panel.document.settings.split_layer) == (0.5, None)


def test_the_border_can_be_dragged_and_moved_by_keys(panel: MixPanel) -> None:
    strip = panel.strip
    cell = (strip.width() - 2) / 18
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(round(cell * 4), 10))
    assert panel.document.settings.split_layer == 4
    QTest.mouseMove(strip, QPoint(round(cell * 12), 10))
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(round(cell * 12), 10))
    QTest.keyClick(strip, Qt.Key.Key_Home)
    assert panel.document.settings.split_layer == 0
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert panel.document.settings.split_layer == 1
    assert "1 to 1 from the sound, 2 to 18" in strip.accessibleDescription()
    QTest.keyClick(strip, Qt.Key.Key_End)
    assert panel.document.settings.split_layer == 18


def test_only_a_mixed_result_can_be_kept(panel: MixPanel) -> None:
    assert not panel.keep.isEnabled()
    assert "sound and a text" in panel.note.text()
