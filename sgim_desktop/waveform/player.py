"""Playing a programme through sounddevice without ever making the window wait."""

from __future__ import annotations

import threading

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from sgim_desktop.audio_streams import stream_in_use
from sgim_desktop.waveform.programme import Programme
from sgim_desktop.waveform.ring_buffer import RingBuffer

_BLOCK = 2048  # frames fed at a time
_AHEAD = 0.5  # seconds of sound kept ready: longer than any pause of the feeding thread
_LATENCY = 0.2  # seconds the device may hold back: a busy machine does not make gaps, and play still feels prompt
_REFRESH = 33  # milliseconds between two playhead positions


class Player(QObject):
    """Plays, loops and stops.

    Three parties: a feeding thread opens the device and fills a ring with the programme (opening a
    device can take a second, reading a file may touch the disk); PortAudio's callback empties the
    ring; a timer of the window reads how far the callback came.
    """

    started = Signal()
    stopped = Signal()
    position = Signal(float)  # seconds since the start of the programme
    level = Signal(float, float)  # peak and RMS of what was just heard, linear
    failed = Signal(str)

    _opened = Signal(object)
    _ended = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: _Run | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH)
        self._timer.timeout.connect(self._report)
        self._opened.connect(self._on_opened)
        self._ended.connect(self._on_ended)

    @property
    def playing(self) -> bool:
        """Whether sound is coming out, or about to."""
        return self._run is not None

    @property
    def frames(self) -> int:
        """Length of what is playing, in frames; 0 when nothing is."""
        return self._run.programme.frames if self._run else 0

    @property
    def rate(self) -> int:
        """Frames per second of what is playing (Hz); 0 when nothing is."""
        return self._run.programme.rate if self._run else 0

    def play(self, programme: Programme, *, start: float = 0.0, loop: bool = False) -> None:
        """Start at ``start`` seconds of the programme; what played before is stopped."""
        self.stop()
        if programme.frames == 0:
            return
        self._run = _Run(self, programme, min(int(start * programme.rate), programme.frames - 1), loop)
        self._run.start()

    def change(self, programme: Programme) -> None:
        """Go on with other gains, weights or mutes from the same position."""
        if self._run is not None and (programme.frames, programme.rate) == (self.frames, self.rate):
            self._run.programme = programme

    def set_loop(self, loop: bool) -> None:
        """Start again at the end, or not; also while playing."""
        if self._run is not None:
            self._run.loop = loop

    def stop(self) -> None:
        """Silence at once; waits only for the feeding thread's last block."""
        run, self._run = self._run, None
        if run is None:
            return
        run.quit()
        self._timer.stop()
        self.stopped.emit()

    def close(self) -> None:
        """Stop, and wait until the device is closed; call before the application ends."""
        run = self._run
        self.stop()
        if run is not None:
            run.thread.join(timeout=5)

    def refusal(self, error: Exception) -> str:
        """The sentence for an output that cannot be opened."""
        text = self.tr("No sound can be played: {0}. Check the sound output, then press play again.")
        return text.format((str(error).splitlines() or [""])[0][:120])

    def _on_opened(self, run: _Run) -> None:
        if run is self._run:
            self._timer.start()
            self.started.emit()

    def _on_ended(self, run: _Run, sentence: str) -> None:
        if sentence and run is self._run:
            self.failed.emit(sentence)
        if run is self._run:
            self.stop()

    def _report(self) -> None:
        run = self._run
        if run is None:
            return
        self.position.emit(run.played_frame() / run.programme.rate)
        heard = run.heard.read(run.heard.filled)
        if len(heard):
            self.level.emit(float(np.abs(heard).max()), float(np.sqrt(np.mean(np.square(heard)))))


class _Run:
    """One press of play."""

    def __init__(self, player: Player, programme: Programme, frame: int, loop: bool) -> None:
        self.programme = programme
        self.loop = loop
        self.heard = RingBuffer(programme.rate)
        self.thread = threading.Thread(target=self._feed, name="sgim-player", daemon=True)
        self._player = player
        self._first = frame
        self._played = 0
        self._held_back = 0
        self._silent = 0
        self._all_fed = False
        self._ring = RingBuffer(max(int(programme.rate * _AHEAD), 2 * _BLOCK))
        self._wanted = threading.Event()
        self._quit = threading.Event()

    def start(self) -> None:
        self.thread.start()

    def quit(self) -> None:
        self._quit.set()
        self._wanted.set()

    def played_frame(self) -> int:
        """Frame of the programme that was heard last."""
        frame = self._first + max(0, self._played + self._silent - self._held_back)
        return frame % self.programme.frames if self.loop else min(frame, self.programme.frames)

    def _callback(self, out: np.ndarray, frames: int, _time: object, _status: object) -> None:
        mono = np.zeros(frames, np.float32)
        count = self._ring.read_into(mono)
        self._played += count
        if self._all_fed:
            self._silent += frames - count  # what the device still holds back is heard while silence follows
        self.heard.write(mono)
        out[:] = mono[:, None]
        self._wanted.set()

    def _feed(self) -> None:
        sentence = ""
        try:
            import sounddevice

            with (
                stream_in_use(),
                sounddevice.OutputStream(
                    self.programme.rate, channels=1, dtype="float32", latency=_LATENCY, callback=self._callback
                ) as stream,
            ):
                self._held_back = round(float(stream.latency) * self.programme.rate)
                self._player._opened.emit(self)
                self._fill()
        except RuntimeError:
            return  # the window is gone, and its signals with it
        except Exception as error:  # PortAudioError, OSError (no PortAudio), a file that went away
            sentence = self._player.refusal(error)
        if not self._quit.is_set():
            self._player._ended.emit(self, sentence)

    def _fill(self) -> None:
        frame, fed = self._first, 0
        while not self._quit.is_set():
            programme = self.programme
            if frame >= programme.frames and self.loop:
                frame = 0
            self._all_fed = frame >= programme.frames
            if self._all_fed:
                if self._played >= fed and self._silent >= self._held_back:
                    return
            elif self._ring.free >= _BLOCK:
                count = min(_BLOCK, programme.frames - frame)
                self._ring.write(programme.block(frame, count))
                frame, fed = frame + count, fed + count
                continue
            self._wanted.wait(0.2)
            self._wanted.clear()
