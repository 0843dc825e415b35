"""The waveform panel: what the artist does to clips, and what is seen and heard of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from panel_documents import add_clip, document, tone  # noqa: F401 (a fixture)
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.media.sounds import clip as cut
from engine.media.sounds import level_lufs, mix_sounds, sound_from_samples
from sgim_desktop.waveform.heard import heard_windows
from sgim_desktop.waveform.panel import WaveformPanel
from sgim_desktop.waveform.programme import Programme
from sgim_desktop.waveform.ring_buffer import RingBuffer
from sgim_desktop.waveform.spectrogram import BANDS, mel_bands, spectrogram
from sgim_desktop.waveform.time_ruler import clock
from sgim_desktop.waveform.zero_crossing import nearest_zero_crossing


@pytest.fixture
def panel(document: Any, qtbot: Any) -> Iterator[WaveformPanel]:  # noqa: F811
    made = WaveformPanel(document)
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show()
    yield made
    made.shut_down()


def loaded(panel: WaveformPanel, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: panel.track is not None, timeout=30_000)


def test_typing_start_and_end_trims_and_undo_brings_it_back(panel: WaveformPanel, qtbot: Any) -> None:
    key = add_clip(panel.document, tone())
    loaded(panel, qtbot)
    panel.fields.start.setValue(0.5)
    panel.fields.end.setValue(1.25)
    assert (panel.clip.start, panel.clip.end) == (0.5, 1.25)
    assert panel.view.region.getRegion() == (0.5, 1.25)
    panel.document.undo_stack.undo()
    panel.document.undo_stack.undo()
    assert (panel.clip.id, panel.clip.start, panel.clip.end) == (key, 0.0, None)
    assert panel.fields.end.value() == 2.0


def test_without_a_sound_no_number_of_the_last_one_is_left(panel: WaveformPanel, qtbot: Any) -> None:
    key = add_clip(panel.document, tone(), start=0.5, gain_db=-6.0)
    loaded(panel, qtbot)
    qtbot.waitUntil(lambda: "LUFS" in panel.fields.loudness.text() and "–" not in panel.fields.loudness.text())
    panel.document.remove_clip(key)
    fields = panel.fields
    assert (fields.start.value(), fields.end.value(), fields.gain.value()) == (0.0, 0.0, 0.0)
    assert fields.loudness.text() == "– LUFS" and not fields.gain.isEnabled()


def test_a_dragged_handle_snaps_to_a_zero_crossing_and_only_the_moved_one(panel: WaveformPanel, qtbot: Any) -> None:
    add_clip(panel.document, tone(100.0), start=0.0, end=1.2345)
    loaded(panel, qtbot)
    panel.view.region.setRegion((0.5031, 1.2345))
    assert panel.clip.start == pytest.approx(0.505, abs=0.0003)  # 100 Hz crosses zero every 5 ms
    assert panel.clip.end == 1.2345
    panel.transport.snap.setChecked(False)
    panel.view.region.setRegion((0.6031, 1.2345))
    assert panel.clip.start == pytest.approx(0.6031)


def test_a_trim_stays_inside_the_file_and_keeps_something(panel: WaveformPanel, qtbot: Any) -> None:
    add_clip(panel.document, tone(seconds=1.0))
    loaded(panel, qtbot)
    panel.trim(-3.0, 99.0)
    assert (panel.clip.start, panel.clip.end) == (0.0, None)
    panel.trim(0.7, 0.7)
    assert panel.clip.end_seconds - panel.clip.start == pytest.approx(0.05)


def test_the_gain_handle_and_its_number_are_one_and_a_drag_is_one_step_of_undo(
    panel: WaveformPanel, qtbot: Any
) -> None:
    add_clip(panel.document, tone(level=0.5))
    loaded(panel, qtbot)
    steps = panel.document.undo_stack.count()
    for gain in (1.0, 2.0, 3.0):
        panel.fields.gain.setValue(gain)
    assert panel.document.undo_stack.count() == steps + 1
    assert panel.clip.gain_db == 3.0
    assert "OK" in panel.fields.light.text()
    panel.set_gain(9.0)
    assert "Clips by 3.0 dB" in panel.fields.light.text()
    panel.view.gain_line.setValue(1.0)
    panel.view.gain_line.sigPositionChangeFinished.emit(panel.view.gain_line)
    assert panel.fields.gain.value() == 24.0


def test_loudness_is_measured_for_the_trimmed_clip_with_its_gain(panel: WaveformPanel, qtbot: Any) -> None:
    samples = np.concatenate([tone(seconds=1.0, level=0.05), tone(seconds=1.0, level=0.5)])
    add_clip(panel.document, samples, start=1.0, gain_db=-6.0)
    expected = level_lufs(tone(seconds=1.0, level=0.5) * 10 ** (-6 / 20), 16000)
    qtbot.waitUntil(lambda: "–" not in panel.fields.loudness.text(), timeout=30_000)
    assert float(panel.fields.loudness.text().split()[0]) == pytest.approx(expected, abs=0.1)


def test_solo_mute_and_weight_are_the_documents(panel: WaveformPanel, qtbot: Any) -> None:
    one = add_clip(panel.document, tone(), name="one.wav")
    two = add_clip(panel.document, tone(300), name="two.wav")
    panel.table.item(0, 2).setCheckState(Qt.CheckState.Checked)
    assert [clip.id for clip in panel.document.sounding_clips()] == [two]
    panel.table.item(0, 1).setCheckState(Qt.CheckState.Checked)
    assert [clip.id for clip in panel.document.sounding_clips()] == [one]
    panel.table.item(1, 3).setData(Qt.ItemDataRole.EditRole, 0.25)
    assert panel.document.clips[1].weight == 0.25
    panel.document.undo_stack.undo()
    assert panel.document.clips[1].weight == 1.0
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert len(panel.document.clips) == 1


def test_what_is_played_is_what_the_engine_mixes(panel: WaveformPanel, qtbot: Any) -> None:
    add_clip(panel.document, tone(440, 2.0), start=0.25, end=1.5, gain_db=-3.0, weight=0.5)
    add_clip(panel.document, tone(600, 1.0, level=0.3), weight=0.8, gain_db=4.0)
    qtbot.waitUntil(lambda: len(panel.tracks.loaded_tracks()) == 2, timeout=30_000)
    programme = Programme(panel.document.sounding_clips(), panel.tracks.loaded_tracks())
    played = np.concatenate([programme.block(at, 1000) for at in range(0, 20000, 1000)])
    first = cut(sound_from_samples(tone(440, 2.0), 16000), 0.25, 1.5, -3.0)
    second = cut(sound_from_samples(tone(600, 1.0, level=0.3), 16000), gain_db=4.0)
    np.testing.assert_allclose(played, mix_sounds([(first, 0.5), (second, 0.8)]).samples, atol=1e-4)


def test_clips_of_two_rates_play_together_in_time(panel: WaveformPanel, qtbot: Any) -> None:
    add_clip(panel.document, tone(200, 1.0, 16000))
    add_clip(panel.document, tone(200, 1.0, 8000), 8000)
    qtbot.waitUntil(lambda: len(panel.tracks.loaded_tracks()) == 2, timeout=30_000)
    programme = Programme(panel.document.sounding_clips(), panel.tracks.loaded_tracks())
    assert (programme.rate, programme.frames) == (16000, 16000)
    np.testing.assert_allclose(programme.block(4000, 8000), 2 * tone(200, 1.0)[4000:12000], atol=0.01)


def test_the_envelope_misses_no_click_at_any_zoom(panel: WaveformPanel, qtbot: Any) -> None:
    samples = np.zeros(16000 * 30, np.float32)
    samples[123457] = 0.9
    add_clip(panel.document, samples)
    loaded(panel, qtbot)
    for start, end in ((0.0, 30.0), (7.0, 9.0), (7.71, 7.72)):
        low, high = panel.track.envelope(start, end, 500)
        assert high.max() == pytest.approx(0.9, abs=1e-3)
        column = int(high.argmax())
        assert abs(start + (column + 0.5) * (end - start) / 500 - 123457 / 16000) <= max(2 * (end - start) / 500, 0.02)


def test_zoom_to_the_trim_and_back(panel: WaveformPanel, qtbot: Any) -> None:
    add_clip(panel.document, tone(seconds=4.0), start=1.0, end=2.0)
    loaded(panel, qtbot)
    panel.transport.zoom_selection.trigger()
    start, end = panel.view.visible_seconds()
    assert 0.9 < start < 1.0 and 2.0 < end < 2.1
    panel.transport.zoom_all.trigger()
    assert panel.view.visible_seconds() == pytest.approx((0.0, 4.0))


def test_the_spectrogram_shows_a_tone_in_its_band(panel: WaveformPanel, qtbot: Any) -> None:
    add_clip(panel.document, tone(1000.0, 2.0, level=1.0))
    loaded(panel, qtbot)
    picture = spectrogram(panel.track, 0.2, 1.8, 40)
    band = int(picture.levels_db.mean(axis=1).argmax())
    assert abs(mel_bands(16000)[band] @ np.linspace(0, 8000, 1025) - 1000) < 60
    assert picture.levels_db.shape == (BANDS, 40)
    panel.transport.spectrogram.trigger()
    qtbot.waitUntil(lambda: panel.view._picture.isVisible(), timeout=30_000)
    panel.transport.spectrogram.trigger()
    assert not panel.view._picture.isVisible()


def test_the_marked_windows_are_those_the_encoder_hears() -> None:
    from engine.embedding.mel import MelConfig, window_starts

    config = MelConfig()
    for seconds in (1.0, 5.12, 7.0, 31.0):
        starts = window_starts(round(seconds * config.sample_rate), config)
        marked = heard_windows(2.0, 2.0 + seconds, config.window_seconds)
        np.testing.assert_allclose([start for start, _ in marked], [2.0 + s / 32000 for s in starts], atol=1e-4)
        assert marked[-1][1] == pytest.approx(2.0 + seconds, abs=1e-6)


def test_a_broken_sound_is_explained_in_one_sentence(panel: WaveformPanel, qtbot: Any) -> None:
    from sgim_desktop.document.document import sha256_of
    from sgim_desktop.document.values import ClipItem, new_id

    data = b"this is no sound"
    item = ClipItem(new_id(), 1.0, sha256_of(data), "broken.wav", 1.0, 16000)
    with qtbot.waitSignal(panel.document.message, timeout=30_000) as said:
        panel.document.add_clip(item, {item.sha256: data})
    assert said.args[1] == "error" and item.sha256[:8] in said.args[0] or "broken" in said.args[0]
    assert not panel.transport.play.isEnabled()


def test_zero_crossings_take_the_quieter_side() -> None:
    samples = np.array([0.5, 0.4, 0.3, -0.01, -0.5, -0.2, 0.6], np.float32)
    assert nearest_zero_crossing(samples, 0) == 3
    assert nearest_zero_crossing(samples, 6) == 5
    assert nearest_zero_crossing(np.ones(4, np.float32), 2) == 2


def test_the_ring_keeps_order_across_its_end_and_never_overwrites() -> None:
    ring = RingBuffer(8)
    assert ring.write(np.arange(6, dtype=np.float32)) == 6
    assert ring.read(4).tolist() == [0, 1, 2, 3]
    assert ring.write(np.arange(6, 16, dtype=np.float32)) == 6
    assert ring.read(99).tolist() == [4, 5, 6, 7, 8, 9, 10, 11]


def test_the_ruler_reads_as_a_clock() -> None:
    assert [clock(0.5, 1), clock(75), clock(3725), clock(59.9996, 3)] == ["0:00.5", "1:15", "1:02:05", "1:00.000"]


def test_importing_every_panel_does_not_import_torch() -> None:
    script = (
        "import sys\n"
        "import sgim_desktop.waveform.panel, sgim_desktop.microphone.panel\n"
        "print([m for m in ('torch', 'sounddevice', 'pyloudnorm') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
