"""What is said of a drop of which not everything can be added."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from panel_documents import document  # noqa: F401 (a fixture)
from pytestqt.qtbot import QtBot
from tiny_studio import write_picture

from sgim_desktop.document.importing import Importer
from sgim_desktop.message_bar import SHOWN_MS, MessageBar


@pytest.fixture
def said_of(document: Any, qtbot: QtBot) -> Iterator[Callable[..., list[str]]]:  # noqa: F811
    """Add files; the messages shown about them."""
    importer = Importer(document)
    said: list[str] = []
    document.message.connect(lambda sentence, level: said.append(sentence))

    def add(*paths: Path) -> list[str]:
        importer.add_files(paths)
        qtbot.waitUntil(lambda: not importer.busy)
        return said

    yield add
    importer.close()


def broken(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"broken {index}.png" for index in range(count)]
    for path in paths:
        path.write_bytes(b"\x89PNG\r\n\x1a\n cut")
    return paths


def test_every_broken_file_of_a_drop_is_named_in_one_message(
    document: Any,  # noqa: F811
    said_of: Callable[..., list[str]],
    tmp_path: Path,
) -> None:
    good = write_picture(tmp_path / "good.png")
    (said,) = said_of(*broken(tmp_path, 4), good)
    assert [f"broken {index}.png" in line for index, line in enumerate(said.splitlines())] == [True] * 4
    assert [source.name for source in document.sources] == ["good.png"]


def test_of_many_broken_files_the_first_are_named_and_the_others_counted(
    said_of: Callable[..., list[str]], tmp_path: Path
) -> None:
    (said,) = said_of(*broken(tmp_path, 9))
    assert len(said.splitlines()) == 4 and said.endswith("and 6 more.")


def test_a_folder_that_cannot_be_read_is_named_and_what_comes_after_it_is_added(
    document: Any,  # noqa: F811
    said_of: Callable[..., list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    locked, listed = tmp_path / "locked", pathlib.Path.iterdir
    locked.mkdir()

    def refuse(folder: Path) -> Iterator[Path]:  # root, who runs the tests in a container, may read every folder
        if folder == locked:
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(pathlib.Path, "iterdir", refuse)
    (said,) = said_of(locked, write_picture(tmp_path / "good.png"))
    assert said.startswith("locked cannot be opened (Permission denied);")
    assert [source.name for source in document.sources] == ["good.png"]


def test_a_folder_without_a_picture_or_a_sound_is_named(said_of: Callable[..., list[str]], tmp_path: Path) -> None:
    empty = tmp_path / "letters"
    empty.mkdir()
    (empty / "letter.txt").write_text("Dear artist")
    (said,) = said_of(empty)
    assert "no picture and no sound in the folder letters" in said


def test_an_error_stays_until_it_is_put_away(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SHOWN_MS, "info", 30)
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.show_message("a.png is broken.", "error")
    bar.show_message("Saved.")
    assert bar.text.splitlines() == ["a.png is broken.", "Saved."] and bar._level == "error"
    qtbot.waitUntil(lambda: bar.text == "a.png is broken.")
    bar.actions()[0].trigger()
    assert bar.text == ""
    bar.show_message("Saved.")
    assert bar.text == "Saved." and bar._level == "info"
    qtbot.waitUntil(bar.isHidden)
