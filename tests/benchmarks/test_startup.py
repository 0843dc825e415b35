"""The window is painted within a second, and without torch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

SCRIPT = Path(__file__).with_name("painted_window.py")
ROUNDS = 5
MOST_SECONDS = 1.0
MOST_TIMES_AN_EMPTY_WINDOW = 2.5


def started(kind: str, home: Path) -> tuple[float, str]:
    """Seconds to the first paint, and "True" when torch had been imported by then."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {f"XDG_{name}_HOME": str(home) for name in ("DATA", "CONFIG", "CACHE", "STATE")}
    environment["PYTHONPYCACHEPREFIX"] = str(home / "compiled")  # as an installed program: compiled once
    done = subprocess.run(
        [sys.executable, str(SCRIPT), kind], capture_output=True, text=True, env=environment, check=True, timeout=120
    )
    seconds, torch_seen = done.stdout.split()[-2:]
    return float(seconds), torch_seen


def test_torch_is_not_imported_before_the_window_is_painted(tmp_path: Path) -> None:
    assert started("studio", tmp_path)[1] == "False"


@pytest.mark.long
def test_the_window_is_painted_within_a_second_and_not_far_behind_an_empty_one(tmp_path: Path) -> None:
    started("studio", tmp_path), started("empty", tmp_path)  # a warm disk
    pairs = [(started("studio", tmp_path)[0], started("empty", tmp_path)[0]) for _ in range(ROUNDS)]
    studio, empty = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
    print(f"first paint after {studio:.2f} s; an empty PySide6 window after {empty:.2f} s")
    assert studio <= MOST_SECONDS
    assert studio <= MOST_TIMES_AN_EMPTY_WINDOW * empty
