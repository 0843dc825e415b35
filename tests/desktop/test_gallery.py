"""The gallery: several results are chosen as in any file manager, in one column and across them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from session_records import add_result, add_source

from sgim_desktop.document.document import Document
from sgim_desktop.gallery.panel import GalleryPanel

NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def panel(qtbot: Any, tmp_path: Path) -> Iterator[GalleryPanel]:
    """One source with two results by text and two by sound."""
    document = Document(tmp_path / "session.sgim")
    source = add_source(document)
    for seed, kind in enumerate(("text", "text", "sound", "sound")):
        add_result(document, source, seed, kind)
    made = GalleryPanel(document)
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    qtbot.waitUntil(lambda: made.models["sound"].rowCount() == 2 and made.views["sound"].viewport().isVisible())
    yield made
    made.shut_down()
    document.close()


def click(qtbot: Any, panel: GalleryPanel, kind: str, row: int, modifier: Qt.KeyboardModifier = NONE) -> str:
    """Click a card; return its result's id."""
    view = panel.views[kind]
    index = panel.models[kind].index(row)
    spot = view.visualRect(index).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, spot)
    return panel.models[kind].items[row].id


def chosen(panel: GalleryPanel) -> set[str]:
    return {item.id for item in panel.chosen()}


def test_ctrl_adds_from_another_column_and_a_plain_click_begins_anew(qtbot: Any, panel: GalleryPanel) -> None:
    first = click(qtbot, panel, "text", 0)
    second = click(qtbot, panel, "sound", 1, CTRL)
    third = click(qtbot, panel, "text", 1, CTRL)
    assert chosen(panel) == {first, second, third}
    again = click(qtbot, panel, "text", 1)  # the one looked at already
    assert again == third and chosen(panel) == {third}


def test_ctrl_adds_in_the_same_column_and_takes_out_again(qtbot: Any, panel: GalleryPanel) -> None:
    first = click(qtbot, panel, "sound", 0)
    second = click(qtbot, panel, "sound", 1, CTRL)
    assert chosen(panel) == {first, second}
    click(qtbot, panel, "sound", 0, CTRL)
    assert chosen(panel) == {second}


def test_choosing_elsewhere_marks_that_one_alone(qtbot: Any, panel: GalleryPanel) -> None:
    click(qtbot, panel, "text", 0)
    click(qtbot, panel, "sound", 0, CTRL)
    other = panel.models["sound"].items[1].id
    panel._document.select_result(other)
    assert chosen(panel) == {other}
