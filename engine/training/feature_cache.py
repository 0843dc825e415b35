"""Frozen text and picture features, computed once per shard, so that an epoch costs only the audio side.

Beside each shard lies `shard-000000.features.safetensors`: text (texts, variants, d), text_row (clips,), picture
(clips, d), has_picture (clips,), half precision; and one `pool.safetensors` with up to POOL_SIZE pictures per label,
from which Eq. 9 draws ṽ. All carry the embedder's fingerprint and are made again when it changes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from safetensors import safe_open
from torch import Tensor
from torch.nn.functional import normalize

from engine.errors import DataError
from engine.training.readers.clips import table_rows
from engine.training.shard_format import ShardClip, ShardList, index_of
from engine.training.tensor_files import save_tensors
from engine.training.text_augmentation import caption_variants

POOL_SIZE = 64
POOL_NAME = "pool.safetensors"
_BATCH = 64


class FrozenTowers(Protocol):
    """The picture and text side of a joint embedder; ``fingerprint`` changes when its weights do."""

    @property
    def fingerprint(self) -> str: ...

    def texts(self, texts: list[str]) -> Tensor:
        """Unit rows (N, d)."""
        ...

    def pictures(self, pictures: Tensor) -> Tensor:
        """(N, 3, H, W) sRGB in [-1, 1] → unit rows (N, d)."""
        ...


def square_pixels(data: bytes | Path, side: int = 224) -> Tensor:
    """A picture's central square (3, side, side) in [-1, 1]."""
    import numpy as np
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data) if isinstance(data, bytes) else data) as image:
        square = ImageOps.fit(image.convert("RGB"), (side, side))
    return torch.from_numpy(np.array(square)).permute(2, 0, 1).float() / 127.5 - 1.0


def _embed_pictures(sources: Iterable[bytes | Path], towers: FrozenTowers) -> Tensor:
    rows, waiting = [], []
    for source in sources:
        waiting.append(square_pixels(source))
        if len(waiting) == _BATCH:
            rows.append(towers.pictures(torch.stack(waiting)).float().cpu())
            waiting = []
    if waiting:
        rows.append(towers.pictures(torch.stack(waiting)).float().cpu())
    return torch.cat(rows) if rows else torch.zeros(0, 1)


@dataclass(frozen=True)
class ShardFeatures:
    """Features of one shard as stored; see the module."""

    text: Tensor
    text_row: Tensor
    picture: Tensor
    has_picture: Tensor

    @classmethod
    def load(cls, tar: Path) -> ShardFeatures:
        """Read the features beside a shard; DataError when they are not there."""
        path = tar.with_suffix(".features.safetensors")
        if not path.is_file():
            raise DataError(f"{path} is missing; run the training verb again, it makes the features first.")
        with safe_open(path, "pt") as file:
            return cls(*(file.get_tensor(n) for n in ("text", "text_row", "picture", "has_picture")))


@dataclass(frozen=True)
class LabelPool:
    """Pictures by label: ``features`` (pictures, d) half precision; ``rows[label]`` = first row and count."""

    features: Tensor
    rows: dict[str, tuple[int, int]]

    def draw(self, label: str, share: float) -> Tensor | None:
        """The picture at ``share`` in [0, 1) of the label's pictures, a unit (d,); None when it has none."""
        first, count = self.rows.get(label, (0, 0))
        if not count:
            return None
        return normalize(self.features[first + int(share * count)].float(), dim=0)

    @classmethod
    def load(cls, folder: Path) -> LabelPool:
        """Read ``folder/pool.safetensors``."""
        with safe_open(folder / POOL_NAME, "pt") as file:
            rows = json.loads(file.metadata()["rows"])
            return cls(file.get_tensor("features"), {label: (a, b) for label, (a, b) in rows.items()})


def _is_current(path: Path, fingerprint: str) -> bool:
    if not path.is_file():
        return False
    try:
        with safe_open(path, "pt") as file:
            return (file.metadata() or {}).get("fingerprint") == fingerprint
    except Exception:  # noqa: BLE001 - a damaged cache is simply made again
        return False


def _read_pictures(tar: Path, clips: list[ShardClip]) -> Iterable[bytes]:
    with tar.open("rb") as handle:
        for clip in clips:
            handle.seek(clip.picture_offset)
            yield handle.read(clip.picture_bytes)


def cache_shard(tar: Path, towers: FrozenTowers, variants: int, seed: int) -> None:
    """Compute and store the features of one shard."""
    clips = index_of(tar)
    captions = sorted({clip.caption for clip in clips})
    lines = [line for caption in captions for line in caption_variants(caption, variants, seed)]
    chunks = [towers.texts(lines[i : i + 256]).float().cpu() for i in range(0, len(lines), 256)]
    text = torch.cat(chunks)
    where = {caption: i for i, caption in enumerate(captions)}
    pictured = [i for i, clip in enumerate(clips) if clip.picture_bytes]
    picture = torch.zeros(len(clips), text.shape[1])
    if pictured:
        picture[pictured] = _embed_pictures(_read_pictures(tar, [clips[i] for i in pictured]), towers)
    has = torch.zeros(len(clips), dtype=torch.bool)
    has[pictured] = True
    rows = torch.tensor([where[clip.caption] for clip in clips], dtype=torch.int32)
    features = ShardFeatures(text.view(len(captions), variants, -1), rows, picture, has)
    store_features(tar, features, _name(towers, variants, seed))


