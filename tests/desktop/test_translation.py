"""The second language is complete: every text of the window, its placeholders and its access keys."""

from __future__ import annotations

import ast
import os
import re
import shutil
import string
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "translations"


def messages(path: Path) -> Iterator[tuple[str, str, list[str], bool]]:
    """Context, source, translations, finished."""
    for context in ElementTree.parse(path).iter("context"):
        for message in context.findall("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
            name = context.findtext("name") or ""
            yield name, message.findtext("source") or "", forms, translation.get("type") is None


@pytest.fixture
def german(qtbot: Any) -> Iterator[QTranslator]:
    translator = QTranslator()
    assert translator.load(str(FOLDER / "sgim_de.qm"))
    app = QCoreApplication.instance()
    app.installTranslator(translator)
    yield translator
    app.removeTranslator(translator)


def test_no_text_of_the_window_lacks_its_translation(tmp_path: Path) -> None:
    """When this fails: pyside6-lupdate into resources/translations/sgim_de.ts, translate, pyside6-lrelease."""
    copy = tmp_path / "sgim_de.ts"
    shutil.copy(FOLDER / "sgim_de.ts", copy)
    files = [str(path) for path in sorted((ROOT / "sgim_desktop").rglob("*.py"))]
    tool = Path(sys.executable).with_name("pyside6-lupdate")
    command = [str(tool), *files, "-ts", str(copy), "-no-obsolete"]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env={**os.environ, "LC_ALL": "C.UTF-8"})
    lacking = [(context, source) for context, source, forms, done in messages(copy) if not done or not all(forms)]
    assert lacking == []


def test_texts_belong_to_classes_and_not_to_variables() -> None:
    """``variable.tr("…")`` is found under the variable's name, and then never translated."""
    assert [name for name, *_ in messages(FOLDER / "sgim_de.ts") if "." in name or not name[0].isupper()] == []


def test_placeholders_survive_translation() -> None:
    def fields(text: str) -> list[str]:
        found = [f"{name}:{spec}" for _, name, spec, _ in string.Formatter().parse(text) if name is not None]
        return sorted(found + re.findall(r"%n", text))

    for context, source, forms, _ in messages(FOLDER / "sgim_de.ts"):
        for form in forms:
            assert fields(form) == fields(source), f"{context}: {source}"


def test_the_compiled_file_is_that_of_the_text_file(german: QTranslator) -> None:
    for context, source, forms, _ in messages(FOLDER / "sgim_de.ts"):
        if len(forms) == 1:
            assert german.translate(context, source) == forms[0], f"run pyside6-lrelease: {source}"


def test_one_and_many_are_told_apart(german: QTranslator) -> None:
    assert QCoreApplication.translate("GalleryPanel", "%n result(s)", "", 1) == "1 Ergebnis"
    assert QCoreApplication.translate("GalleryPanel", "%n result(s)", "", 5) == "5 Ergebnisse"


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_menu_uses_an_access_key_twice(qtbot: Any, language: str) -> None:
    from sgim_desktop.commands import COMMANDS, MENUS

    table = {source: forms[0] for context, source, forms, _ in messages(FOLDER / "sgim_de.ts") if context == "Commands"}

    def keys(texts: list[str]) -> list[str]:
        shown = [table[text] if language == "de" else text for text in texts]
        return [text[text.index("&") + 1].lower() for text in shown if "&" in text]

    for menu, _ in MENUS:
        found = keys([str(command.text) for command in COMMANDS if command.menu == menu])
        assert len(found) == len(set(found)), (menu, found)
    top = keys([str(title) for _, title in MENUS])
    assert len(top) == len(set(top))


def test_a_panel_speaks_german(german: QTranslator, tmp_path: Path, qtbot: Any) -> None:
    from sgim_desktop.document.document import Document
    from sgim_desktop.mix.panel import MixPanel

    document = Document(tmp_path / "session.sgim")
    panel = MixPanel(document)
    qtbot.addWidget(panel)
    assert panel.blend.text() == "Alle Schichten mischen"
    assert panel.split.suffix() == " von 18"
    document.close()


def test_no_text_hides_in_an_f_string_where_the_translator_does_not_look() -> None:
    hidden = []
    for path in sorted((ROOT / "sgim_desktop").rglob("*.py")):
        for string_node in ast.walk(ast.parse(path.read_text())):
            if isinstance(string_node, ast.JoinedStr):
                calls = [node for node in ast.walk(string_node) if isinstance(node, ast.Call)]
                names = [getattr(call.func, "attr", "") for call in calls]
                hidden += [f"{path.name}:{string_node.lineno}" for name in names if name in ("tr", "translate")]
    assert hidden == []
