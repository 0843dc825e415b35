"""Keys that mean one thing to the window and another to the panel in which they are pressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from panel_documents import add_clip, document, tone  # noqa: F401 (a fixture)
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QWidget
from session_records import add_result, add_source

from sgim_desktop.document.values import QueuedRun, RunState
from sgim_desktop.layer_mask.panel import LayerMaskPanel
from sgim_desktop.run.panel import RunPanel
from sgim_desktop.tinted_icon import IconAction, IconButton
from sgim_desktop.waveform.clip_table import NAME, SOLO
from sgim_desktop.waveform.panel import WaveformPanel


class _Window(QMainWindow):
    """Has the window's own Delete."""

    def __init__(self) -> None:
        super().__init__()
        self.deleted = 0
        delete = QAction(self)
        delete.setShortcut("Del")
        delete.triggered.connect(self._delete)
        self.addAction(delete)

    def _delete(self) -> None:
        self.deleted += 1


    def show_panel(self, panel: QWidget, qtbot: Any) -> None:
        self.setCentralWidget(panel)
        self.resize(900, 500)
        with qtbot.waitActive(self):
            self.show()
            self.activateWindow()


@pytest.fixture
def window(qtbot: Any) -> Iterator[_Window]:
    made = _Window()
    yield made
    made.close()


@pytest.fixture
def sounds(document: Any, window: _Window, qtbot: Any) -> Iterator[WaveformPanel]:  # noqa: F811
    add_clip(document, tone(), name="one.wav")
    add_clip(document, tone(300), name="two.wav")
    made = WaveformPanel(document)
    window.show_panel(made, qtbot)
    yield made
    made.shut_down()


@pytest.fixture
def masks(document: Any, window: _Window, qtbot: Any) -> Iterator[LayerMaskPanel]:  # noqa: F811
    add_result(document, add_source(document))
    made = LayerMaskPanel(document)
    window.show_panel(made, qtbot)
    made.pin(2, 0.5)
    yield made
    made.shut_down()


def button(panel: QWidget, action: IconAction) -> IconButton:
    return next(one for one in panel.findChildren(IconButton) if one.defaultAction() is action)


def test_delete_in_the_sound_list_removes_the_sound_and_no_result(sounds: WaveformPanel, window: _Window) -> None:
    for column in (NAME, SOLO):
        sounds.table.setFocus()
        sounds.table.setCurrentCell(0, column)
        QTest.keyClick(sounds.table, Qt.Key.Key_Delete)
    assert (sounds.document.clips, window.deleted) == ((), 0)


def test_delete_in_the_layer_masks_chart_lets_a_pin_go_and_deletes_no_result(
    masks: LayerMaskPanel, window: _Window
) -> None:
    masks.chart.setFocus()
    masks.chart.point_at(2)
    QTest.keyClick(masks.chart, Qt.Key.Key_Delete)
    assert (masks.document.settings.pinned_layers, window.deleted) == ((), 0)
    QTest.keyClick(masks.chart, Qt.Key.Key_Delete)  # once more: there is no pin left, and still no result meant
    assert window.deleted == 0


def test_delete_in_the_layer_masks_numbers_lets_a_pin_go_and_deletes_no_result(
    masks: LayerMaskPanel, window: _Window
) -> None:
    masks.as_numbers.trigger()
    masks.numbers.setFocus()
    masks.numbers.setCurrentCell(2, 0)
    QTest.keyClick(masks.numbers, Qt.Key.Key_Delete)
    assert (masks.document.settings.pinned_layers, window.deleted) == ((), 0)


def test_space_presses_the_button_reached_by_keyboard_and_plays_after_a_click(
    sounds: WaveformPanel, qtbot: Any
) -> None:
    qtbot.waitUntil(lambda: sounds.track is not None)
    played: list[bool] = []
    sounds.transport.play.triggered.disconnect()
    sounds.transport.play.triggered.connect(lambda *_: played.append(True))
    snap = sounds.transport.snap
    reached = button(sounds, snap)
    before = snap.isChecked()
    reached.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(reached, Qt.Key.Key_Space)
    assert snap.isChecked() is not before and not played
    reached.clearFocus()
    reached.setFocus(Qt.FocusReason.MouseFocusReason)
    QTest.keyClick(reached, Qt.Key.Key_Space)
    assert snap.isChecked() is not before and len(played) == 1


def test_delete_among_the_waiting_edits_removes_the_marked_one_and_no_result(
    document: Any,  # noqa: F811
    window: _Window,
    qtbot: Any,
) -> None:
    source = add_source(document)
    runs = tuple(QueuedRun(name, name, source.id, add_result(document, source).request) for name in ("a", "b"))
    panel = RunPanel(document, QAction("Edit"), QAction("Cancel"))
    window.show_panel(panel, qtbot)
    document.set_run(RunState(running=True, queue=runs))
    removed: list[str] = []
    panel.remove_wanted.connect(removed.append)
    panel.queue.setFocus()
    panel.queue.setCurrentRow(1)
    QTest.keyClick(panel.queue, Qt.Key.Key_Delete)
    assert (removed, window.deleted) == (["b"], 0)
    panel.shut_down()
