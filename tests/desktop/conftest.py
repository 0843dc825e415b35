"""For the window's tests: a home of their own, no thread left behind."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

# Five seconds, the usual limit, are little on a machine that has several times more to do than it has cores.
QtBot.waitUntil = partialmethod(QtBot.waitUntil, timeout=30_000)  # type: ignore[method-assign,assignment]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before there is an application


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder: sessions, settings, cache and log of the program go there."""
    folder = tmp_path / "home"
    for name, place in (("DATA", "share"), ("CONFIG", "config"), ("CACHE", "cache"), ("STATE", "state")):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / place))
    monkeypatch.setenv("HOME", str(folder))
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(folder / "config"))
    return folder


@pytest.fixture(autouse=True)
def no_leaked_threads(home: Path) -> Iterator[None]:
    """Fail when a test leaves a thread running that was not there before."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 5
    while (left := _started_since(before)) and time.monotonic() < deadline:
        gc.collect()
        time.sleep(0.05)
    assert not left, f"threads left behind: {[thread.name for thread in left]}"


def _started_since(before: set[threading.Thread]) -> list[threading.Thread]:
    # tqdm's monitor belongs to a library and lives for the process; it is no worker of ours.
    # Python keeps a dummy for every foreign thread that ever called it, also when that has long ended; Qt itself
    # ends the program with "QThread: Destroyed while thread is still running" when one of its own is left.
    names = ("Monitor", "Dummy")
    started = set(threading.enumerate()) - before
    return [t for t in started if t.is_alive() and not any(name in type(t).__name__ for name in names)]


@pytest.fixture(scope="session")
def tiny_packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one untrained pack in it."""
    from tiny_studio import install_pack

    folder = tmp_path_factory.mktemp("packs")
    install_pack(folder)
    return folder


@pytest.fixture
def tiny_pack_only(tiny_packs: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The studio finds the untrained pack among the artist's own."""
    monkeypatch.setenv("SGIM_PACKS", str(tiny_packs))
