"""Small real sound and video files, made with PyAV where a test needs them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

SOUND_KINDS: dict[str, tuple[str, str, int]] = {
    # ending → container, codec, rate
    "wav": ("wav", "pcm_s16le", 22_050),
    "flac": ("flac", "flac", 44_100),
    "mp3": ("mp3", "libmp3lame", 44_100),
    "ogg": ("ogg", "libopus", 48_000),
    "m4a": ("ipod", "aac", 44_100),
    "webm": ("webm", "libopus", 48_000),
    "mka": ("matroska", "pcm_f32le", 16_000),
}


def tone(seconds: float, rate: int, hertz: float = 440.0, level: float = 0.3) -> np.ndarray:
    """(n,) float32 sine."""
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def encode_sound(path: Path, samples: np.ndarray, kind: str | None = None) -> Path:
    """Write (channels, n) or (n,) float samples; the rate is that of the kind."""
    container_name, codec, rate = SOUND_KINDS[kind or path.suffix[1:]]
    samples = np.atleast_2d(samples).astype(np.float32)
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(samples)]
    with av.open(str(path), "w", format=container_name) as container:
        stream: Any = container.add_stream(codec, rate=rate, layout=layout)
        _mux(container, stream, samples, rate, layout)
    return path


def encode_video(path: Path, seconds: float = 0.5, sound: np.ndarray | None = None) -> Path:
    """A 64×48 VP9 or MPEG-4 video with or without (n,) sound at 48 kHz (Opus, or AAC in .mov)."""
    codec = "mpeg4" if path.suffix == ".mov" else "libvpx-vp9"
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream(codec, rate=10)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio: Any = None
        if sound is not None:
            audio = container.add_stream("aac" if path.suffix == ".mov" else "libopus", rate=48_000, layout="mono")
        for i in range(max(1, round(seconds * 10))):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 20 * i % 255, np.uint8), format="rgb24")
            frame.pts, frame.time_base = i, Fraction(1, 10)
            container.mux(video.encode(frame.reformat(format="yuv420p")))
        container.mux(video.encode(None))
        if sound is not None:
            _mux(container, audio, np.atleast_2d(sound), 48_000, "mono")
    return path


def _mux(container: Any, stream: Any, samples: np.ndarray, rate: int, layout: str) -> None:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples, np.float32), format="fltp", layout=layout)
    frame.sample_rate = rate
    resampler = av.AudioResampler(stream.format, layout, rate, frame_size=stream.codec_context.frame_size or None)
    for part in [*resampler.resample(frame), *resampler.resample(None)]:
        container.mux(stream.encode(part))
    container.mux(stream.encode(None))
