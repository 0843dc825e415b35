"""The shards training streams from: WebDataset tar files (KEY.wav, KEY.jpg?, KEY.json) and their indexes.

`shards.json` is the list of finished shards and where writing stopped; `shard-000000.index.json` holds the byte
offset of every member, so that a training rank reads just the window of just the clips it needs, in any order,
and a resume starts mid-epoch without reading what came before. Other programs read the tars as they are.
"""

from __future__ import annotations

import io
import json
import tarfile
import wave
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import DataError
from engine.media.atomic_files import write_file

LIST_NAME = "shards.json"
WAV_HEADER = 44  # bytes before the samples of a plain PCM wav


@dataclass(frozen=True)
class ShardClip:
    """One clip inside a shard. ``offset`` of its first sample byte in the tar, ``samples`` 16-bit mono;
    ``picture_offset``/``picture_bytes`` of its JPEG (0 bytes: none)."""

    key: str
    label: str
    caption: str
    offset: int
    samples: int
    picture_offset: int = 0
    picture_bytes: int = 0


@dataclass
class ShardList:
    """``shards.json``: finished shards and the reader's position after the last of them."""

    rate: int = 32_000
    shards: list[str] = field(default_factory=list)
    clips: list[int] = field(default_factory=list)
    position: int = 0
    complete: bool = False
    tally: dict[str, int] = field(default_factory=dict)
    origin: dict[str, Any] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Number of clips in all shards."""
        return sum(self.clips)

    def save(self, folder: Path) -> None:
        """Write atomically."""
        write_file(folder / LIST_NAME, json.dumps(asdict(self), indent=1).encode())

    @classmethod
    def load(cls, folder: Path) -> ShardList:
        """Read ``folder/shards.json``; a folder of foreign tars without one is listed as it is."""
        path = folder / LIST_NAME
        if not path.is_file():
            tars = sorted(folder.glob("*.tar"))
            if not tars:
                raise DataError(f"{folder} holds no shards; make them with: sgim train shard FOLDER --out {folder}")
            indexes = [index_of(tar) for tar in tars]
            rates = {read_rate(tar, clips[0]) for tar, clips in zip(tars, indexes, strict=True) if clips}
            if len(rates) > 1:
                raise DataError(f"{folder} holds sounds of different rates; make its shards with: sgim train shard")
            return cls(rate=rates.pop() if rates else 32_000, shards=[t.name for t in tars],
                       clips=[len(c) for c in indexes], complete=True)
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (json.JSONDecodeError, TypeError) as error:
            raise DataError(f"{path} is damaged; delete it to have the tar files listed again.", error) from error


def index_path(tar: Path) -> Path:
    """Where the index of a shard lies."""
    return tar.with_suffix(".index.json")


def index_of(tar: Path) -> list[ShardClip]:
    """The clips of a shard, from its index or, when it has none, by reading through the tar once.

    A tar that is cut off gives the clips before the cut. Raises DataError when it is no tar at all.
    """
    path = index_path(tar)
    if path.is_file():
        try:
            return [ShardClip(*row) for row in json.loads(path.read_text(encoding="utf-8"))]
        except (json.JSONDecodeError, TypeError) as error:
            raise DataError(f"{path} is damaged; delete it and it is made again.", error) from error
    return scan(tar)


def scan(tar: Path) -> list[ShardClip]:
    """Read through a tar for its clips: members KEY.wav (16-bit mono), KEY.json {label, caption}, KEY.jpg."""
    found: dict[str, dict[str, Any]] = {}
    try:
        with tarfile.open(tar) as archive:
            try:
                for member in archive:
                    key, _, kind = member.name.rpartition(".")
                    entry = found.setdefault(key, {})
                    if kind == "wav":
                        entry["sound"] = (member.offset_data + WAV_HEADER, max(0, member.size - WAV_HEADER) // 2)
                    elif kind == "jpg":
                        entry["picture"] = (member.offset_data, member.size)
                    elif kind == "json":
                        handle = archive.extractfile(member)
                        entry["meta"] = json.loads(handle.read()) if handle else {}
            except (tarfile.ReadError, EOFError, json.JSONDecodeError):
                pass  # cut off here: what came before is whole
    except (tarfile.TarError, OSError) as error:
        raise DataError(f"{tar} is not a readable tar file; make it again or remove it.", error) from error
    whole = {key: e for key, e in found.items() if "sound" in e and "meta" in e}
    return [ShardClip(key, str(e["meta"].get("label", "")), str(e["meta"].get("caption", "")), *e["sound"],
                      *e.get("picture", (0, 0))) for key, e in whole.items()]


def read_rate(tar: Path, clip: ShardClip) -> int:
    """The sample rate a clip's wav header names."""
    with tar.open("rb") as handle:
        handle.seek(clip.offset - WAV_HEADER)
        header = handle.read(WAV_HEADER)
    return int.from_bytes(header[24:28], "little")


def wav_bytes(samples: Any, rate: int) -> bytes:
    """Samples (n,) float32 within ±1 as a 16-bit mono wav with a plain 44-byte header."""
    import numpy as np

    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1.0, 1.0) * 32767.0).round().astype("<i2").tobytes())
    return buffer.getvalue()
