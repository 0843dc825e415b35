"""Names of exported files: from a template, never a path, never over another file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from session_records import inversion, result

from engine.request import SoundGuide, TextGuide
from sgim_desktop.document.values import ResultItem, SourceItem
from sgim_desktop.export.formats import file_stem, free_path
from sgim_desktop.export.job import layer_mask_csv

SOURCE = SourceItem("s", 1.0, "0" * 64, "my lake.jpeg", 64, 48)


def made(kind: str = "mixed", text: str = "snow: ../../fall") -> ResultItem:
    """A result of a sound and a text."""
    item, _ = result(SOURCE, inversion(SOURCE), 7, kind)
    request = item.request.changed(sounds=(SoundGuide("a" * 64, "rain.ogg"),), text=TextGuide(text))
    return replace(item, request=request)


def test_a_template_names_picture_guides_and_numbers() -> None:
    stem = file_stem("{picture}-{guide}-{seed}-{number}", made(text="snow"), SOURCE, 3)
    assert stem == "my lake-rain+snow-7-3"


def test_a_result_is_named_by_what_guided_it_only() -> None:
    assert file_stem("{guide}", made("sound", "snow"), SOURCE, 1) == "rain"
    assert file_stem("{guide}", made("text", "snow"), SOURCE, 1) == "snow"


def test_nothing_typed_leads_out_of_the_folder() -> None:
    for template in ("../{picture}", "/etc/{text}", "{text}", "a\\b", "...", ""):
        stem = file_stem(template, made(), SOURCE, 1)
        assert stem and "/" not in stem and "\\" not in stem and not stem.startswith(".")


def test_no_file_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    taken: set[Path] = set()
    names = [free_path(tmp_path, "a", ".png", taken).name for _ in range(3)]
    assert names == ["a (2).png", "a (3).png", "a (4).png"]


def test_the_layer_mask_table_has_a_row_per_layer() -> None:
    rows = layer_mask_csv(made()).splitlines()
    assert rows[0] == "layer,g,moved"
    assert rows[2] == "2,0.25,0.2"
    assert len(rows) == 5
