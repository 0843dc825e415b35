"""The waveform pyramid misses no peak, and streams."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SoundError
from engine.media.sounds import PeakPyramid, peaks_of_file, peaks_of_samples, save_wav
from engine.steps import Progress
from tests.peak_growth import PeakGrowth

RATE = 8000
NOISE = np.random.default_rng(0).uniform(-1, 1, 20 * RATE).astype(np.float32)


def streamed(path: Path) -> tuple[PeakPyramid, list[Progress]]:
    events, work = [], peaks_of_file(path)
    while True:
        try:
            events.append(next(work))
        except StopIteration as end:
            return end.value, events


@given(st.integers(1, len(NOISE)), st.floats(0, 19), st.floats(0.05, 20), st.integers(1, 300))
def test_columns_cover_every_sample_and_invent_none(length: int, start: float, span: float, width: int) -> None:
    samples = NOISE[:length]
    pyramid = peaks_of_samples(samples, RATE)
    columns = pyramid.columns(start, start + span, width)
    assert columns.shape == (width, 2)
    edges = np.linspace(start, start + span, width + 1) * RATE
    for i in (0, width // 2, width - 1):
        inside = samples[int(np.ceil(edges[i])) : int(edges[i + 1])]
        if len(inside):
            assert columns[i, 0] <= inside.min() and columns[i, 1] >= inside.max()
    assert columns.min() >= min(0.0, float(samples.min())) and columns.max() <= max(0.0, float(samples.max()))


def test_columns_outside_the_sound_are_flat() -> None:
    columns = peaks_of_samples(NOISE[:RATE], RATE).columns(-2, 3, 50)
    assert not columns[:19].any() and not columns[31:].any() and columns[21:29].any(axis=1).all()


def test_a_file_gives_the_same_pyramid_as_its_samples(tmp_path: Path) -> None:
    save_wav(tmp_path / "x.wav", NOISE, RATE)
    pyramid, events = streamed(tmp_path / "x.wav")
    expected = peaks_of_samples(NOISE, RATE)
    assert len(pyramid.levels) == len(expected.levels) and pyramid.seconds == expected.seconds
    for mine, theirs in zip(pyramid.levels, expected.levels, strict=True):
        assert np.array_equal(mine, theirs)
    assert events and all(0 < e.done <= e.total for e in events)


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_bytes(b"no sound")
    with pytest.raises(SoundError, match="x.wav"):
        streamed(tmp_path / "x.wav")


@pytest.mark.long
def test_an_hour_streams_in_little_memory(tmp_path: Path) -> None:
    import wave

    with wave.open(str(tmp_path / "hour.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44_100)
        minute = (np.random.default_rng(0).normal(0, 3000, 44_100 * 60)).astype("<i2").tobytes()
        for _ in range(60):
            file.writeframes(minute)
    with PeakGrowth() as peak:
        pyramid, _ = streamed(tmp_path / "hour.wav")
    assert pyramid.seconds == 3600
    assert peak.bytes < 100e6  # the samples are 635 MB
