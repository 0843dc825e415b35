"""Align every portrait of the data set once, so that portrait networks train on crops in memory."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from engine.alignment.crop import align
from engine.alignment.faces import find_faces
from engine.errors import DataError

HELD_OUT_FOLD = "4"


@dataclass(frozen=True)
class PortraitCrops:
    """``pixels`` (n, S, S, 3) uint8 sRGB FFHQ-framed crops; ``paths``, ``labels`` (n,) str; ``points`` (n, 3, 2) eyes
    and mouth in the crop, [0, 1]; ``frames`` (n, 5) alignment in the data set's picture."""

    pixels: np.ndarray
    paths: np.ndarray
    labels: np.ndarray
    points: np.ndarray
    frames: np.ndarray

    @property
    def painted(self) -> np.ndarray:
        """(n,) bool."""
        return np.char.startswith(self.labels, "painted")


def portrait_rows(data: Path) -> list[dict[str, str]]:
    """Rows of ``images/index.csv`` with domain portrait; ``DataError`` when the index is missing."""
    index = data / "images" / "index.csv"
    if not index.is_file():
        raise DataError(f"There is no {index}; point --data at a folder laid out like shared/data.")
    with index.open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["domain"] == "portrait"]


def crop_portraits(
    data: Path, rows: list[dict[str, str]], size: int, report: Callable[[int, int], None] | None = None
) -> PortraitCrops:
    """Align each row's largest face to ``size``²; rows where no face is found are left out."""
    found = list(_crops(data, rows, size, report))
    if not found:
        raise DataError(f"No face was found in the portraits of {data}; check its images folder.")
    pixels, paths, labels, points, frames = (list(column) for column in zip(*found, strict=True))
    return PortraitCrops(np.stack(pixels), np.array(paths), np.array(labels), np.stack(points), np.array(frames))


def align_data_set(data: Path, file: Path, report: Callable[[int, int], None] | None = None, size: int = 128) -> None:
    """Align all portraits of declared licence and save them: training folds and the held-out fold apart."""
    rows = [row for row in portrait_rows(data) if row["split"] == "train"]
    train = crop_portraits(data, [row for row in rows if row["fold"] != HELD_OUT_FOLD], size, report)
    held_out = crop_portraits(data, [row for row in rows if row["fold"] == HELD_OUT_FOLD], size, report)
    save_crops(file, train, held_out)


def _crops(
    data: Path, rows: list[dict[str, str]], size: int, report: Callable[[int, int], None] | None
) -> Iterator[tuple[np.ndarray, str, str, np.ndarray, tuple[float, ...]]]:
    for done, row in enumerate(rows):
        if report is not None:
            report(done, len(rows))
        bgr = cv2.imread(str(data / "images" / row["path"]), cv2.IMREAD_COLOR)
        if bgr is None:
            raise DataError(f"{row['path']} cannot be read; fetch the data set again.")
        srgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
        faces = find_faces(srgb)
        if not faces:
            continue
        frame = faces[0].alignment
        unit = cv2.invertAffineTransform(frame.unit_to_picture())
        points = faces[0].points @ unit[:, :2].T + unit[:, 2]
        yield align(srgb, frame, size), row["path"], row["label"], points, frame.values


def save_crops(file: Path, train: PortraitCrops, held_out: PortraitCrops) -> None:
    """One npz with ``train_*`` and ``held_out_*`` arrays (pixels, paths, labels, points, frames)."""
    arrays = {
        f"{part}_{name}": getattr(crops, name)
        for part, crops in (("train", train), ("held_out", held_out))
        for name in ("pixels", "paths", "labels", "points", "frames")
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(file.name + ".part.npz")
    np.savez_compressed(beside, **arrays)
    beside.replace(file)


def load_crops(file: Path) -> tuple[PortraitCrops, PortraitCrops]:
    """(train, held out) as saved by ``save_crops``."""
    if not file.is_file():
        raise DataError(f"There is no {file}; make it with: sgim train identity (it aligns the portraits first).")
    with np.load(file, allow_pickle=False) as kept:
        parts = [
            PortraitCrops(*(kept[f"{part}_{n}"] for n in ("pixels", "paths", "labels", "points", "frames")))
            for part in ("train", "held_out")
        ]
    return parts[0], parts[1]
