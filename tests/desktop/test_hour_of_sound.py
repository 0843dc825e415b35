"""An hour of sound in the waveform panel: looked at, zoomed, panned and trimmed without the window waiting."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from heartbeat import Heartbeat
from panel_documents import document  # noqa: F401 (a fixture)

from sgim_desktop.document.document import new_id
from sgim_desktop.document.values import ClipItem
from sgim_desktop.waveform.panel import WaveformPanel

RATE = 16000
SECONDS = 3600.0
CLICK = 2345.678  # seconds: the one loud sample


@pytest.fixture
def hour(tmp_path: Path) -> Path:
    path = tmp_path / "hour.wav"
    minute = (np.sin(np.arange(60 * RATE) / 9) * 6000 * np.linspace(0.1, 1, 60 * RATE)).astype(np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for number in range(60):
            part = minute
            if number == int(CLICK // 60):
                part = minute.copy()
                part[round((CLICK % 60) * RATE)] = 32000
            file.writeframes(part.tobytes())
    return path


@pytest.mark.flaky(reruns=2)  # the best of three, as in test_fluid
def test_an_hour_of_sound_is_loaded_zoomed_panned_and_trimmed_fluidly(
    document: Any, qtbot: Any, hour: Path  # noqa: F811
) -> None:
    panel = WaveformPanel(document)
    qtbot.addWidget(panel)
    panel.resize(1200, 300)
    panel.show()
    qtbot.wait(300)
    panel.fields.show_loudness(None)
    heart = Heartbeat(panel)
    document._originals.remember("hour", hour)  # as the importer does; the bytes need not be in the session here
    heart.start()
    document.add_clip(ClipItem(new_id(), 1.0, "hour", hour.name, SECONDS, RATE))
    qtbot.waitUntil(lambda: panel.track is not None, timeout=120_000)
    for width in (1800.0, 60.0, 2.0, 0.02):
        panel.view.zoom(CLICK - width / 2, CLICK + width / 2)
        qtbot.wait(60)
    for start in np.linspace(0, SECONDS - 30, 25):
        panel.view.zoom(start, start + 30)
        qtbot.wait(20)
    panel.zoom_to_all()
    panel.trim(CLICK - 2, CLICK + 3)
    panel.zoom_to_selection()
    panel.set_gain(6.0)
    qtbot.wait(300)
    heart.stop()
    try:
        heart.check()
        assert panel.track is not None
        assert panel.track.seconds == SECONDS
        low, high = panel.track.envelope(0.0, SECONDS, 1000)
        assert int(high.argmax()) == int(CLICK / SECONDS * 1000)
        assert high.max() == pytest.approx(32000 / 32768, abs=1e-3)
        assert panel.clip is not None and panel.clip.start == pytest.approx(CLICK - 2, abs=0.02)
    finally:
        panel.shut_down()
