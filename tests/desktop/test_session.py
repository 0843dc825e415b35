"""Sessions: every action is in the file, undo takes back everything, a killed program loses nothing finished."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from session_records import add_clip, add_result, add_source, named, state

from engine.errors import InputError
from sgim_desktop.document.document import Document
from sgim_desktop.document.schema import APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION
from sgim_desktop.document.store import BLOB_PART_BYTES, SessionStore
from sgim_desktop.document.values import ResultItem, Settings

ACTIONS = 60


def perform(document: Document, random_numbers: random.Random, number: int) -> None:
    """One action of an artist, chosen at random."""
    kinds = ["source", "clip", "trim", "gain", "remove", "result", "rate", "delete", "settings", "frame", "use"]
    kind = random_numbers.choice(kinds)
    source, clips, results = document.source, document.clips, document.results
    if kind == "source" or source is None:
        add_source(document, number)
    elif kind == "clip" or not clips:
        add_clip(document, number)
    elif kind == "trim":
        document.change_clip(random_numbers.choice(clips).id, start=random_numbers.random(), end=None)
    elif kind == "gain":
        document.change_clip(random_numbers.choice(clips).id, gain_db=random_numbers.uniform(-20, 20), muted=True)
    elif kind == "remove":
        document.remove_clip(random_numbers.choice(clips).id)
    elif kind == "result" or not results:
        add_result(document, source, number)
    elif kind == "rate":
        document.rate([random_numbers.choice(results).id], random_numbers.randrange(6))
    elif kind == "delete":
        document.delete_results([random_numbers.choice(results).id])
    elif kind == "settings":
        document.change_settings(seed=number, text=f"text {number}", strength=random_numbers.random())
    elif kind == "frame":
        document.change_source(source.id, face=(1.0, 2.0, 30.0, 30.0, float(number)))
    else:
        document.use_settings_of(random_numbers.choice(results))


def test_everything_is_there_after_reopening(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.sgim"
    document = Document(path)
    numbers = random.Random(1)
    for number in range(ACTIONS):
        perform(document, numbers, number)
    before = state(document)
    blob = document.blob(document.sources[0].sha256)
    document.close()
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["a.sgim"]  # one file once closed
    again = Document(path)
    assert state(again) == before
    assert again.blob(again.sources[0].sha256) == blob
    again.close()


@pytest.mark.parametrize("seed", range(3))
def test_undo_takes_back_every_action_and_redo_does_them_again(qtbot: QtBot, tmp_path: Path, seed: int) -> None:
    document = Document(tmp_path / "a.sgim")
    states = [state(document)]
    numbers = random.Random(seed)
    for number in range(ACTIONS):
        perform(document, numbers, number)
        if document.undo_stack.count() == len(states):
            states.append(state(document))
    last = state(document)
    for expected in states[-2::-1]:
        document.undo_stack.undo()
        assert state(document) == expected
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    assert state(document) == last
    document.close()
    again = Document(tmp_path / "a.sgim")
    assert state(again) == last
    again.close()


def test_a_drag_is_one_step_of_undo(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document(tmp_path / "a.sgim")
    clip = add_clip(document)
    for step in range(50):
        document.change_clip(clip.id, merge="trim", start=step / 100)
    assert document.clips[0].start == 0.49
    document.undo_stack.undo()
    assert document.clips[0].start == 0.0
    document.close()


def test_signals_tell_what_changed_on_undo_too(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document(tmp_path / "a.sgim")
    clip = add_clip(document)
    heard: list[float] = []
    document.clips_changed.connect(lambda clips: heard.append(clips[0].gain_db))
    document.change_clip(clip.id, gain_db=-6.0)
    document.undo_stack.undo()
    document.undo_stack.redo()
    assert heard == [-6.0, 0.0, -6.0]
    document.close()


def test_what_is_looked_at_belongs_to_the_picture_that_is_looked_at(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document(tmp_path / "a.sgim")
    seen: list[ResultItem | None] = []
    document.selected_result_changed.connect(seen.append)
    first = add_source(document)
    result = add_result(document, first, 1)
    assert seen[-1] == result
    second = add_source(document, 1)  # has no results yet
    assert seen[-1] is None and document.selected_result is None
    document.select_source(first.id)
    assert seen[-1] == result
    document.change_source(first.id, deleted=True)
    assert document.source == second
    assert seen[-1] is None and document.selected_result is None
    document.undo_stack.undo()
    document.select_source(first.id)
    document.change_source(second.id, deleted=True)  # not the one that is looked at
    assert seen[-1] == result
    document.change_source(first.id, deleted=True)
    assert document.source is None and seen[-1] is None
    document.close()


def test_saving_elsewhere_goes_on_there_and_leaves_the_old_file_as_it_was(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document(tmp_path / "a.sgim")
    add_source(document)
    with qtbot.waitSignal(document.path_changed):
        document.save_as(tmp_path / "b.sgim")
    document.change_settings(seed=7)
    document.undo_stack.undo()  # undo goes on across saving
    document.undo_stack.redo()
    document.close()
    old, new = Document(tmp_path / "a.sgim"), Document(tmp_path / "b.sgim")
    assert old.settings.seed == 0 and new.settings.seed == 7
    assert old.sources == new.sources
    old.close()
    new.close()


def test_while_it_is_saved_elsewhere_everything_can_be_read_and_changed(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document(tmp_path / "a.sgim")
    source = add_source(document)
    for number in range(12):
        document.save_as(tmp_path / f"{number}.sgim")
        document.change_settings(seed=number)
        for _ in range(20):
            assert document.blob(source.sha256)
    document.close()
    assert document.path == tmp_path / "11.sgim"
    last, before = Document(tmp_path / "11.sgim"), Document(tmp_path / "10.sgim")
    assert (before.settings.seed, last.settings.seed) == (10, 11)
    assert last.sources == (source,)
    last.close()
    before.close()
    left = [path.suffix for path in tmp_path.iterdir() if path.is_file()]
    assert left == [".sgim"] * 13  # each is one file again


def test_a_place_that_cannot_be_written_is_said_and_the_session_goes_on(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document(tmp_path / "a.sgim")
    with qtbot.waitSignal(document.message) as said:
        document.save_as(tmp_path / "nowhere" / "b.sgim")
    assert "b.sgim" in said.args[0] and said.args[1] == "error"
    document.change_settings(seed=3)
    assert document.flush() and document.path == tmp_path / "a.sgim"
    document.close()


def test_a_session_left_and_opened_again_at_once_is_complete(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document(tmp_path / "a.sgim")
    for seed in range(200):
        document.change_settings(seed=seed)
    document.open(tmp_path / "b.sgim")
    document.open(tmp_path / "a.sgim")
    assert document.settings.seed == 199
    document.close()


def test_what_a_result_was_made_with_can_be_used_again(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document(tmp_path / "a.sgim")
    source, clip = add_source(document), add_clip(document)
    other = add_clip(document, 2)
    made: ResultItem = add_result(document, source, 5)
    document.change_settings(seed=99, strength=0.2)
    document.use_settings_of(made)
    assert document.settings.seed == 5 and document.settings.strength == 1.0
    assert all(item.muted for item in document.clips if item.id in (clip.id, other.id))  # not among its sounds
    document.undo_stack.undo()
    assert document.settings.seed == 99
    document.close()


def test_an_hour_of_sound_is_stored_in_parts_from_its_file(qtbot: QtBot, tmp_path: Path) -> None:
    data = bytes(range(256)) * (2 * BLOB_PART_BYTES // 256 + 3)
    file = tmp_path / "long.wav"
    file.write_bytes(data)
    store = SessionStore(tmp_path / "a.sgim")
    name = named(data)[0]
    store.write((), {name: file}, {})
    assert [len(part) for part in store.blob_parts(name)] == [BLOB_PART_BYTES, BLOB_PART_BYTES, 768]
    assert store.blob(name) == data
    store.close()


def test_a_session_of_the_first_version_opens(tmp_path: Path) -> None:
    path = tmp_path / "old.sgim"
    old = sqlite3.connect(path, isolation_level=None)
    MIGRATIONS[0](old)
    old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    old.execute("PRAGMA user_version = 1")
    old.execute("INSERT INTO settings VALUES ('settings', 0, ?)", (json.dumps({"seed": 11, "gone_field": 1}),))
    old.close()
    store = SessionStore(path)
    assert store.records("settings") == {"settings": Settings(seed=11)}
    assert store.view() == {}
    store.close()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_bytes(b"not a database at all" * 100), "not an SGIM session"),
        (lambda path: sqlite3.connect(path).execute("CREATE TABLE a (b)").connection.close(), "not an SGIM session"),
    ],
)
def test_another_file_is_refused_in_one_sentence(tmp_path: Path, make: object, words: str) -> None:
    path = tmp_path / "x.sgim"
    make(path)  # type: ignore[operator]
    with pytest.raises(InputError, match=words):
        SessionStore(path)


def spoil_page(path: Path) -> None:
    """Overwrite the page where the table of sources begins."""
    database = sqlite3.connect(path)
    page = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sources'").fetchone()[0]
    size = database.execute("PRAGMA page_size").fetchone()[0]
    database.close()
    with open(path, "r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def spoil_record(path: Path, data: str) -> None:
    """Give the first source another record."""
    database = sqlite3.connect(path)
    database.execute("UPDATE sources SET data = ?", (data,))
    database.commit()
    database.close()


@pytest.mark.parametrize(
    "spoil",
    [spoil_page, lambda path: spoil_record(path, "{not json"), lambda path: spoil_record(path, '{"id": "a"}')],
    ids=["page", "json", "fields"],
)
def test_a_damaged_session_is_refused_and_the_one_before_goes_on(
    qtbot: QtBot, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    damaged, whole = tmp_path / "damaged.sgim", tmp_path / "whole.sgim"
    document = Document(damaged)
    add_source(document, 1)
    document.close()
    spoil(damaged)
    with pytest.raises(InputError, match=r"damaged\.sgim .*damaged.*; choose another"):
        Document(damaged)
    document = Document(whole)
    add_source(document, 2)
    with pytest.raises(InputError):
        document.open(damaged)
    add_clip(document, 3)
    document.close()
    again = Document(whole)
    assert len(again.sources) == len(again.clips) == 1
    again.close()


def test_a_newer_session_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.sgim"
    SessionStore(path).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    newer.close()
    with pytest.raises(InputError, match="newer SGIM Studio"):
        SessionStore(path)


def _kill_at_random(count: int, folder: Path) -> None:
    script = Path(__file__).with_name("killed_sessions.py")
    done = subprocess.run(
        [sys.executable, str(script), str(count), str(folder)], capture_output=True, text=True, timeout=280
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["killed"] == count
    assert report["lost"] == []
    assert report["actions"] > 2 * count  # the moments were spread over real work


def test_killed_at_20_moments_the_session_has_every_finished_action(tmp_path: Path) -> None:
    _kill_at_random(20, tmp_path)


@pytest.mark.long
def test_killed_at_100_moments_the_session_has_every_finished_action(tmp_path: Path) -> None:
    _kill_at_random(100, tmp_path)
