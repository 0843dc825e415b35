"""Pictures for training: an index.csv folder read once into memory, crops at several scales."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from engine.errors import DataError

HELD_OUT_FOLD = "4"


@dataclass(frozen=True)
class PictureRow:
    """One line of ``images/index.csv``."""

    path: Path
    domain: str
    label: str
    caption: str
    fold: str
    split: str


def read_picture_index(
    data: Path, *, domains: Sequence[str] = ("landscape", "painting"), splits: Sequence[str] = ("train",)
) -> list[PictureRow]:
    """Rows of ``data/images/index.csv`` in the given domains and splits, in file order."""
    index = data / "images" / "index.csv"
    if not index.is_file():
        raise DataError(
            f"{index} is missing; name a folder laid out like the project's data (audio/, images/, classes.csv)."
        )
    with index.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    needed = {"path", "domain", "label", "caption", "fold", "split"}
    if not rows or not needed <= set(rows[0]):
        raise DataError(f"{index} lacks a column; it needs {', '.join(sorted(needed))}.")
    return [
        PictureRow(index.parent / r["path"], r["domain"], r["label"], r["caption"], r["fold"], r["split"])
        for r in rows
        if r["domain"] in domains and r["split"] in splits
    ]


def load_square(path: Path, size: int) -> np.ndarray:
    """A picture's central square as RGB uint8 (size, size, 3)."""
    with Image.open(path) as opened:
        image: Image.Image = opened.convert("RGB")
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image = image.crop((left, top, left + side, top + side))
        if side != size:
            image = image.resize((size, size), Image.Resampling.LANCZOS)
        return np.asarray(image, dtype=np.uint8)


def read_canonical_classes(data: Path, kind: str) -> dict[str, str]:
    """Label → canonical class from ``data/classes.csv``; ``kind`` is "picture" or "sound"."""
    table = data / "classes.csv"
    if not table.is_file():
        raise DataError(f"{table} is missing; copy it from the project's data folder.")
    with table.open(newline="", encoding="utf-8") as handle:
        return {r["label"]: r["canonical"] for r in csv.DictReader(handle) if r["kind"] == kind}


def random_crop(picture: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """A square crop at a random scale, half the time mirrored: uint8 (size, size, 3).

    Scales are mixed so that the fully convolutional networks can later draw at other sizes.
    """
    side = picture.shape[0]
    crop = int(round(side if rng.random() < 0.4 else rng.uniform(size, side)))
    top, left = rng.integers(0, side - crop + 1), rng.integers(0, side - crop + 1)
    piece = picture[top : top + crop, left : left + crop]
    if crop != size:
        piece = cv2.resize(piece, (size, size), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(piece[:, ::-1] if rng.random() < 0.5 else piece)
