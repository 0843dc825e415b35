"""A session is open in one window at a time; what a crash left open is found again, whatever is opened next."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot
from session_records import add_source
from studio_run import Script, run_studio
from tiny_studio import write_picture

from engine.errors import InputError
from sgim_desktop.document.crashed_sessions import after_crash, crashed_sessions
from sgim_desktop.document.document import Document
from sgim_desktop.document.session_files import RecentSessions, application_folder, new_session_path
from sgim_desktop.document.session_lock import SessionLock, open_elsewhere
from sgim_desktop.window import StudioWindow

pytestmark = pytest.mark.usefixtures("tiny_pack_only")
Studio = Callable[[Path], subprocess.Popen[str]]


@pytest.fixture
def studio() -> Iterator[Studio]:
    """Opens a session, with a sound in it, in another process."""
    begun: list[subprocess.Popen[str]] = []

    def begin(path: Path) -> subprocess.Popen[str]:
        script = Path(__file__).with_name("open_session.py")
        begun.append(subprocess.Popen([sys.executable, str(script), str(path)], stdout=subprocess.PIPE, text=True))
        output = begun[-1].stdout
        assert output is not None and output.readline() == "open\n"
        return begun[-1]

    yield begin
    for process in begun:
        crash(process)


def crash(process: subprocess.Popen[str]) -> None:
    """As ``kill -9``."""
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def notes() -> list[Path]:
    """What says that a session is open."""
    return list((application_folder() / "open").iterdir())


def recent_names(window: StudioWindow) -> list[str]:
    """The menu of recent sessions."""
    menu = QMenu(window)
    window.session.fill_recent(menu)
    return [action.text() for action in menu.actions()]


def test_a_crashed_session_is_a_recent_one_when_a_picture_is_opened_next(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    path = new_session_path()
    crash(studio(path))

    def script(window: StudioWindow) -> Script:
        assert window.messages.text == (
            "The program ended unexpectedly the last time; what you did then is under Open recent."
        )
        yield lambda: window.document.source is not None
        assert window.document.path != path and not window.document.clips
        assert recent_names(window) == [path.stem]
        window.session.open_session(path)
        assert len(window.document.clips) == 1

    run_studio(script, [str(write_picture(tmp_path / "portrait.png"))])
    assert path in RecentSessions().paths() and notes() == []


def test_of_two_crashed_windows_the_last_one_comes_back_and_the_other_is_a_recent_one(
    studio: Studio, tmp_path: Path
) -> None:
    first, last = tmp_path / "first.sgim", tmp_path / "last.sgim"
    windows = [studio(first), studio(last)]
    for window in windows:
        crash(window)
    os.utime(tmp_path / "first.sgim-wal", (1, 1))
    os.utime(first, (1, 1))
    recent = RecentSessions()
    crashed = crashed_sessions(recent)
    assert crashed == [last, first] == recent.paths()
    assert "here and, of other windows, under Open recent" in after_crash(crashed, last)
    assert notes() == [] and crashed_sessions(recent) == []


def test_an_empty_session_that_crashed_is_not_offered(tmp_path: Path) -> None:
    Document(tmp_path / "empty.sgim").close()
    (application_folder() / "open").mkdir(exist_ok=True)
    (application_folder() / "open" / "note").write_text(str(tmp_path / "empty.sgim"))
    recent = RecentSessions()
    assert crashed_sessions(recent) == [] == recent.paths()
    assert notes() == []


def test_a_crashed_session_that_cannot_be_listed_is_found_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = Document(tmp_path / "left.sgim")
    add_source(document)
    document.close()
    (application_folder() / "open" / "note").write_text(str(document.path))

    def full(path: Path) -> None:
        raise OSError("the disk is full")

    recent = RecentSessions()
    monkeypatch.setattr(recent, "touch", full)
    assert crashed_sessions(recent) == [document.path]
    assert crashed_sessions(RecentSessions()) == [document.path]
    assert notes() == []


def test_a_session_open_in_another_window_is_refused_at_the_start(
    qtbot: QtBot, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shared.sgim"
    studio(path)
    monkeypatch.chdir(tmp_path)

    def script(window: StudioWindow) -> Script:
        assert window.messages.text == (
            "shared.sgim is open in another window already; go on there, or close it there first."
        )
        own = window.document.path
        assert own != path and not window.document.clips
        window.messages.hide()
        window.session.open_session(path)
        assert "open in another window" in window.messages.text and window.document.path == own
        yield 0.0

    run_studio(script, ["shared.sgim"])
    assert len(notes()) == 1


def test_a_session_of_a_killed_studio_can_be_opened_at_once(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "a.sgim"
    other = studio(path)
    assert open_elsewhere(path)
    crash(other)
    assert not open_elsewhere(path)
    Document(path).close()
    assert notes() == []


def test_a_note_whose_process_number_is_another_programs_locks_nobody_out(tmp_path: Path) -> None:
    document = Document(tmp_path / "a.sgim")
    add_source(document)
    document.close()
    (application_folder() / "open" / str(os.getppid())).write_text(str(document.path))
    assert not open_elsewhere(document.path)
    assert crashed_sessions(RecentSessions()) == [document.path]


def test_saving_over_a_session_open_elsewhere_is_refused_and_it_stays_as_it_is(
    qtbot: QtBot, studio: Studio, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.sgim"
    other = studio(path)
    document = Document(tmp_path / "mine.sgim")
    with qtbot.waitSignal(document.message) as refused:
        document.save_as(path)
    assert "theirs.sgim is open in another window already" in refused.args[0]
    document.close()
    assert document.path == tmp_path / "mine.sgim"
    crash(other)
    theirs = Document(path)
    assert len(theirs.clips) == 1
    theirs.close()


def test_saving_over_a_crashed_session_leaves_nothing_of_it(qtbot: QtBot, studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "crashed.sgim"
    crash(studio(path))
    document = Document(tmp_path / "mine.sgim")
    source = add_source(document)
    with qtbot.waitSignal(document.path_changed):
        document.save_as(path)
    document.close()
    saved = Document(path)
    assert saved.sources == (source,) and saved.clips == () and saved.blob(source.sha256)
    saved.close()


def test_a_session_is_held_from_opening_to_closing_also_where_it_moves(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document(tmp_path / "a.sgim")
    with qtbot.waitSignal(document.path_changed):
        document.save_as(tmp_path / "b.sgim")
    SessionLock.take(tmp_path / "a.sgim").release()
    with pytest.raises(InputError, match="open in another window"):
        SessionLock.take(tmp_path / "b.sgim")
    (tmp_path / "link.sgim").symlink_to(tmp_path / "b.sgim")
    with pytest.raises(InputError, match="open in another window"):
        SessionLock.take(tmp_path / "link.sgim")  # the same session by another name
    assert not open_elsewhere(tmp_path / "b.sgim")  # but here
    document.close()
    SessionLock.take(tmp_path / "b.sgim").release()


def test_opening_the_session_that_is_open_changes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    def script(window: StudioWindow) -> Script:
        window.document.change_settings(seed=4)
        window.session.open_session(window.document.path)
        assert window.messages.text == "" and window.document.undo_stack.canUndo()
        yield 0.0

    run_studio(script)
