"""A full disk: what it refuses is kept, tried again in order, and said; nothing of it is in the log."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from full_disk import fill_disk, free_disk
from pytestqt.qtbot import QtBot
from session_records import add_clip, named, state

from sgim_desktop.document import writer
from sgim_desktop.document.document import Document
from sgim_desktop.document.values import ClipItem, new_id


def said(document: Document) -> list[tuple[str, str]]:
    """What the artist is told from now on: first words and level."""
    heard: list[tuple[str, str]] = []
    document.message.connect(lambda sentence, level: heard.append((sentence, level)))
    return heard


def test_what_a_full_disk_refused_is_written_once_there_is_room_again(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    document, path = Document(tmp_path / "a.sgim"), tmp_path / "a.sgim"
    fill_disk(document)
    heard, saved = said(document), []
    document.saved.connect(saved.append)
    clip = add_clip(document, 1)
    document.change_clip(clip.id, gain_db=-3.0)
    assert document.flush() is False
    qtbot.waitUntil(lambda: [level for _, level in heard] == ["error", "error"])
    assert "a.sgim" in heard[0][0] and "free some space" in heard[0][0]
    free_disk(document)
    document.change_clip(clip.id, gain_db=-6.0)
    assert document.flush()
    qtbot.waitUntil(lambda: len(heard) == 3)
    assert heard[-1] == ("Saving works again; everything you did is in the session.", "info")
    assert saved == [1, 2, 3]
    add_clip(document, 2)
    before = state(document)
    document.close()
    assert len(heard) == 3  # it works, and nothing more is said about it
    again = Document(path)
    assert state(again) == before and again.clips[0].gain_db == -6.0
    assert again.blob(clip.sha256) == b"sound 1" * 500
    again.close()
    assert "action 1" in caplog.text and "sound 1" not in caplog.text


def test_closing_is_one_more_attempt(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document(tmp_path / "a.sgim")
    fill_disk(document)
    clip = add_clip(document)
    assert document.flush() is False
    free_disk(document)
    document.close()
    again = Document(tmp_path / "a.sgim")
    assert again.clips == (clip,) and again.blob(clip.sha256)
    again.close()


def test_it_is_tried_again_while_the_artist_does_nothing(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "RETRY_SECONDS", 0.02)
    document = Document(tmp_path / "a.sgim")
    fill_disk(document)
    heard = said(document)
    add_clip(document)
    qtbot.waitUntil(lambda: len(heard) > 0)
    qtbot.wait(100)
    assert [level for _, level in heard] == ["error"]
    free_disk(document)
    with qtbot.waitSignal(document.message) as recovered:
        pass
    assert "works again" in recovered.args[0]
    document.close()


def test_another_disk_takes_what_the_full_one_refused(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document(tmp_path / "a.sgim")
    fill_disk(document)
    clip = add_clip(document)
    assert document.flush() is False
    document.save_as(tmp_path / "b.sgim")
    assert document.flush()
    document.close()
    again = Document(tmp_path / "b.sgim")
    assert again.clips == (clip,) and again.blob(clip.sha256)
    again.close()


def test_an_original_that_is_gone_is_said_and_stops_nothing_else(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    document = Document(tmp_path / "a.sgim")
    name, data = named(b"sound" * 100)
    gone = ClipItem(new_id(), 1.0, name, "gone.wav", 5.0, 32000)
    with qtbot.waitSignal(document.message) as refused:
        document.add_clip(gone, {name: tmp_path / "gone.wav"})
    assert "add it again" in refused.args[0] and refused.args[1] == "error"
    document.change_settings(seed=5)
    assert document.flush()
    document.add_clip(ClipItem(new_id(), 2.0, name, "gone.wav", 5.0, 32000), {name: data})  # as the sentence says
    document.close()
    again = Document(tmp_path / "a.sgim")
    assert again.settings.seed == 5 and len(again.clips) == 2
    assert again.blob(gone.sha256) == data
    again.close()
