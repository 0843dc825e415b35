"""Morph videos play in both containers, with their sound, and appear only when they are whole."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from encoded_files import tone

from engine.errors import RequestError, SaveError
from engine.media.morphs import write_morph
from engine.media.sounds import load_sound, sound_from_samples
from engine.media.videos import write_video

SOUND = sound_from_samples(tone(1.0, 16_000), 16_000)


def frames(count: int) -> list[np.ndarray]:
    return [np.full((49, 65, 3), (20, 10 + 200 * i // count, 120), np.uint8) for i in range(count)]


@pytest.mark.parametrize(("ending", "codec"), [("mp4", "vp9"), ("webm", "vp9"), ("webm", "av1")])
def test_video_has_every_frame_in_its_colour_and_the_sound(tmp_path: Path, ending: str, codec: str) -> None:
    path = tmp_path / f"x.{ending}"
    events = list(write_video(path, frames(20), 20, 20, SOUND, codec, "only for research"))  # type: ignore[arg-type]
    assert [e.done for e in events] == list(range(1, 21))
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        decoded = [f.reformat(format="rgb24", src_colorspace=1).to_ndarray() for f in container.decode(video)]
        told = {key.lower(): value for key, value in container.metadata.items()}
        assert "only for research" in told["copyright"] and "digital source type" in told["comment"]
        assert video.average_rate == 20 and len(decoded) == 20
        assert decoded[0].shape == (48, 64, 3)
        assert np.abs(decoded[10].mean(axis=(0, 1)) - [20, 110, 120]).max() < 6
    assert abs(load_sound(path).seconds - 1.0) < 0.05
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_stopped_video_leaves_nothing(tmp_path: Path) -> None:
    work = write_video(tmp_path / "x.mp4", frames(10), 10, 10, SOUND)
    next(work)
    work.close()  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []


def test_wrong_ending_and_missing_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SaveError, match="x.avi"):
        list(write_video(tmp_path / "x.avi", frames(2), 2, 10))
    with pytest.raises(SaveError, match="none"):
        list(write_video(tmp_path / "none" / "x.mp4", frames(2), 2, 10))


def test_a_morph_begins_at_the_source_and_ends_at_the_result(tmp_path: Path) -> None:
    def render(t: float) -> np.ndarray:
        return np.full((1000, 2400, 3), round(40 + 160 * t), np.uint8)

    list(write_morph(tmp_path / "x.webm", render, SOUND, frames_per_second=10, key_frames=3))
    with av.open(str(tmp_path / "x.webm")) as container:
        shown = [f.to_ndarray(format="gray") for f in container.decode(video=0)]
    assert len(shown) == 10 and shown[0].shape == (800, 1920)
    levels = [float(f.mean()) for f in shown]
    assert levels == sorted(levels) and levels[-1] - levels[0] > 120


def test_a_morph_refuses_more_than_ten_minutes(tmp_path: Path) -> None:
    long = sound_from_samples(np.zeros(601 * 8000, np.float32), 8000, "long")
    with pytest.raises(RequestError, match="long"):
        list(write_morph(tmp_path / "x.mp4", lambda t: np.zeros((16, 16, 3), np.uint8), long))
