"""Listening to a microphone and keeping what it hears, without ever making the window wait."""

from __future__ import annotations

import threading
import time

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from sgim_desktop.audio_streams import stream_in_use
from sgim_desktop.microphone.devices import Microphone
from sgim_desktop.waveform.ring_buffer import RingBuffer

LONGEST_SECONDS = 600.0
_DRAIN = 40  # milliseconds
_LATENCY = 0.15  # seconds the device may hold back: a busy machine loses nothing, and the meter still follows
_SILENT_DEVICE_SECONDS = 2.0  # a device that delivers nothing for so long is gone


class Recorder(QObject):
    """Opens a microphone for its level; records when told.

    Three parties: a thread opens and closes the device (that can take a second); PortAudio's callback
    fills a ring; a timer of the window empties it, shows the level and keeps the samples.
    """

    listening_changed = Signal(bool)
    level = Signal(float, float)  # peak and RMS, linear
    recorded_seconds = Signal(float)  # while recording
    finished = Signal(object, int)  # samples float32 (n,), rate Hz
    failed = Signal(str)

    _opened = Signal(object)
    _broke = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stream: _Stream | None = None
        self._ending: threading.Thread | None = None  # of the device closed last
        self._kept: list[np.ndarray] | None = None
        self._count = 0
        self._last_heard = 0.0
        self._timer = QTimer(self, interval=_DRAIN)
        self._timer.timeout.connect(self._drain)
        self._opened.connect(self._on_opened)
        self._broke.connect(self._on_broke)

    @property
    def listening(self) -> bool:
        """Whether a device is open."""
        return self._timer.isActive()

    @property
    def recording(self) -> bool:
        """Whether samples are being kept."""
        return self._kept is not None

    def listen(self, microphone: Microphone) -> None:
        """Open a device for its level; what was open is closed."""
        self.close()
        self._stream = _Stream(self, microphone)
        self._stream.thread.start()

    def record(self) -> None:
        """Keep what is heard from now on."""
        stream = self._stream
        if stream is not None and self.listening:
            stream.ring.read(stream.ring.filled)
            self._kept, self._count = [], 0

    def stop(self) -> None:
        """Stop keeping; ``finished`` carries the samples."""
        if self._kept is None or self._stream is None:
            return
        self._drain()
        kept, self._kept = self._kept, None
        if kept is not None:
            samples = np.concatenate(kept) if kept else np.zeros(0, np.float32)
            self.finished.emit(samples, self._stream.rate)

    def discard(self) -> None:
        """Stop keeping and forget."""
        self._kept = None

    def close(self) -> None:
        """Close the device; a recording under way is forgotten."""
        stream, self._stream = self._stream, None
        self._kept = None
        if stream is not None:
            self._ending = stream.thread
            stream.quit.set()
            if self._timer.isActive():
                self._timer.stop()
                self.listening_changed.emit(False)

    def wait_closed(self) -> None:
        """Close, and wait for the device; call before the application ends."""
        self.close()
        self.wait_ended()

    def wait_ended(self) -> None:
        """Wait for the device that was closed last, which may take seconds; for another thread than the window's."""
        if self._ending is not None:
            self._ending.join(timeout=5)

    def unplugged(self, name: str) -> str:
        """The sentence for a device that stopped delivering."""
        return self.tr("{0} stopped delivering sound; plug it in again, then look for devices.").format(name)

    def refusal(self, name: str, error: Exception) -> str:
        """The sentence for a device that cannot be opened."""
        text = self.tr("{0} cannot be opened ({1}); allow the studio to use it, or choose another microphone.")
        return text.format(name, (str(error).splitlines() or [""])[0][:120])

    def _on_opened(self, stream: _Stream) -> None:
        if stream is self._stream:
            self._last_heard = time.monotonic()
            self._timer.start()
            self.listening_changed.emit(True)

    def _on_broke(self, stream: _Stream, sentence: str) -> None:
        if stream is self._stream:
            self.stop()  # what was recorded up to here is kept
            self.close()
            self.failed.emit(sentence)

    def _drain(self) -> None:
        stream = self._stream
        if stream is None:
            return
        samples = stream.ring.read(stream.ring.filled)
        now = time.monotonic()
        if len(samples) == 0:
            if now - self._last_heard > _SILENT_DEVICE_SECONDS:
                self._on_broke(stream, self.unplugged(stream.microphone.name))
            return
        self._last_heard = now
        self.level.emit(float(np.abs(samples).max()), float(np.sqrt(np.mean(np.square(samples)))))
        if self._kept is not None:
            self._kept.append(samples)
            self._count += len(samples)
            self.recorded_seconds.emit(self._count / stream.rate)
            if self._count >= LONGEST_SECONDS * stream.rate:
                self.stop()


class _Stream:
    """One open microphone."""

    def __init__(self, recorder: Recorder, microphone: Microphone) -> None:
        self.microphone = microphone
        self.rate = microphone.rate
        self.ring = RingBuffer(self.rate * 4)
        self.quit = threading.Event()
        self.thread = threading.Thread(target=self._run, name="sgim-recorder", daemon=True)
        self._recorder = recorder

    def _callback(self, data: np.ndarray, _frames: int, _time: object, _status: object) -> None:
        self.ring.write(data[:, 0])

    def _run(self) -> None:
        sentence = ""
        try:
            import sounddevice

            with (
                stream_in_use(),
                sounddevice.InputStream(
                    self.rate,
                    device=self.microphone.index,
                    channels=1,
                    dtype="float32",
                    latency=_LATENCY,
                    callback=self._callback,
                ) as stream,
            ):
                self._recorder._opened.emit(self)
                while not self.quit.wait(0.2):
                    if not stream.active:
                        sentence = self._recorder.unplugged(self.microphone.name)
                        break
        except RuntimeError:
            return  # the window is gone, and its signals with it
        except Exception as error:  # PortAudioError: denied, in use, gone
            sentence = self._recorder.refusal(self.microphone.name, error)
        if sentence and not self.quit.is_set():
            try:
                self._recorder._broke.emit(self, sentence)
            except RuntimeError:
                return