def store_features(tar: Path, features: ShardFeatures, fingerprint: str) -> None:
    """Write the features of a shard (in half precision) beside it."""
    save_tensors(tar.with_suffix(".features.safetensors"), {
        "text": features.text.half(), "text_row": features.text_row.int(), "picture": features.picture.half(),
        "has_picture": features.has_picture,
    }, {"fingerprint": fingerprint})


def store_pool(folder: Path, by_label: dict[str, Tensor], fingerprint: str) -> None:
    """Write the label pool of a shard folder: unit rows (k, d) per label."""
    rows, parts, first = {}, [], 0
    for label in sorted(by_label):
        count = len(by_label[label])
        if count:
            rows[label] = (first, count)
            parts.append(by_label[label])
            first += count
    features = torch.cat(parts) if parts else torch.zeros(0, 1)
    described = {"fingerprint": fingerprint, "rows": json.dumps(rows)}
    save_tensors(folder / POOL_NAME, {"features": features.half()}, described)


def _name(towers: FrozenTowers, variants: int, seed: int) -> str:
    return f"{towers.fingerprint}/{variants}/{seed}"


def _pool_from_table(table: Path, canonical: dict[str, str]) -> dict[str, list[Path]]:
    """Picture files by (canonical) label from an images index; only training rows outside the held-out fold."""
    found: dict[str, list[Path]] = {}
    for row in table_rows(table, ("path", "label")):
        if row.get("split", "train") == "train" and row.get("fold") != "4":
            label = canonical.get(row["label"], row["label"])
            found.setdefault(label, []).append(table.parent / row["path"])
    return found


def _canonical(folder: Path) -> dict[str, str]:
    table = folder / "classes.csv"
    if not table.is_file():
        return {}
    with table.open(newline="", encoding="utf-8") as handle:
        return {row["label"]: row["canonical"] for row in csv.DictReader(handle) if row["kind"] == "picture"}


def picture_pool(pictures: Path, wanted: set[str], towers: FrozenTowers) -> dict[str, Tensor]:
    """Up to POOL_SIZE unit rows (k, d) per wanted label, from a folder with images/index.csv (training rows only)."""
    table = next((p for p in (pictures / "images" / "index.csv", pictures / "index.csv") if p.is_file()),
                 pictures / "images" / "index.csv")
    by_label = {}
    for label, files in _pool_from_table(table, _canonical(pictures)).items():
        if label in wanted:
            # evenly spread over the table, so that one source cannot fill a label
            step = max(1.0, len(files) / POOL_SIZE)
            chosen = [files[int(i * step)] for i in range(min(len(files), POOL_SIZE))]
            by_label[label] = _embed_pictures((f for f in chosen if f.is_file()), towers)
    return by_label


def cache_pool(folder: Path, shards: ShardList, towers: FrozenTowers, pictures: Path | None, stamp: str) -> None:
    """Build the label pool: from ``pictures`` (a folder with images/index.csv) or from the clips' own pictures."""
    by_label: dict[str, Tensor] = {}
    if pictures is not None:
        wanted = {clip.label for name in shards.shards for clip in index_of(folder / name)}
        by_label = picture_pool(pictures, wanted, towers)
    else:
        for name in shards.shards:
            stored = ShardFeatures.load(folder / name)
            for i, clip in enumerate(index_of(folder / name)):
                held = by_label.get(clip.label, torch.zeros(0, stored.picture.shape[1]))
                if stored.has_picture[i] and len(held) < POOL_SIZE:
                    by_label[clip.label] = torch.cat([held, stored.picture[i : i + 1].float()])
    store_pool(folder, by_label, stamp)


def cache_features(
    folder: str | Path, towers: FrozenTowers, *, variants: int = 8, seed: int = 0, pictures: str | Path | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> int:
    """Make whatever features of a shard folder are missing or stale; returns how many shards were computed.

    ``variants`` augmented texts per caption (the first is the caption itself); ``pictures`` gives clips without a
    picture of their own some of the same label.
    """
    folder = Path(folder)
    shards = ShardList.load(folder)
    stamp, made = _name(towers, variants, seed), 0
    with torch.no_grad():
        for number, name in enumerate(shards.shards, 1):
            if not _is_current((folder / name).with_suffix(".features.safetensors"), stamp):
                cache_shard(folder / name, towers, variants, seed)
                made += 1
                report(f"features of shard {number} of {len(shards.shards)}")
        source = stamp + f"/{pictures or 'own'}"
        if made or not _is_current(folder / POOL_NAME, source):
            cache_pool(folder, shards, towers, Path(pictures) if pictures else None, source)
    return made
