"""What leaves the window is the mix on the canvas, also when it has only been tried."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot
from studio_run import Script, run_studio
from tiny_studio import SAMPLES, nearly, shown, use_tiny_pack, write_picture

from engine.media.pictures import load_picture
from sgim_desktop.export.dialog import ExportDialog
from sgim_desktop.window import StudioWindow

pytestmark = pytest.mark.usefixtures("tiny_pack_only")


def copied() -> np.ndarray:
    image = QGuiApplication.clipboard().image().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()  # the image goes


def test_a_tried_mix_is_kept_before_it_is_copied_or_exported(qtbot: QtBot, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def script(window: StudioWindow) -> Script:
        document, commands, tried = window.document, window.commands, window.pictures.tried
        window.session.add([write_picture(tmp_path / "waves.png"), SAMPLES / "rain.ogg"])
        yield lambda: document.source is not None and document.clips and not window.importer.busy
        use_tiny_pack(window, text="snow")
        document.change_settings(steps=2)
        commands["run"].trigger()
        yield lambda: len(document.results) == 3 and not window.conductor.busy
        mixed = document.selected_result
        document.set_strength(mixed.id, 0.5)
        window.panels["mix"].set_alpha(1.0)
        assert tried.result_id == mixed.id
        QGuiApplication.clipboard().clear()
        commands["copy"].trigger()
        assert "kept as a result" in window.messages.text
        yield lambda: not QGuiApplication.clipboard().image().isNull()
        kept = document.selected_result
        assert (len(document.results), kept.request.mix_alpha, kept.request.strength) == (4, 1.0, 0.5)
        yield lambda: nearly(shown(window), copied())
        assert tried.result_id == ""

        window.panels["mix"].set_split(2)
        commands["view_split"].trigger()  # the tried mix stays on the canvas
        assert tried.result_id == kept.id
        yield lambda: not np.array_equal(shown(window), copied())
        seen = shown(window)
        commands["export"].trigger()
        yield lambda: window.findChild(ExportDialog) is not None
        assert len(document.results) == 5 and document.selected_result.request.split_layer == 2
        dialog = window.findChild(ExportDialog)
        dialog.folder.setText(str(out))
        dialog.start()
        yield lambda: len(list(out.glob("*.png"))) == 1 and not window.conductor.busy
        assert nearly(load_picture(next(out.glob("*.png"))).pixels, seen)

        document.select_result(mixed.id)
        window.panels["mix"].set_alpha(1.0)
        window.panels["mix"].set_alpha(0.5)  # as it was made: nothing is tried
        assert tried.result_id == ""

    run_studio(script, seconds=60)
