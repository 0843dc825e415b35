"""Starting: the sample on the first start, the last session afterwards, everything again after a crash."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from session_records import add_source
from studio_run import Script, run_studio
from tiny_studio import SAMPLES, use_tiny_pack, write_picture

from sgim_desktop.document.document import Document
from sgim_desktop.document.session_files import RecentSessions, application_folder, is_untitled
from sgim_desktop.jobs import EditJob
from sgim_desktop.window import StudioWindow

pytestmark = [pytest.mark.usefixtures("tiny_pack_only"), pytest.mark.timeout(900)]


def test_the_first_start_offers_a_picture_and_three_sounds_and_the_next_one_goes_on(qtbot: QtBot) -> None:
    seen: list[object] = []

    def first(window: StudioWindow) -> Script:
        yield lambda: len(window.document.clips) == 3 and window.document.source is not None
        assert [clip.name for clip in window.document.sounding_clips()] == ["rain.ogg"]  # one is heard, two wait
        assert is_untitled(window.document.path)
        seen.append(window.document.clips)

    def second(window: StudioWindow) -> Script:
        yield lambda: window.document.source is not None
        assert window.document.clips == seen[0]

    run_studio(first, [])
    run_studio(second, [])


def test_an_empty_untitled_session_leaves_no_file(qtbot: QtBot) -> None:
    def script(window: StudioWindow) -> Script:
        yield 0.05

    run_studio(script)
    assert list((application_folder() / "sessions").iterdir()) == []
    assert RecentSessions().paths() == []


def test_after_a_crash_the_session_comes_back_and_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    left = Document(tmp_path / "left.sgim")
    source = add_source(left)
    left.close()
    notes = application_folder() / "open"
    (notes / "of a program that is gone").write_text(str(left.path))

    def script(window: StudioWindow) -> Script:
        assert window.document.path == left.path
        assert window.document.sources == (source,)
        assert "unexpectedly" in window.messages.text
        yield 0.05

    run_studio(script, [])
    assert list(notes.iterdir()) == []
    assert json.loads((application_folder() / "recent.json").read_text()) == [str(left.path)]


def test_a_damaged_session_is_refused_and_the_studio_starts_anyway(qtbot: QtBot, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.sgim"
    damaged.write_bytes(b"no session" * 1000)

    def script(window: StudioWindow) -> Script:
        assert "damaged.sgim" in window.messages.text
        assert window.document.path != damaged
        yield 0.05

    run_studio(script, [str(damaged)])


def test_when_memory_is_short_the_engine_steps_down_and_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    def script(window: StudioWindow) -> Script:
        document = window.document
        said: list[str] = []
        edited: list[object] = []
        window.engine.stepped_down.connect(said.append)
        window.engine.edited.connect(edited.append)
        window.session.add([write_picture(tmp_path / "a.png"), SAMPLES / "rain.ogg"])
        yield lambda: not window.importer.busy and document.clips
        use_tiny_pack(window)
        times: list[str] = []

        def read_blob(name: str) -> bytes:
            times.append(name)
            if len(times) == 1:
                raise MemoryError
            return document.blob(name)

        window.engine.submit(EditJob("short", document.source, document.request(), 1, read_blob))
        yield lambda: edited
        assert len(said) == 1 and "Memory is short" in said[0]

    run_studio(script)
