"""The microphone panel: choose, watch the level, count down, record, keep or take again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from engine.media.sounds import is_silent
from engine.media.wav_files import wav_bytes
from sgim_desktop.background import Background
from sgim_desktop.document.document import Document, sha256_of
from sgim_desktop.document.values import ClipItem, new_id
from sgim_desktop.microphone.devices import Microphone, list_microphones
from sgim_desktop.microphone.recorder import Recorder
from sgim_desktop.settings.preferences import preferences
from sgim_desktop.tinted_icon import IconAction, IconButton
from sgim_desktop.waveform.level_meter import LevelMeter
from sgim_desktop.waveform.time_ruler import clock

_SHORTEST_SECONDS = 0.1


class MicrophonePanel(QWidget):
    """Records clips into ``document``. The device is open only while the panel is visible."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("microphone_panel")
        self.document = document
        self.recorder = Recorder(self)
        self._background = Background(self)
        self._microphones: tuple[Microphone, ...] = ()
        self._last_clip = ""
        self._left = 0
        self._count = QTimer(self, interval=1000)
        self._count.timeout.connect(self._tick)
        self._build()
        self._connect()
        self._show_state()

    def _build(self) -> None:
        self.devices = QComboBox()
        self.devices.setAccessibleName(self.tr("Microphone"))
        self.devices.setToolTip(self.tr("Which microphone or line input to record from."))
        self.devices.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.devices.setMinimumContentsLength(8)
        self.refresh_action = IconAction(
            "refresh", self.tr("Look for devices"), self.tr("After plugging in a microphone."), self
        )
        self.countdown = QSpinBox()
        self.countdown.setRange(0, 10)
        self.countdown.setValue(preferences().get("countdown"))
        self.countdown.setSuffix(self.tr(" s"))
        self.countdown.setSpecialValueText(self.tr("none"))
        self.countdown.setAccessibleName(self.tr("Countdown"))
        self.countdown.setToolTip(self.tr("Seconds between pressing Record and the recording."))
        self.meter = LevelMeter(self.tr("Microphone level"))
        self.meter.setFixedHeight(40)
        self.record_action = IconAction(
            "record", self.tr("Record"), self.tr("Record a clip; it goes into the sound list."), self, shortcut="Ctrl+R"
        )
        self.retake_action = IconAction(
            "retake", self.tr("Take again"), self.tr("Throw the last recording away and record a new one."), self
        )
        self.big = QLabel("0:00.0", alignment=Qt.AlignmentFlag.AlignCenter)
        font = self.big.font()
        font.setPointSizeF(font.pointSizeF() * 2.2)
        self.big.setFont(font)
        self.big.setAccessibleName(self.tr("Recording time"))
        self.note = QLabel(wordWrap=True)
        self.note.setAccessibleName(self.tr("Microphone message"))
        first = QHBoxLayout()
        first.addWidget(self.devices, 1)
        first.addWidget(IconButton(self.refresh_action))
        second = QHBoxLayout()
        label = QLabel(self.tr("Countdown"))
        label.setBuddy(self.countdown)
        second.addWidget(label)
        second.addWidget(self.countdown)
        second.addStretch(1)
        third = QHBoxLayout()
        for action in (self.record_action, self.retake_action):
            button = IconButton(action, text=True)
            button.setAutoRaise(False)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            third.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addLayout(first)
        column.addWidget(self.meter)
        column.addWidget(self.big)
        column.addLayout(second)
        column.addLayout(third)
        column.addWidget(self.note)
        column.addStretch(1)

    def _connect(self) -> None:
        preferences().listen(self._on_preference)
        self.countdown.valueChanged.connect(lambda seconds: preferences().set("countdown", seconds))
        self.devices.activated.connect(self.choose)
        self.refresh_action.triggered.connect(self.look_for_devices)
        self.record_action.triggered.connect(self.toggle_recording)
        self.retake_action.triggered.connect(self.take_again)
        recorder = self.recorder
        recorder.level.connect(self.meter.show_level)
        recorder.listening_changed.connect(lambda on: self._show_state())
        recorder.recorded_seconds.connect(lambda seconds: self.big.setText(clock(seconds, 1)))
        recorder.finished.connect(self._keep)
        recorder.failed.connect(self._explain)

    # -- what the artist can do --------------------------------------------------------------------

    def look_for_devices(self) -> None:
        """List the microphones again, unless one is recording; the one in use stays chosen if it is still there."""
        if self._busy:
            return
        self.recorder.close()
        self.note.setText(self.tr("Looking for microphones …"))
        self._background.ask("devices", self._found, self._show_devices, self._explain)

    def choose(self, row: int) -> None:
        """Listen to the microphone of that row."""
        if 0 <= row < len(self._microphones):
            self.devices.setCurrentIndex(row)
            self.meter.reset()
            self.recorder.listen(self._microphones[row])

    def toggle_recording(self) -> None:
        """Start (after the countdown) or stop."""
        if self.recorder.recording:
            self.recorder.stop()
        elif self._count.isActive():
            self._count.stop()
            self._show_state()
        elif self.recorder.listening:
            self._left = self.countdown.value()
            self.note.clear()
            self.meter.reset()
            if self._left:
                self._count.start()
                self._show_state()
            else:
                self._begin()

    def take_again(self) -> None:
        """Take the last recording out of the document and record anew."""
        if not self.recorder.listening or self._count.isActive():
            return
        if self.recorder.recording:
            self.recorder.discard()
        elif self._last_clip in {clip.id for clip in self.document.clips}:
            self.document.remove_clip(self._last_clip)
        self.toggle_recording()

    def shut_down(self) -> None:
        """Close the device; call before the application ends."""
        preferences().unlisten(self._on_preference)
        self._count.stop()
        self.recorder.wait_closed()
        self._background.close()

    # -- inside ----------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Open the device only now: nobody wants a studio that listens behind a closed panel."""
        super().showEvent(event)
        if self._microphones:
            self.choose(self.devices.currentIndex())
        else:
            self.look_for_devices()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep a recording under way, then close the device."""
        super().hideEvent(event)
        self._count.stop()
        self.recorder.stop()
        self.recorder.close()

    def _on_preference(self, name: str, value: Any) -> None:
        if name == "countdown":
            self.countdown.setValue(value)

    @property
    def _busy(self) -> bool:
        """Counting down or recording."""
        return self._count.isActive() or self.recorder.recording

    def _found(self) -> tuple[Microphone, ...]:
        """The microphones there are, in the background's thread: a device must be closed to be looked for."""
        self.recorder.wait_ended()
        return list_microphones()

    def _show_devices(self, microphones: tuple[Microphone, ...]) -> None:
        if self._busy:  # hidden, shown and recording again meanwhile
            return
        before = self.devices.currentText()
        self._microphones = microphones
        self.devices.clear()
        self.devices.addItems([microphone.name for microphone in microphones])
        if not microphones:
            self._explain(self.tr("No microphone was found; plug one in, then look for devices again."))
            return
        self.note.clear()
        if self.isVisible():
            self.choose(max(0, self.devices.findText(before)))

    def _tick(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._begin()
        else:
            self._show_state()

    def _begin(self) -> None:
        self._count.stop()
        self.recorder.record()
        self._show_state()

    def _keep(self, samples: np.ndarray, rate: int) -> None:
        self._show_state()
        if len(samples) < _SHORTEST_SECONDS * rate:
            self._explain(self.tr("That was too short to keep; record at least a tenth of a second."))
            return
        if is_silent(samples):
            self._explain(self.tr("Only silence arrived; raise the microphone's level, or choose another one."))
            return
        name = self.tr("Recording {0}").format(datetime.now().strftime("%H.%M.%S")) + ".wav"
        data = wav_bytes(samples, rate)
        item = ClipItem(
            id=new_id(),
            position=self.document.next_position(),
            sha256=sha256_of(data),
            name=name,
            seconds=len(samples) / rate,
            rate=rate,
        )
        self._last_clip = item.id
        self.document.add_clip(item, {item.sha256: data})
        self.note.setText(self.tr("{0} is in the sound list.").format(name))
        self._show_state()

    def _explain(self, sentence: str) -> None:
        self.note.setText(sentence)
        self._count.stop()
        self._show_state()

    def _show_state(self) -> None:
        counting, recording, busy = self._count.isActive(), self.recorder.recording, self._busy
        listening = self.recorder.listening
        self.record_action.setEnabled(listening)
        self.retake_action.setEnabled(listening and not counting and (recording or bool(self._last_clip)))
        self.refresh_action.setEnabled(not busy)
        self.devices.setEnabled(not busy)
        self.countdown.setEnabled(not busy)
        if busy:
            self.record_action.describe(self.tr("Stop"), self.tr("Stop and keep what was recorded."))
        else:
            self.record_action.describe(self.tr("Record"), self.tr("Record a clip; it goes into the sound list."))
        self.record_action.show_icon("stop" if busy else "record", self.palette())
        if counting:
            self.big.setText(str(self._left))
        elif recording:
            self.big.setText(clock(0, 1))
