"""Cancelling, leaving and closing while something runs: the right thing ends, and what there is of it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from full_disk import fill_disk, free_disk
from pytestqt.qtbot import QtBot
from studio_run import Script, run_studio
from tiny_studio import SAMPLES, use_tiny_pack, write_picture

from sgim_desktop.closing_question import ClosingQuestion
from sgim_desktop.document.store import SessionStore
from sgim_desktop.engine_work import EngineWork
from sgim_desktop.export.film_dialog import FilmDialog
from sgim_desktop.window import StudioWindow

pytestmark = [pytest.mark.usefixtures("tiny_pack_only"), pytest.mark.timeout(600)]
MANY = 4000


def stored(path: Path, table: str) -> int:
    """How many records of a kind a session file holds."""
    store = SessionStore(path)
    try:
        return len(store.records(table))
    finally:
        store.close()


def add(window: StudioWindow, picture: Path) -> Script:
    """A picture and a sound, ready to edit."""
    window.session.add([picture, SAMPLES / "rain.ogg"])
    yield lambda: window.document.source is not None and window.document.clips
    use_tiny_pack(window)


def edit_for_long(window: StudioWindow) -> Script:
    """An edit that would go on for minutes has made its first steps."""
    seen: list[object] = []
    window.document.stepped.connect(seen.append)
    window.document.change_settings(steps=MANY)
    window.commands["run"].trigger()
    yield lambda: len(seen) >= 2


def film(window: StudioWindow, path: Path) -> FilmDialog:
    """The film dialog, writing."""
    window.commands["morph"].trigger()
    dialog = next(found for found in window.findChildren(FilmDialog) if found.isVisible())
    dialog.rate.setValue(5)
    dialog.long_side.setValue(64)
    dialog.start(path)
    return dialog


def ask(window: StudioWindow, words: str) -> ClosingQuestion:
    """Quit; what the window asks then."""
    window.commands["quit"].trigger()
    question = next(found for found in window.findChildren(ClosingQuestion) if found.isVisible())
    assert window.isVisible() and words in question.text()
    return question


def test_an_export_is_cancelled_by_its_dialog_and_an_edit_behind_it_by_cancel(qtbot: QtBot, tmp_path: Path) -> None:
    given_up, kept = tmp_path / "given_up.mp4", tmp_path / "kept.mp4"

    def script(window: StudioWindow) -> Script:
        yield from add(window, write_picture(tmp_path / "waves.png"))
        window.commands["run"].trigger()
        yield lambda: window.document.results and not window.conductor.busy

        dialog = film(window, given_up)
        yield lambda: dialog.bar.value() >= 1
        dialog.reject()
        assert "cancelled" in window.messages.text
        assert not dialog.isVisible()

        film(window, kept)
        window.commands["run"].trigger()
        assert window.conductor.busy
        window.commands["cancel"].trigger()
        assert not window.conductor.busy  # at once: it had not begun
        assert "before there was a picture" in window.messages.text
        yield kept.exists
        assert len(window.document.results) == 1

    run_studio(script)
    assert sorted(path.name for path in tmp_path.glob("*.mp4*")) == ["kept.mp4"]


def test_without_an_engine_every_edit_ends_with_the_reason(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(EngineWork, "__init__", broken)

    def script(window: StudioWindow) -> Script:
        yield from add(window, write_picture(tmp_path / "waves.png"))
        for _ in range(2):
            window.messages.hide()
            window.commands["run"].trigger()
            yield lambda: not window.conductor.busy
            assert "not enough memory" in window.messages.text

    run_studio(script)


def test_the_best_so_far_is_kept_when_the_window_closes(qtbot: QtBot, tmp_path: Path) -> None:
    session: list[Path] = []

    def script(window: StudioWindow) -> Script:
        session.append(window.document.path)
        yield from add(window, write_picture(tmp_path / "waves.png"))
        yield from edit_for_long(window)

    run_studio(script)
    assert stored(session[0], "results") == stored(session[0], "inversions") == 1


def test_the_best_so_far_is_kept_when_another_session_is_opened(qtbot: QtBot, tmp_path: Path) -> None:
    def script(window: StudioWindow) -> Script:
        document, before = window.document, window.document.path
        yield from add(window, write_picture(tmp_path / "waves.png"))
        yield from edit_for_long(window)
        window.commands["new_session"].trigger()
        yield lambda: document.path != before
        assert not document.results and not window.conductor.busy
        window.session.open_session(before)
        yield lambda: document.path == before
        assert len(document.results) == 1

    run_studio(script)


def test_a_picture_being_read_when_the_window_closes_is_there_the_next_time(qtbot: QtBot, tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "large.png", 1500, 1000)
    session: list[Path] = []

    def script(window: StudioWindow) -> Script:
        session.append(window.document.path)
        window.session.add([picture])
        assert window.importer.busy
        yield 0.0

    run_studio(script)
    assert stored(session[0], "sources") == 1


def test_waiting_edits_are_not_dropped_unasked(qtbot: QtBot, tmp_path: Path) -> None:
    def script(window: StudioWindow) -> Script:
        yield from add(window, write_picture(tmp_path / "waves.png"))
        yield from edit_for_long(window)
        window.commands["run"].trigger()
        ask(window, "1 edit still waiting").reject()
        assert window.isVisible()
        ask(window, "1 edit still waiting").close_button.click()
        assert not window.isVisible()

    run_studio(script)


def test_what_a_full_disk_refused_is_not_dropped_unasked(qtbot: QtBot, tmp_path: Path) -> None:
    def script(window: StudioWindow) -> Script:
        yield from add(window, write_picture(tmp_path / "waves.png"))
        fill_disk(window.document)
        window.session.add([SAMPLES / "thunder.ogg"])
        yield lambda: "free some space" in window.messages.text
        ask(window, "could not be saved").reject()
        free_disk(window.document)
        window.document.change_settings(seed=7)
        yield lambda: not window.document.behind
        window.commands["quit"].trigger()
        assert not window.isVisible()

    run_studio(script)
