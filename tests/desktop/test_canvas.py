"""The canvas without an engine: what the session knows of a result is seen at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from session_records import add_result, add_source

from sgim_desktop.canvas.canvas import Canvas
from sgim_desktop.document.document import Document


def test_a_result_is_seen_before_the_engine_is_there(qtbot: Any, tmp_path: Path) -> None:
    document = Document(tmp_path / "session.sgim")
    canvas = Canvas(document)
    qtbot.addWidget(canvas)
    source = add_source(document)
    asked: list[str] = []
    canvas.view_wanted.connect(lambda slot, key: asked.append(key))
    result = add_result(document, source, 3)
    assert asked == [result.id]  # the engine is asked all the same
    qtbot.waitUntil(lambda: canvas.result_view.edited is not None)
    assert canvas.result_view.edited.pixels().shape == (32, 32, 3)
    canvas.originals.close()
    document.close()
