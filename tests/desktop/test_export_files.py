"""The export dialogs of the real window: every format is what its name says, and a film has the sound on it."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog
from pytestqt.qtbot import QtBot
from shiboken6 import isValid
from studio_run import Script, run_studio
from tiny_studio import SAMPLES, use_tiny_pack, write_picture

from sgim_desktop.export.dialog import ExportDialog
from sgim_desktop.export.film_dialog import FilmDialog
from sgim_desktop.export.formats import FORMATS
from sgim_desktop.window import StudioWindow

pytestmark = [pytest.mark.usefixtures("tiny_pack_only"), pytest.mark.timeout(600)]


def test_every_format_and_a_film_are_what_their_names_say(qtbot: QtBot, tmp_path: Path) -> None:
    picture, out = write_picture(tmp_path / "waves.png"), tmp_path / "out"
    film = out / "film.webm"

    def script(window: StudioWindow) -> Script:
        document, commands = window.document, window.commands
        window.session.add([picture, SAMPLES / "rain.ogg"])
        yield lambda: document.source is not None and document.clips
        use_tiny_pack(window)
        commands["run"].trigger()
        yield lambda: document.results and not window.conductor.busy
        for row in range(len(FORMATS)):
            commands["export"].trigger()
            dialog = next(found for found in window.findChildren(ExportDialog) if found.isVisible())
            dialog.folder.setText(str(out))
            dialog.template.setText(f"{{picture}}-{row}")
            dialog.format.setCurrentIndex(row)
            dialog.button.click()
            yield lambda dialog=dialog: not isValid(dialog)  # closed, and deleted
        commands["morph"].trigger()
        films = next(found for found in window.findChildren(FilmDialog) if found.isVisible())
        films.button.click()
        asked = films.findChild(QFileDialog)
        QTest.keyClick(asked.findChild(QComboBox, "fileTypeCombo"), Qt.Key.Key_Down)
        assert asked.defaultSuffix() == "webm"  # a name without an ending gets that of the chosen kind
        asked.reject()
        films.rate.setValue(5)
        films.start(film)
        yield lambda: not isValid(films)

    run_studio(script)
    kinds = {"PNG": ".png", "TIFF": ".tiff", "JPEG": ".jpg", "WEBP": ".webp"}
    for row, entry in enumerate(FORMATS):
        path = out / f"waves-{row}{entry.suffix}"
        with Image.open(path) as opened:
            assert kinds[str(opened.format)] == entry.suffix and opened.size == (96, 64)
        pixels = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        assert pixels is not None and pixels.dtype == (np.uint16 if entry.bits == 16 else np.uint8)
    with av.open(str(film)) as opened_film:
        assert {stream.type for stream in opened_film.streams} == {"audio", "video"}
        frames = [frame.to_ndarray(format="rgb24") for frame in opened_film.decode(video=0)]
    assert len(frames) == 26 and np.abs(frames[-1].astype(int) - frames[0]).max() > 0
