"""At 150 % on a full-HD screen, and on a small laptop, every text can be read whole, in both languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMargins
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from sgim_desktop.clipped_texts import clipped_texts
from sgim_desktop.flow_layout import FlowLayout

SCRIPT = Path(__file__).with_name("scaled_window.py")
FULL_HD_AT_150 = ("1.5", 1280, 700)  # logical pixels, less the desktop's own bar
SMALL_AT_125 = ("1.25", 1092, 600)  # a 1366×768 laptop


def test_a_text_that_does_not_fit_is_found(qtbot: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    label, button = QLabel("a few words"), QPushButton("Export everything")
    layout.addWidget(label)
    layout.addWidget(button)
    window.show()
    qtbot.waitExposed(window)
    assert clipped_texts(window) == []
    button.setFixedWidth(30)
    label.setFixedWidth(10)
    qtbot.waitUntil(lambda: button.width() == 30 and label.width() == 10)
    found = clipped_texts(window)
    assert len(found) == 2 and "a few words" in found[0] and "Export everything" in found[1]


def test_a_flow_goes_on_in_the_next_line_and_counts_what_is_hidden_as_nothing(qtbot: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    flow = FlowLayout(window, QMargins(2, 2, 2, 2))
    buttons = [QPushButton(f"button {number}") for number in range(4)]
    for button in buttons:
        flow.addWidget(button)
    window.show()
    qtbot.waitExposed(window)
    line = flow.heightForWidth(2000)
    narrow = 2 * buttons[0].sizeHint().width() + 30
    assert flow.heightForWidth(narrow) > 1.8 * line
    window.resize(narrow, 200)
    qtbot.waitUntil(lambda: buttons[2].y() > buttons[1].y())
    assert buttons[0].y() == buttons[1].y() and buttons[2].x() == buttons[0].x()
    buttons[0].hide()
    buttons[1].hide()
    assert flow.heightForWidth(narrow) == line


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("scale", "width", "height"), [FULL_HD_AT_150, SMALL_AT_125])
def test_no_text_is_clipped(language: str, scale: str, width: int, height: int) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), language, str(width), str(height)],
        env={**os.environ, "QT_SCALE_FACTOR": scale},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == []
