"""The canvas without an engine: what the session knows of a result is seen at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from session_records import add_result, add_source, named, picture_bytes

from sgim_desktop.canvas.canvas import Canvas
from sgim_desktop.canvas.pyramid import pyramid_of
from sgim_desktop.document.document import Document
from sgim_desktop.document.values import SourceItem, new_id


@pytest.fixture
def canvas(qtbot: Any, tmp_path: Path) -> Iterator[Canvas]:
    document = Document(tmp_path / "session.sgim")
    made = Canvas(document)
    qtbot.addWidget(made)
    yield made
    made.originals.close()
    document.close()


def add_wide_source(document: Document) -> SourceItem:
    name, data = named(picture_bytes(5, 120, 20))
    item = SourceItem(new_id(), document.next_position("sources"), name, "wide.png", 120, 20, name)
    document.add_source(item, {name: data})
    return item


def test_a_result_is_seen_before_the_engine_is_there(canvas: Canvas, qtbot: Any) -> None:
    document = canvas._document
    source = add_source(document)
    asked: list[str] = []
    canvas.view_wanted.connect(lambda slot, key: asked.append(key))
    result = add_result(document, source, 3)
    assert asked == [result.id]  # the engine is asked all the same
    qtbot.waitUntil(lambda: canvas.result_view.edited is not None)
    assert canvas.result_view.edited.pixels().shape == (32, 32, 3)


def originals(canvas: Canvas) -> list[tuple[int, int] | None]:
    """Of the views that are shown."""
    shown = [view.original for view in canvas.views if not view.isHidden()]
    return [None if one is None else (one.width, one.height) for one in shown]


def test_results_of_two_pictures_are_compared_each_with_its_own_original(canvas: Canvas, qtbot: Any) -> None:
    document = canvas._document
    plain = add_result(document, add_source(document))
    wide_source = add_wide_source(document)
    wide = add_result(document, wide_source, 1)
    canvas.use_tool("brush")
    canvas.set_survey((plain, wide))
    qtbot.waitUntil(lambda: originals(canvas) == [(64, 48), (120, 20)])
    assert canvas.view.tool is None  # the brush is for the wide picture, which is not the one in the first view
    document.select_result(plain.id)  # as a click in the gallery
    qtbot.waitUntil(lambda: originals(canvas) == [(64, 48), (120, 20)])
    assert canvas.view.tool is not None
    document.select_result(wide.id)
    canvas.set_mode("side")
    qtbot.waitUntil(lambda: originals(canvas) == [(120, 20), (120, 20)])


def test_the_late_picture_of_another_result_is_not_shown_under_a_caption_that_is_not_its_own(canvas: Canvas) -> None:
    document = canvas._document
    source = add_source(document)
    first, second = add_result(document, source, 1), add_result(document, source, 2)
    picture = {item.id: pyramid_of(np.full((48, 64, 3), value, np.uint8)) for item, value in ((first, 9), (second, 99))}
    canvas.set_survey((first,))
    canvas.set_survey((second,))
    canvas.show_result("survey0", source.id, second.id, picture[second.id], None)
    canvas.show_result("survey0", source.id, first.id, picture[first.id], None)
    canvas.show_result("survey3", source.id, first.id, picture[first.id], None)
    assert canvas.views[0].edited is picture[second.id] and canvas.views[3].edited is None
