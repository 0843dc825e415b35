"""Small things for the disk are done in order, away from the window, and a refusal of one stops no other."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from sgim_desktop.document.errands import Errands
from sgim_desktop.document.session_files import RecentSessions


def test_errands_are_done_in_order_elsewhere_and_nothing_waits(caplog: pytest.LogCaptureFixture) -> None:
    errands, done, gate = Errands(), [], threading.Event()

    def refused() -> None:
        raise OSError("the disk is full")

    errands.run(gate.wait)
    errands.run(refused)
    for number in range(3):
        errands.run(lambda number=number: done.append((number, threading.current_thread().name)))
    assert done == []
    gate.set()
    errands.settle()
    assert done == [(number, "sgim-errands") for number in range(3)]
    assert "the disk is full" in caplog.text


def test_nothing_is_left_running_when_all_is_done() -> None:
    errands = Errands()
    errands.run(lambda: time.sleep(0.01))
    errands.settle()
    assert "sgim-errands" not in {thread.name for thread in threading.enumerate()}


def test_the_sessions_used_are_known_without_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    recent = RecentSessions()
    first, second = tmp_path / "a.sgim", tmp_path / "b.sgim"
    for path in (first, second):
        path.touch()
    recent.begin()
    recent.use(second, first)
    recent.settle()
    assert recent.known == (second, first)
    assert RecentSessions().paths() == [second, first]
