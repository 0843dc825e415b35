"""Any sound file, or the sound track of a video, as blocks of mono float32: an hour never sits in memory twice."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np

from engine.errors import SoundError

MAX_RATE = 48_000  # Hz; above it there is nothing a listener or an encoder uses

_KINDS = "choose a WAV, FLAC, MP3, OGG, Opus, M4A, or a video with sound"


@dataclass
class SoundStream:
    """An open sound. ``rate`` in Hz after capping; ``declared_seconds`` None when the file does not say.

    ``blocks()`` yields (n,) float32 mono, clamped to ±1, once.
    """

    container: Any
    name: str
    rate: int
    declared_seconds: float | None
    strict_length: bool

    def blocks(self) -> Iterator[np.ndarray]:
        """Decoded blocks in order. Raises ``SoundError`` on NaN samples and on files cut off in the middle."""
        source = self.container.streams.audio[0]
        resampler: av.AudioResampler | None = None
        decoded = 0
        for frame in self._frames(source):
            if frame.sample_rate != self.rate:
                if resampler is None:
                    resampler = av.AudioResampler(format="fltp", rate=self.rate)
                frames = resampler.resample(frame)
            else:
                frames = [frame]
            for part in frames:
                decoded += part.samples
                yield self._mono(part)
        if resampler is not None:
            for part in resampler.resample(None):
                decoded += part.samples
                yield self._mono(part)
        if decoded == 0:
            raise SoundError(f"{self.name} holds no sound that can be decoded; {_KINDS}.")
        if self.strict_length and self.declared_seconds is not None:
            if decoded / self.rate < 0.95 * self.declared_seconds - 0.25:
                raise cut_off(self.name)

    def _frames(self, source: Any) -> Iterator[Any]:
        for packet in self.container.demux(source):
            try:
                yield from packet.decode()
            except av.error.InvalidDataError:
                continue  # one bad packet is a click, not a reason to refuse; too many are found by the length check
            except av.error.EOFError:
                return

    def _mono(self, frame: Any) -> np.ndarray:
        array = frame.to_ndarray()
        channels = len(frame.layout.channels)
        if not frame.format.is_planar:
            array = array.reshape(-1, channels).T
        if array.dtype == np.uint8:
            array = (array.astype(np.float32) - 128.0) / 128.0
        elif array.dtype.kind == "i":
            array = array.astype(np.float32) / np.float32(2.0 ** (8 * array.dtype.itemsize - 1))
        mono = array.mean(axis=0, dtype=np.float32) if len(array) > 1 else array[0].astype(np.float32)
        if not np.isfinite(mono).all():
            raise SoundError(f"{self.name} contains samples that are not numbers; export it again from your editor.")
        return np.clip(mono, -1.0, 1.0)


@contextmanager
def open_sound_stream(path_or_bytes: str | Path | bytes, name: str = "") -> Iterator[SoundStream]:
    """Open a sound for decoding block by block. Raises ``SoundError`` when there is nothing to decode."""
    is_bytes = isinstance(path_or_bytes, bytes)
    path = None if is_bytes else Path(path_or_bytes)  # type: ignore[arg-type]
    name = name or (path.name if path else "sound")
    if path is not None:
        _check_file(path, name)
    elif not path_or_bytes:
        raise SoundError(f"{name} is empty; {_KINDS}.")
    head_source: Any = io.BytesIO(path_or_bytes) if isinstance(path_or_bytes, bytes) else str(path)
    try:
        container = av.open(head_source, mode="r", metadata_errors="ignore")
    except (av.error.FFmpegError, ValueError, UnicodeError) as error:
        raise SoundError(f"{name} is not a sound that can be read, or it is damaged; {_KINDS}.", error) from error
    with container:
        if not container.streams.audio:
            if container.streams.video:
                raise SoundError(f"{name} has no sound track; {_KINDS}.")
            raise SoundError(f"{name} holds no sound; {_KINDS}.")
        try:
            yield _stream(container, name, path, path_or_bytes)
        except av.error.FFmpegError as error:
            raise SoundError(f"{name} is damaged or cut off; save or download it again.", error) from error


def cut_off(name: str) -> SoundError:
    """The sentence for a file that ends too early."""
    return SoundError(f"{name} is cut off: it ends before its end; save or download it again.")


def _check_file(path: Path, name: str) -> None:
    try:
        if path.is_dir():
            raise SoundError(f"{path} is a folder; choose a sound file.")
        if path.stat().st_size == 0:
            raise SoundError(f"{name} is empty; {_KINDS}.")
        with open(path, "rb"):
            pass
    except FileNotFoundError as error:
        raise SoundError(f"There is no file {path}; check the name and the folder.", error) from error
    except OSError as error:
        raise SoundError(f"{name} cannot be opened ({error.strerror}); check its permissions.", error) from error


def _stream(container: Any, name: str, path: Path | None, data: Any) -> SoundStream:
    source = container.streams.audio[0]
    if source.codec_context is None or int(source.rate or 0) <= 0:  # an unknown codec has neither
        raise SoundError(f"{name} holds no sound that can be decoded; {_KINDS}.")
    if path is not None:
        with open(path, "rb") as file:
            head = file.read(8192)
            file.seek(0, io.SEEK_END)
            size = file.tell()
            file.seek(max(0, size - 70_000))
            tail = file.read()
    else:
        head, tail, size = data[:8192], data[-70_000:], len(data)
    rate = int(source.rate)
    kinds = container.format.name.split(",")
    cut = ("wav" in kinds and _riff_cut(head, size)) or ("ogg" in kinds and _ogg_cut(tail))
    if cut or ("matroska" in kinds and _matroska_cut(head, size)):
        raise cut_off(name)
    seconds = None
    if source.duration is not None and source.time_base is not None:
        seconds = float(source.duration * source.time_base)
    elif container.duration is not None:
        seconds = container.duration / 1_000_000
    # Only these say their length; others are estimates from the bit rate and must not condemn a file.
    alone = len(container.streams) == 1
    strict = "flac" in kinds or "mov" in kinds or (alone and "matroska" in kinds)
    strict = strict or ("mp3" in kinds and (b"Xing" in head or b"Info" in head))
    return SoundStream(container, name, min(rate, MAX_RATE), seconds, strict)


def _riff_cut(head: bytes, size: int) -> bool:
    """A WAV whose data chunk promises more bytes than the file has (streamed ones promise 0 or 4 GB)."""
    if head[:4] != b"RIFF":
        return False
    at = 12
    while at + 8 <= len(head):
        kind, length = head[at : at + 4], struct.unpack_from("<I", head, at + 4)[0]
        if kind == b"data":
            return length < 0x7FFFF000 and at + 8 + length > size + 1
        at += 8 + length + (length & 1)
    return False


def _matroska_cut(head: bytes, size: int) -> bool:
    """A Matroska or WebM file whose segment promises more bytes than the file has (streamed ones promise none)."""
    at = 0
    while at + 4 < len(head):  # the header, rarely padding, then the segment
        kind, at = _matroska_number(head, at)
        length, at = _matroska_number(head, at)
        if length < 0:
            return False
        value = length - (1 << length.bit_length() - 1)  # the highest bit tells how many bytes the number has
        if kind == 0x18538067:
            unknown = value + 1 == 1 << length.bit_length() - 1
            return not unknown and at + value > size
        at += value
    return False


def _matroska_number(head: bytes, at: int) -> tuple[int, int]:
    """The number at ``at``, with the bit that tells its length, and where it ends; -1 when it is none."""
    width = 9 - head[at].bit_length() if at < len(head) else 9
    if width > 8 or at + width > len(head):
        return -1, at
    return int.from_bytes(head[at : at + width], "big"), at + width


def _ogg_cut(tail: bytes) -> bool:
    """Whether the last Ogg page is longer than what is left of the file."""
    at = tail.rfind(b"OggS")
    if at < 0 or at + 27 > len(tail):
        return True
    segments = tail[at + 26]
    lacing = tail[at + 27 : at + 27 + segments]
    return len(lacing) < segments or at + 27 + segments + sum(lacing) > len(tail)
