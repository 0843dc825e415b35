"""The judge: which weather does a picture show? Trained from real pictures only, never used in guidance.

Another architecture than the guide on purpose (KNOWLEDGE §7: weak classifiers love adversarial colour):
hand-made colour, gradient and texture features into extremely randomised trees and a support vector
machine. What fools a convolutional joint embedding does not fool histograms, and the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from engine.training.picture_data import HELD_OUT_FOLD, load_square, read_canonical_classes, read_picture_index

SCENE_CLASSES = ("sunny", "cloudy", "sunset", "rain", "thunderstorm", "snow", "fog", "fire", "sea", "night")
SIZE = 128
VIEWS = 4
NEEDED_ACCURACY = 0.80


def features(picture: np.ndarray) -> np.ndarray:
    """Colour layout, hue–saturation histograms, gradients and texture of a picture: float32 (n,)."""
    if picture.shape[:2] != (SIZE, SIZE):
        picture = cv2.resize(picture, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    picture = np.ascontiguousarray(picture)
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB).astype(np.float32) / 255
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
    values: list[float] = []
    for cells in (1, 2, 4):
        n = SIZE // cells
        blocks = lab.reshape(cells, n, cells, n, 3).transpose(0, 2, 1, 3, 4).reshape(cells * cells, n * n, 3)
        values += [*blocks.mean(1).ravel(), *blocks.std(1).ravel()]
    half = SIZE // 2
    for part in (hsv[:half].reshape(-1, 3), hsv[half:].reshape(-1, 3)):
        joint = np.histogram2d(part[:, 0], part[:, 1], bins=(12, 4), range=((0, 180), (0, 256)))[0]
        values += [*np.sqrt(joint.ravel() / len(part)), *np.sqrt(np.histogram(part[:, 2], 16, (0, 256))[0] / len(part))]
    luma = np.ascontiguousarray(lab[..., 0])
    gx, gy = cv2.Sobel(luma, -1, 1, 0), cv2.Sobel(luma, -1, 0, 1)
    strength, angle = np.hypot(gx, gy), (np.arctan2(gy, gx) % np.pi) / np.pi * 8
    for rows in (slice(0, half), slice(half, SIZE)):
        for cols in (slice(0, half), slice(half, SIZE)):
            weights = strength[rows, cols].ravel()
            values += list(np.histogram(angle[rows, cols].ravel(), 8, (0, 8), weights=weights)[0] / weights.size)
    for sigma in (1, 2, 4, 8):
        for rows in (slice(0, half), slice(half, SIZE)):
            band = (luma - cv2.GaussianBlur(luma, (0, 0), sigma))[rows]
            values += [band.std(), np.abs(band).max(), np.percentile(band, 99), np.percentile(band, 1)]
    return np.array(values, np.float32)


def varied(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mirror, crop, colour, blur, JPEG: labels are tied to sources, and the judge is to know weather, not cameras."""
    if rng.random() < 0.5:
        picture = picture[:, ::-1]
    crop = int(rng.uniform(0.78, 1.0) * SIZE)
    top, left = int(rng.integers(0, SIZE - crop + 1)), int(rng.integers(0, SIZE - crop + 1))
    picture = cv2.resize(np.ascontiguousarray(picture[top : top + crop, left : left + crop]), (SIZE, SIZE))
    scaled = picture.astype(np.float32) * rng.uniform(0.85, 1.15, 3) * rng.uniform(0.85, 1.15)
    picture = np.clip(scaled, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.6))
    if rng.random() < 0.4:
        coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(30, 90))])[1]
        return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))
    return picture


@dataclass(frozen=True)
class LabelledPictures:
    """``pictures`` uint8 (N, 128, 128, 3); ``classes`` (N,) indices of ``SCENE_CLASSES``; ``held_out`` (N,) bool."""

    pictures: np.ndarray
    classes: np.ndarray
    held_out: np.ndarray
    paths: tuple[Path, ...]
    labels: tuple[str, ...]


def scene_pictures(data: Path, splits: Sequence[str] = ("train", "eval_only")) -> LabelledPictures:
    """The pictures of the ten scene classes in a data folder; fold 4 is held out."""
    canonical = read_canonical_classes(data, "picture")
    rows = [r for r in read_picture_index(data, splits=splits) if canonical.get(r.label) in SCENE_CLASSES]
    return LabelledPictures(
        np.stack([load_square(r.path, SIZE) for r in rows]),
        np.array([SCENE_CLASSES.index(canonical[r.label]) for r in rows]),
        np.array([r.fold == HELD_OUT_FOLD for r in rows]),
        tuple(r.path for r in rows),
        tuple(r.label for r in rows),
    )


class Judge:
    """Says which of ``SCENE_CLASSES`` a picture shows. ``accuracy`` on its own held-out pictures, by class too."""

    def __init__(self, data: LabelledPictures, *, seed: int = 0) -> None:
        from sklearn.ensemble import ExtraTreesClassifier
        from sklearn.preprocessing import StandardScaler
        from sklearn.svm import SVC

        rng = np.random.default_rng(seed)
        train = np.flatnonzero(~data.held_out)
        x = [features(data.pictures[i]) for i in train]
        y = [int(data.classes[i]) for i in train]
        for _ in range(VIEWS - 1):
            x += [features(varied(data.pictures[i], rng)) for i in train]
            y += [int(data.classes[i]) for i in train]
        self._trees: Any = ExtraTreesClassifier(
            500, class_weight="balanced_subsample", min_samples_leaf=2, n_jobs=1, random_state=seed
        ).fit(np.stack(x), y)
        self._scale: Any = StandardScaler().fit(np.stack(x))
        self._vectors: Any = SVC(C=10, gamma=0.003, class_weight="balanced").fit(self._scale.transform(np.stack(x)), y)
        held = np.flatnonzero(data.held_out)
        said = self.classes(data.pictures[held])
        truth = data.classes[held]
        self.held_out = len(held)
        self.accuracy = float((said == truth).mean())
        self.by_class = {
            name: float((said[truth == i] == i).mean()) for i, name in enumerate(SCENE_CLASSES) if (truth == i).any()
        }

    def classes(self, pictures: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
        """Indices of ``SCENE_CLASSES`` (N,) for uint8 pictures of any size; original and mirror vote together."""
        x = np.stack([features(p) for p in pictures] + [features(p[:, ::-1]) for p in pictures])
        trees = self._trees.predict_proba(x)
        # Margins on the scale of the trees' probabilities; the margins, the better of the two, count twice.
        margins = self._vectors.decision_function(self._scale.transform(x))
        votes = 0.5 * trees / 0.12 + margins / 2.9
        n = len(pictures)
        return (votes[:n] + votes[n:]).argmax(1)
