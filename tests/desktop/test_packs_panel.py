"""The packs panel, over real packs in temporary folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from panel_documents import document  # noqa: F401 (a fixture)
from PySide6.QtWidgets import QDialogButtonBox

from engine.packs.catalogue import CATALOGUE
from engine.packs.memory import estimate_edit
from engine.packs.store import PackStore
from sgim_desktop.packs.catalogue_dialog import CatalogueDialog
from sgim_desktop.packs.machine_memory import free_memory
from sgim_desktop.packs.pack_rows import memory_needed
from sgim_desktop.packs.panel import PacksPanel
from tests.packs.published_files import config_f, write_rosinality


@pytest.fixture
def panel(document: Any, qtbot: Any, tmp_path: Path) -> Iterator[PacksPanel]:  # noqa: F811
    (tmp_path / "bundled").mkdir()
    store = PackStore([tmp_path / "bundled", tmp_path / "own"])
    made = PacksPanel(document, store=store)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.shut_down()


def finish(panel: PacksPanel, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not panel.busy and not panel._background.busy, timeout=30_000)
    qtbot.wait(20)


def added(panel: PacksPanel, qtbot: Any, tmp_path: Path, name: str = "mine") -> None:
    write_rosinality(tmp_path / f"{name}.pt", config_f(16, largest=16, w_dim=16))
    panel.add(tmp_path / f"{name}.pt")
    finish(panel, qtbot)


def test_a_published_file_is_added_verified_and_removed(panel: PacksPanel, qtbot: Any, tmp_path: Path) -> None:
    added(panel, qtbot, tmp_path)
    assert [row.name for row in panel.rows] == ["mine"]
    assert "generator" in panel.details.toPlainText()
    panel.choose("mine")
    panel.verify.trigger()
    finish(panel, qtbot)
    assert panel.table.item(0, 3).text() == "whole"
    panel.remove_pack("mine")
    finish(panel, qtbot)
    assert panel.rows == []


def test_a_damaged_pack_is_found_out_and_said(panel: PacksPanel, qtbot: Any, tmp_path: Path) -> None:
    added(panel, qtbot, tmp_path)
    weights = tmp_path / "own" / "mine" / "generator.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    said: list[str] = []
    panel.document.message.connect(lambda sentence, level: said.append(sentence))
    panel.verify_pack("mine")
    finish(panel, qtbot)
    assert panel.table.item(0, 3).text() == "damaged"
    assert len(said) == 1 and "is damaged" in said[0]


def test_a_file_that_holds_no_weights_is_refused_in_one_sentence(
    panel: PacksPanel, qtbot: Any, tmp_path: Path
) -> None:
    page = tmp_path / "ffhq.pkl"
    page.write_text("<!DOCTYPE html><html>Quota exceeded</html>")
    panel.add(page)
    finish(panel, qtbot)
    assert "web page" in panel.doing.text()
    assert panel.rows == []


def test_cancelling_leaves_nothing_behind(panel: PacksPanel, qtbot: Any, tmp_path: Path) -> None:
    write_rosinality(tmp_path / "mine.pt", config_f(64, largest=64, w_dim=64))
    panel.add(tmp_path / "mine.pt")
    panel.cancel()
    finish(panel, qtbot)
    assert panel.rows == []
    assert not [path for path in (tmp_path / "own").glob("*") if path.name == "mine"]


def test_only_one_piece_of_work_at_a_time(panel: PacksPanel, qtbot: Any, tmp_path: Path) -> None:
    write_rosinality(tmp_path / "mine.pt", config_f(16, largest=16, w_dim=16))
    panel.add(tmp_path / "mine.pt")
    with qtbot.waitSignal(panel.document.message, timeout=30_000) as said:
        panel.verify_pack("mine")
    assert "wait for it" in said.args[0]
    finish(panel, qtbot)


def test_a_pack_that_cannot_edit_alone_cannot_be_used(panel: PacksPanel, qtbot: Any, tmp_path: Path) -> None:
    added(panel, qtbot, tmp_path)
    assert not panel.use.isEnabled()
    assert "combine" in panel.details.toPlainText()
    before = panel.document.settings.pack
    panel.use_chosen()
    assert panel.document.settings.pack == before


def test_nothing_is_fetched_before_its_licence_is_accepted(qtbot: Any) -> None:
    dialog = CatalogueDialog({CATALOGUE[0].name})
    qtbot.addWidget(dialog)
    assert dialog.entry is CATALOGUE[1]
    assert not dialog.fetch.isEnabled()
    assert CATALOGUE[1].licence in dialog.about.toPlainText()
    dialog.accepts.setChecked(True)
    assert dialog.fetch.isEnabled()
    dialog.table.setCurrentCell(2, 0)
    assert not dialog.fetch.isEnabled()
    assert dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel) is not None


def test_the_memory_estimate_grows_with_weights_and_resolution(
    panel: PacksPanel, qtbot: Any, tmp_path: Path
) -> None:
    added(panel, qtbot, tmp_path)
    row = panel.rows[0]
    needed = memory_needed(row)
    assert needed == estimate_edit(panel.store.open(row.name)).total > 0.5e9
    assert memory_needed(row, "high") > needed
    assert free_memory() is None or free_memory() > 0
