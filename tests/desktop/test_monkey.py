"""A monkey at the window: random commands, clicks, keys and values, and nothing breaks."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QMenu,
    QWidget,
)
from pytestqt.qtbot import QtBot
from studio_run import Script, run_studio
from tiny_studio import PACK, SAMPLES, use_tiny_pack, write_picture

from sgim_desktop.window import StudioWindow

pytestmark = [pytest.mark.usefixtures("tiny_pack_only"), pytest.mark.timeout(900)]

# These leave the window or ask the desktop for something; what they do has tests of its own.
LEFT_ALONE = {"quit", "show_log", "full_screen", "open", "save_as"}
KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_O, Qt.Key.Key_Delete)
LEAST_PANELS = 3
# Pressed, these would ask the desktop or the network for something, too.
NOT_PRESSED = ("Choose", "Download", "Add", "Record", "Open", "Export", "Save")


def act(window: StudioWindow, numbers: random.Random) -> None:
    """One random action; who has closed nearly every panel puts them back first."""
    if sum(dock.isVisible() for dock in window.layout_of_docks.docks.values()) < LEAST_PANELS:
        window.commands["reset_layout"].trigger()
    kind = numbers.randrange(6)
    widgets = [w for w in window.findChildren(QWidget) if w.isVisible() and w.isEnabled() and w.width() > 4]
    widget = numbers.choice(widgets)
    if kind == 0:
        actions = [a for a in window.commands.all() if a.isEnabled() and a.objectName() not in LEFT_ALONE]
        numbers.choice(actions).trigger()
    elif kind == 1 and not isinstance(widget, QAbstractButton):
        at = QPoint(numbers.randrange(widget.width()), numbers.randrange(widget.height()))
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at)
    elif kind == 2:
        QTest.keyClick(window.canvas.view, numbers.choice(KEYS))
    elif kind == 3:
        adjust(
            numbers.choice([w for w in widgets if isinstance(w, QAbstractSlider | QAbstractSpinBox | QComboBox)]),
            numbers,
        )
    elif kind == 4:
        buttons = [w for w in widgets if isinstance(w, QAbstractButton) and not w.text().startswith(NOT_PRESSED)]
        numbers.choice(buttons).click()
    elif kind == 5 and window.document.undo_stack.canUndo():
        window.commands[numbers.choice(("undo", "undo", "redo"))].trigger()


def adjust(widget: QWidget, numbers: random.Random) -> None:
    """Another value for a slider, a number or a choice."""
    if isinstance(widget, QAbstractSlider):
        widget.setValue(numbers.randint(widget.minimum(), max(widget.minimum(), min(widget.maximum(), 10**6))))
    elif isinstance(widget, QAbstractSpinBox):
        widget.stepBy(numbers.randint(-5, 5))
    elif isinstance(widget, QComboBox) and widget.count():
        widget.setCurrentIndex(numbers.randrange(widget.count()))


def close_what_popped_up() -> None:
    """Dialogs and menus are put away, as by Escape."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog | QMenu) and widget.isVisible():
            widget.close()


def play(tmp_path: Path, actions: int, seed: int) -> None:
    """``actions`` random actions on a window with a picture, sounds and a result."""
    numbers = random.Random(seed)
    done: list[int] = []

    def script(window: StudioWindow) -> Script:
        document = window.document
        window.session.add([write_picture(tmp_path / "a.png"), write_picture(tmp_path / "b.png", 48, 80)])
        window.session.add([SAMPLES / "rain.ogg", SAMPLES / "fire.ogg"])
        yield lambda: not window.importer.busy and len(document.clips) == 2
        use_tiny_pack(window, text="snow")
        window.commands["run"].trigger()
        yield lambda: len(document.results) == 3
        closer = QTimer(window, interval=100)  # a question that waits for its answer (exec) is put away, too
        closer.timeout.connect(close_what_popped_up)
        closer.start()
        for number in range(actions):
            act(window, numbers)
            close_what_popped_up()
            if document.settings.pack != PACK or document.settings.variants > 2 or (document.settings.steps or 99) > 6:
                use_tiny_pack(window, variants=1)
            if len(document.run.queue) > 3:
                window.conductor.remove(document.run.queue[-1].id)
            done.append(number)
            yield 0.005
        window.commands["cancel"].trigger()

    run_studio(script)
    assert len(done) == actions


def test_200_random_actions_break_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    play(tmp_path, 200, seed=1)


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_2000_random_actions_break_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    play(tmp_path, 2000, seed=2)
