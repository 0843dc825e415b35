"""What the microphone panel allows when, with a microphone that hums and takes its time to close."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from panel_documents import document, tone  # noqa: F401 (a fixture)

from sgim_desktop.microphone import panel as panel_module
from sgim_desktop.microphone import recorder
from sgim_desktop.microphone.devices import Microphone
from sgim_desktop.microphone.panel import MicrophonePanel
from sgim_desktop.waveform.ring_buffer import RingBuffer

RATE = 8000
CLOSING = 0.4  # seconds


class _HummingStream:
    """In the place of ``recorder._Stream``: an open microphone without a sound card."""

    def __init__(self, owner: recorder.Recorder, microphone: Microphone) -> None:
        self.microphone, self.rate = microphone, microphone.rate
        self.ring = RingBuffer(self.rate * 4)
        self.quit = threading.Event()
        self.thread = threading.Thread(target=self._run, name="humming", daemon=True)
        self._owner = owner

    def _run(self) -> None:
        self._owner._opened.emit(self)
        while not self.quit.wait(0.02):
            self.ring.write(tone(200, 0.02, RATE))
        time.sleep(CLOSING)


@pytest.fixture
def panel(document: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[MicrophonePanel]:  # noqa: F811
    monkeypatch.setattr(recorder, "_Stream", _HummingStream)
    monkeypatch.setattr(panel_module, "list_microphones", lambda: (Microphone(0, "hum", RATE, True),))
    made = MicrophonePanel(document)
    made.countdown.setValue(0)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.recorder.listening)
    yield made
    made.shut_down()


def record(panel: MicrophonePanel, qtbot: Any) -> None:
    seconds: list[float] = []
    panel.recorder.recorded_seconds.connect(seconds.append)
    panel.record_action.trigger()
    qtbot.waitUntil(lambda: bool(seconds) and seconds[-1] > 0.15)


def test_looking_for_devices_leaves_a_recording_and_a_countdown_alone(panel: MicrophonePanel, qtbot: Any) -> None:
    record(panel, qtbot)
    assert not panel.refresh_action.isEnabled()
    panel.look_for_devices()
    assert panel.recorder.recording
    panel.record_action.trigger()
    assert len(panel.document.clips) == 1 and panel.refresh_action.isEnabled()
    panel.countdown.setValue(3)
    panel.record_action.trigger()
    assert not panel.refresh_action.isEnabled() and not panel.retake_action.isEnabled()
    panel.look_for_devices()
    assert panel.big.text() == "3" and panel.recorder.listening


def test_looking_for_devices_does_not_make_the_window_wait_for_the_one_that_closes(
    panel: MicrophonePanel, qtbot: Any
) -> None:
    began = time.monotonic()
    panel.refresh_action.trigger()
    assert time.monotonic() - began < CLOSING / 2
    assert not panel.recorder.listening
    qtbot.waitUntil(lambda: panel.recorder.listening)
    assert time.monotonic() - began >= CLOSING  # a device in use is not looked for


def test_nothing_is_taken_again_without_an_open_device(panel: MicrophonePanel, qtbot: Any) -> None:
    record(panel, qtbot)
    panel.record_action.trigger()
    kept = panel.document.clips
    assert len(kept) == 1 and panel.retake_action.isEnabled()
    panel.recorder.close()
    assert not panel.retake_action.isEnabled()
    panel.take_again()
    assert panel.document.clips == kept
    panel.choose(0)
    qtbot.waitUntil(lambda: panel.retake_action.isEnabled())
    panel.retake_action.trigger()
    assert panel.document.clips == () and panel.recorder.recording


def test_devices_found_late_do_not_end_a_recording(panel: MicrophonePanel, qtbot: Any) -> None:
    panel.refresh_action.trigger()
    panel.hide()
    panel.show()
    qtbot.waitUntil(lambda: panel.recorder.listening)
    panel.record_action.trigger()
    qtbot.waitUntil(lambda: not panel._background.busy)
    qtbot.wait(20)
    assert panel.recorder.recording
