"""A portrait under the scene pack, a landscape under the portrait pack: the pack that fits is offered."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from studio_run import Script, run_studio
from tiny_studio import SAMPLES

from sgim_desktop.window import StudioWindow

pytestmark = pytest.mark.timeout(900)
SCENES, PORTRAITS = "starter-scenes", "starter-portraits"


def test_the_pack_that_fits_the_picture_is_offered_and_taken_with_one_click(qtbot: QtBot) -> None:
    def script(window: StudioWindow) -> Script:
        document = window.document
        yield lambda: window.offers is not None
        assert window.offers is not None
        bar = window.offers.bar
        window.session.add([SAMPLES / "portrait.jpg"])
        yield lambda: not bar.isHidden()
        assert PORTRAITS in bar.label.text()
        bar.button.click()
        assert document.settings.pack == PORTRAITS
        assert bar.isHidden()
        document.undo_stack.undo()
        assert document.settings.pack == SCENES
        yield lambda: not bar.isHidden()
        document.undo_stack.redo()

        window.session.add([SAMPLES / "coast.jpg"])
        yield lambda: not bar.isHidden()
        assert "coast.jpg" in bar.label.text() and SCENES in bar.label.text()
        bar.put_away.emit()
        assert bar.isHidden()
        document.change_settings(seed=7)  # nothing new to see
        yield 0.3
        assert bar.isHidden()
        bar.button.click()  # what was put away does nothing any more
        assert document.settings.pack == PORTRAITS

    run_studio(script)


def test_a_picture_that_fits_its_pack_is_left_alone(qtbot: QtBot, tmp_path: Path) -> None:
    def script(window: StudioWindow) -> Script:
        document = window.document
        yield lambda: window.offers is not None
        assert window.offers is not None
        asked: list[object] = []
        window.offers.advice.advised.connect(asked.append)
        window.session.add([SAMPLES / "coast.jpg"])
        yield lambda: document.source is not None and window.canvas.view.original is not None
        yield lambda: asked and not window.offers.advice.looking
        document.change_source(document.source.id, align=False)  # the whole picture, as the artist said
        document.change_settings(pack=PORTRAITS)
        yield 0.2
        yield lambda: not window.offers.advice.looking
        assert set(asked) == {None}

    run_studio(script)
