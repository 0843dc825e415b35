"""Published weights dropped on the window become a pack; what is none is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot
from studio_run import Script, run_studio

from engine.packs.store import PackStore
from sgim_desktop.window import StudioWindow
from tests.packs.published_files import config_f, write_nvidia

pytestmark = pytest.mark.timeout(900)


def drop(window: StudioWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    point, copy = QPoint(5, 5).toPointF(), Qt.DropAction.CopyAction
    window.dropEvent(QDropEvent(point, copy, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))


def test_weights_dropped_on_the_window_become_a_pack(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SGIM_PACKS", str(tmp_path / "packs"))
    write_nvidia(tmp_path / "afhq-like.pkl", config_f(16, largest=16, w_dim=16))
    (tmp_path / "quota.pkl").write_bytes(b"<!DOCTYPE html><html>Quota exceeded</html>")

    def script(window: StudioWindow) -> Script:
        panel = window.panels["packs"]
        drop(window, tmp_path / "afhq-like.pkl")
        assert not window.layout_of_docks.docks["packs"].isHidden()
        yield lambda: not panel.busy and "afhq-like" in [row.name for row in panel.rows]
        assert PackStore().open("afhq-like").has("joint_embedder")  # completed, so that it can edit at once
        assert not window.document.sources
        drop(window, tmp_path / "quota.pkl")
        yield lambda: "web page" in window.messages.text
        assert "quota" not in PackStore().names()
        drop(window, tmp_path / "packs" / "afhq-like")  # a pack's folder goes the same way
        yield lambda: "exists already" in window.messages.text

    run_studio(script)
