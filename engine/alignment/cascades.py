"""Rough face boxes by OpenCV's bundled Haar cascades, on the picture as it is and turned."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

_FACE_CASCADES = ("haarcascade_frontalface_alt2.xml", "haarcascade_frontalface_default.xml")
_PROFILE = "haarcascade_profileface.xml"
_CAT = "haarcascade_frontalcatface_extended.xml"
_ONE_AT_A_TIME = threading.Lock()
"""A cascade keeps its scales while it looks: two threads in one spoil each other's, or fail."""


@dataclass(frozen=True)
class Box:
    """A square that may hold a face: ``centre`` (2,) and ``side`` in picture pixels, ``angle`` degrees clockwise."""

    centre: np.ndarray
    side: float
    angle: float
    votes: int
    cascade: str


@lru_cache(maxsize=8)
def cascade(file: str) -> cv2.CascadeClassifier:
    """One of the cascades that ship inside OpenCV's package."""
    return cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / file))


def rough_boxes(grey: np.ndarray, angles: tuple[float, ...], smallest: int, *, profiles: bool = False) -> list[Box]:
    """Candidate boxes in ``grey`` (H, W) uint8, seen at each of ``angles``; many overlap and some are no faces."""
    found: list[Box] = []
    equal = cv2.createCLAHE(2.0, (4, 4)).apply(grey)
    for angle in angles:
        view, back = _turned(equal, angle)
        for file in _FACE_CASCADES:
            found += _detect(view, back, file, angle, smallest, votes=3)
    if profiles:
        found += _detect(equal, np.eye(3), _PROFILE, 0.0, smallest, votes=3)
        mirrored = np.ascontiguousarray(equal[:, ::-1])
        found += _detect(mirrored, _mirror(equal.shape[1]), _PROFILE, 0.0, smallest, votes=3)
    return found


def grid_boxes(height: int, width: int) -> list[Box]:
    """Upright boxes everywhere, for faces no cascade sees (cut by the border, hidden by hair, roughly painted)."""
    found = []
    for share in (0.22, 0.32, 0.45, 0.62, 0.85):
        side = share * min(height, width)
        for y in np.arange(0.2 * side, height, 0.28 * side):
            for x in np.arange(0.2 * side, width, 0.28 * side):
                found.append(Box(np.array([x, y]), float(side), 0.0, 0, "grid"))
    return found


def looks_like_cat(grey: np.ndarray) -> bool:
    """Whether the cat cascade fires clearly: only to word the message when no human face was found."""
    with _ONE_AT_A_TIME:
        return len(cascade(_CAT).detectMultiScale(grey, 1.1, 6, minSize=(40, 40))) > 0


def _mirror(width: int) -> np.ndarray:
    return np.array([[-1.0, 0, width - 1], [0, 1, 0], [0, 0, 1]])


def _turned(grey: np.ndarray, angle: float) -> tuple[np.ndarray, np.ndarray]:
    """The picture turned so that a face leaning ``angle`` clockwise stands upright; (3, 3) map back."""
    if angle == 0:
        return grey, np.eye(3)
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
    reach = np.abs(matrix[:, :2]) @ [width, height]
    size = (int(np.ceil(reach[0])), int(np.ceil(reach[1])))
    matrix[:, 2] = matrix[:, 2] + (np.array(size) - [width, height]) / 2
    view = cv2.warpAffine(grey, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    return view, np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))


def _detect(view: np.ndarray, back: np.ndarray, file: str, angle: float, smallest: int, votes: int) -> list[Box]:
    with _ONE_AT_A_TIME:
        boxes, counts = cascade(file).detectMultiScale2(view, 1.12, votes, minSize=(smallest, smallest))
    found = []
    for (x, y, w, h), count in zip(boxes, np.asarray(counts).ravel(), strict=True):
        centre = (back @ [x + w / 2 - 0.5, y + h / 2 - 0.5, 1.0])[:2] + 0.5
        found.append(Box(centre, float(max(w, h)), angle, int(count), file))
    return found
