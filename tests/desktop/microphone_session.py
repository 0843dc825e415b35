"""Run as a program inside ``sound_server``: play a sound through one panel, record it through the other.

Prints one JSON object. A process of its own, because ALSA reads its configuration only once.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from engine.media.sounds import load_sound, resampled
from sgim_desktop.document.document import Document, sha256_of
from sgim_desktop.document.values import ClipItem, new_id
from sgim_desktop.microphone.panel import MicrophonePanel
from sgim_desktop.waveform.panel import WaveformPanel


def main(sound_file: Path, folder: Path) -> None:
    app = QApplication([])

    def until(condition, seconds: float = 15.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"timed out; {microphone.note.text()}")
            app.processEvents()
            time.sleep(0.005)

    sentences: list[str] = []
    document = Document(folder / "session.sgim")
    document.message.connect(lambda sentence, level: sentences.append(sentence))
    data = sound_file.read_bytes()
    original = load_sound(data)
    item = ClipItem(new_id(), 1.0, sha256_of(data), sound_file.name, original.seconds, original.rate)
    document.add_clip(item, {item.sha256: data})
    waveform, microphone = WaveformPanel(document), MicrophonePanel(document)
    positions: list[float] = []
    waveform.player.position.connect(positions.append)
    microphone.countdown.setValue(1)
    microphone.show()
    until(lambda: microphone.recorder.listening and waveform.track is not None)

    # The sound server of an overloaded machine drops samples now and then: an artist would take again, so do we.
    for _ in range(3):
        microphone.record_action.trigger()
        counted = microphone.big.text()
        until(lambda: microphone.recorder.recording)
        waveform.transport.play.trigger()
        until(lambda: waveform.player.playing)
        started = time.monotonic()
        until(lambda: not waveform.player.playing, original.seconds + 10)
        played_for = time.monotonic() - started
        end = time.monotonic() + 0.7
        until(lambda end=end: time.monotonic() > end)
        level = microphone.meter.peak_db
        microphone.record_action.trigger()
        clips = document.clips
        taken = load_sound(document.blob(clips[-1].sha256), allow_silence=True)
        heard = resampled(taken, original.rate).samples
        found = correlation(original.samples, heard)
        if found >= 0.95:
            break
        document.remove_clip(clips[-1].id)
        waveform.choose(item.id)
    report = {
        "clips": len(clips),
        "countdown": counted,
        "correlation": found,
        "playhead": positions[-1] if positions else None,
        "seconds": original.seconds,
        "played_for": played_for,
        "meter_db": level,
        "sentences": sentences,
        "devices": microphone.devices.count(),
    }
    microphone.retake_action.trigger()
    until(lambda: microphone.recorder.recording)
    report["clips_after_retake"] = len(document.clips)
    waveform.shut_down()
    microphone.shut_down()
    report["recording_after_shut_down"] = microphone.recorder.recording
    document.close()
    print(json.dumps(report))


def correlation(original: np.ndarray, recorded: np.ndarray) -> float:
    """Normalised correlation at the best shift, found through the Fourier transform."""
    recorded = np.pad(recorded, len(original))  # a null sink may swallow the first moment of a new stream
    size = 1 << int(np.ceil(np.log2(len(original) + len(recorded))))
    cross = np.fft.irfft(np.fft.rfft(recorded, size) * np.conj(np.fft.rfft(original, size)), size)
    shift = int(np.argmax(cross[: len(recorded)]))
    part = recorded[shift : shift + len(original)]
    part = np.pad(part, (0, len(original) - len(part)))
    return float(original @ part / (np.linalg.norm(original) * np.linalg.norm(part) + 1e-12))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
