"""Morphs as MP4 or WebM: VP9 or AV1 with Opus sound (no GPL encoder is used)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import av
import numpy as np

from engine.errors import SaveError
from engine.media.atomic_files import save_error, written_beside
from engine.media.clips import resampled
from engine.media.provenance import DIGITAL_SOURCE_TYPE
from engine.media.sound import Sound
from engine.steps import Progress

VideoCodec = Literal["vp9", "av1"]

_ENCODERS = {
    "vp9": ("libvpx-vp9", {"crf": "28", "b": "0", "deadline": "good", "cpu-used": "5", "row-mt": "1"}),
    "av1": ("libsvtav1", {"crf": "32", "preset": "9"}),
}
_OPUS_RATE, _OPUS_FRAME = 48_000, 960
_FORMATS = {".mp4": "mp4", ".webm": "webm"}


def write_video(
    path: str | Path,
    frames: Iterable[np.ndarray],
    total: int,
    frames_per_second: int,
    sound: Sound | None = None,
    codec: VideoCodec = "vp9",
    licence: str = "",
) -> Iterator[Progress]:
    """Encode ``total`` frames (H, W, 3) uint8 sRGB with ``sound`` on them; yields ``Progress`` per frame.

    The ending of ``path`` chooses the container. The file appears only when the iterator has been exhausted.
    ``licence`` of the models is carried as the film's copyright.
    Odd sizes lose their last row or column (4:2:0). Raises ``SaveError``.
    """
    target = Path(path)
    if target.suffix.lower() not in _FORMATS:
        raise SaveError(f"{target.name} has no video ending that can be written; use .mp4 or .webm.")
    with written_beside(target) as beside:
        try:
            yield from _encode(beside, target, frames, total, frames_per_second, sound, codec, licence)
        except av.error.FFmpegError as error:
            if isinstance(error, OSError):
                raise save_error(target, error) from error
            raise SaveError(f"{target} could not be encoded; choose another size or codec.", error) from error


def _encode(
    beside: Path,
    target: Path,
    frames: Iterable[np.ndarray],
    total: int,
    rate: int,
    sound: Sound | None,
    codec: VideoCodec,
    licence: str,
) -> Iterator[Progress]:
    encoder, options = _ENCODERS[codec]
    os.environ.setdefault("SVT_LOG", "1")  # errors only; the AV1 encoder chats on stderr otherwise
    with av.open(str(beside), "w", format=_FORMATS[target.suffix.lower()]) as container:
        container.metadata["comment"] = f"Edited with SGIM Studio; digital source type {DIGITAL_SOURCE_TYPE}"
        if licence:
            container.metadata["copyright"] = f"Model licence: {licence}"
        video: Any = None
        audio: Any = container.add_stream("libopus", rate=_OPUS_RATE, layout="mono") if sound is not None else None
        if audio is not None:
            audio.bit_rate = 128_000
        sound_packets: Iterator[Any] = iter(())
        for index, picture in enumerate(frames):
            height, width = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
            if video is None:
                video = container.add_stream(encoder, rate=rate, options=options)
                video.width, video.height, video.pix_fmt = width, height, "yuv420p"
                _tag_colours(video.codec_context)
                if sound is not None:
                    sound_packets = _sound_packets(audio, sound)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height, :width]), format="rgb24")
            frame = frame.reformat(format="yuv420p", dst_colorspace=av.video.reformatter.Colorspace.ITU709)
            frame.pts, frame.time_base = index, Fraction(1, rate)
            container.mux(video.encode(frame))
            for packet in sound_packets:  # sound keeps pace with the pictures, so that players can stream the file
                container.mux(packet)
                if packet.pts * packet.time_base > (index + 1) / rate:
                    break
            yield Progress("video", index + 1, total)
        if video is None:
            raise SaveError(f"{target} would hold no picture; choose a longer sound.")
        container.mux(video.encode(None))
        for packet in sound_packets:
            container.mux(packet)


def _tag_colours(context: Any) -> None:
    """Limited-range BT.709, as players expect of HD video; untagged files are guessed by size."""
    context.color_range = av.video.reformatter.ColorRange.MPEG
    context.colorspace = 1
    context.color_primaries = 1
    context.color_trc = 1


def _sound_packets(stream: Any, sound: Sound) -> Iterator[Any]:
    samples = resampled(sound, _OPUS_RATE).samples
    for at in range(0, len(samples), _OPUS_FRAME):
        part = samples[at : at + _OPUS_FRAME]
        if len(part) < _OPUS_FRAME:
            part = np.pad(part, (0, _OPUS_FRAME - len(part)))
        frame = av.AudioFrame.from_ndarray(part[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = _OPUS_RATE, at, Fraction(1, _OPUS_RATE)
        for converted in _converter(stream).resample(frame):
            yield from stream.encode(converted)
    yield from stream.encode(None)


def _converter(stream: Any) -> av.AudioResampler:
    """Planar float to the encoder's own sample format; no state is carried, the rate is the same."""
    return av.AudioResampler(format=stream.format, layout="mono", rate=_OPUS_RATE)
