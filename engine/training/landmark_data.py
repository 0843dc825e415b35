"""Pictures for the landmark network: portraits with pseudo-labels, and scenery that shows no face."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from engine.errors import DataError
from engine.training.landmark_labels import agreed_points
from engine.training.landmarks import LabelledFace
from engine.training.portrait_crops import HELD_OUT_FOLD, portrait_rows

_PAINTED_WEIGHT = 3
_MOST_SCENERY = 1500


def labelled_faces(data: Path, report: Callable[[int, int], None] | None = None) -> list[LabelledFace]:
    """Training portraits (declared licence, not the held-out fold) on which cascades found eyes.

    Painted ones, a tenth as many, are listed three times.
    """
    rows = [row for row in portrait_rows(data) if row["split"] == "train" and row["fold"] != HELD_OUT_FOLD]
    faces: list[LabelledFace] = []
    for done, row in enumerate(rows):
        if report is not None:
            report(done, len(rows))
        grey = _grey(data, row["path"])
        agreed = agreed_points(grey)
        if agreed is not None:
            copies = _PAINTED_WEIGHT if "painted" in row["label"] else 1
            faces += [LabelledFace(grey, agreed.points, agreed.trust)] * copies
    if not faces:
        raise DataError(f"{data} holds no training portrait with a face; the index needs rows of domain portrait.")
    return faces


def scenery(data: Path) -> list[np.ndarray]:
    """Grey training pictures without faces: landscapes and painted scenes."""
    with (data / "images" / "index.csv").open(newline="", encoding="utf-8") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["domain"] != "portrait" and row["split"] == "train" and row["fold"] != HELD_OUT_FOLD
        ]
    return [_grey(data, row["path"]) for row in rows[:_MOST_SCENERY]]


def _grey(data: Path, path: str) -> np.ndarray:
    grey = cv2.imread(str(data / "images" / path), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise DataError(f"{path} cannot be read; fetch the data set again.")
    return np.asarray(grey)
