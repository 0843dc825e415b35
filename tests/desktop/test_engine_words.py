"""The engine's sentences in the window: in the artist's language, and every row of the table is one it really says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QTranslator

from engine.alignment.faces import find_face
from engine.errors import SgimError
from engine.media.pictures import load_picture
from engine.packs.store import PackStore
from sgim_desktop.engine_words import ROWS, in_window

ROOT = Path(__file__).parents[2]


@pytest.fixture
def german(qapp: Any) -> Iterator[None]:
    translator = QTranslator()
    assert translator.load(str(ROOT / "resources" / "translations" / "sgim_de.qm"))
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def said(call: Any) -> str:
    with pytest.raises(SgimError) as caught:
        call()
    return caught.value.sentence


def test_what_the_engine_really_says_is_said_in_german(german: None, tmp_path: Path) -> None:
    text = tmp_path / "notes.png"
    text.write_text("no picture at all")
    for call, words in (
        (lambda: load_picture(text), "notes.png ist kein lesbares Bild"),
        (lambda: load_picture(tmp_path / "gone.png"), "Es gibt keine Datei"),
        (lambda: PackStore([tmp_path]).open("nothing"), "Es gibt kein Paket nothing"),
        (lambda: find_face(np.full((64, 64, 3), 90, np.uint8), "wall.jpg"), "In wall.jpg ist kein Gesicht"),
    ):
        assert in_window(said(call)).startswith(words)


def test_what_is_remarked_about_a_face_is_said_in_german(german: None) -> None:
    with Image.open(ROOT / "resources" / "samples" / "portrait.jpg") as whole:
        face = np.asarray(whole.convert("RGB"))
    small = cv2.resize(face, (110, 110), interpolation=cv2.INTER_AREA)
    lying = np.ascontiguousarray(np.rot90(face, 3))
    for pixels, words in (
        (np.ascontiguousarray(face[:, 96:]), "Das Gesicht in her.png ist vom Bildrand angeschnitten"),
        (small, "Das Gesicht in her.png ist nur "),
        (lying, "Das Gesicht in her.png liegt auf der Seite"),
        (np.concatenate([face, face], axis=1), "her.png hat 2 Gesichter"),
    ):
        note = find_face(pixels, "her.png").note
        assert note is not None
        assert in_window(note).startswith(words)
        assert "--" not in in_window(note)


def test_what_is_remarked_about_a_file_is_said_in_german(german: None, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "two.gif", save_all=True, append_images=frames[1:])
    frames[0].convert("CMYK").save(tmp_path / "print.jpg")
    assert in_window(load_picture(tmp_path / "two.gif").note) == (
        "two.gif ist eine Animation; nur ihr erstes Bild wird bearbeitet."
    )
    assert in_window(load_picture(tmp_path / "print.jpg").note).startswith("print.jpg ist in CMYK")


def test_without_a_translation_no_word_of_the_command_line_is_left(qapp: Any) -> None:
    sentence = said(lambda: find_face(np.full((64, 64, 3), 90, np.uint8), "wall.jpg"))
    assert "--" in sentence
    assert "wall.jpg" in in_window(sentence) and "--" not in in_window(sentence)


def test_other_sentences_stay_as_they_are(german: None) -> None:
    assert in_window("Recorded. Nothing to do with {braces} or (brackets).") == (
        "Recorded. Nothing to do with {braces} or (brackets)."
    )


def test_every_row_is_said_somewhere() -> None:
    """A sentence the engine does not say any more has no place in the table."""
    written = {text for folder in ("engine", "sgim_desktop") for text in _strings(ROOT / folder)}
    parts = [[part for part in _split(row) if len(part.strip()) > 3] for row, _ in ROWS]
    lacking = [row for row, pieces in zip(ROWS, parts, strict=True) if not _said(pieces, written)]
    assert lacking == []


def test_no_row_leaves_a_word_of_the_command_line() -> None:
    spoken = [str(words) for _, words in ROWS]
    assert [words for words in spoken if "--" in words or "sgim " in words or "SGIM_" in words] == []


def _split(row: str) -> list[str]:
    import re

    return re.split(r"\{\d\}", row)


def _said(pieces: list[str], written: set[str]) -> bool:
    """A sentence may be put together from several strings, but its longest piece is in one."""
    longest = max(pieces, key=len)
    return any(longest in text or (len(text) > 20 and text in longest) for text in written)


def _strings(folder: Path) -> Iterator[str]:
    """The literal parts of all strings in a folder's modules, the table itself aside."""
    for path in sorted(folder.rglob("*.py")):
        if path.name == "engine_words.py" or "training" in path.parts or "evaluation" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
