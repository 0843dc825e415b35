"""Pseudo-labels for the landmark network: what OpenCV's cascades agree on when a portrait is turned and mirrored."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engine.alignment.cascades import cascade

_TURNS = (-14.0, -7.0, 0.0, 7.0, 14.0)
_ENLARGE = 1.5
_EYES = ("haarcascade_eye.xml", "haarcascade_eye_tree_eyeglasses.xml")
_LEFT_HALF, _RIGHT_HALF = "haarcascade_righteye_2splits.xml", "haarcascade_lefteye_2splits.xml"
_FACE_WIDTH = 140


@dataclass(frozen=True)
class Agreement:
    """``points`` (3, 2) left eye, right eye, mouth in pixels; ``trust`` 1 when the views agree, else 0."""

    points: np.ndarray
    trust: float


@dataclass(frozen=True)
class _View:
    grey: np.ndarray
    back: np.ndarray
    mirrored: bool


def agreed_points(grey: np.ndarray) -> Agreement | None:
    """Look for eyes and mouth in ten views of a portrait (H, W) uint8; None when fewer than three show both eyes."""
    boxes, eyes, mouths = [], [], []
    for view in _views(grey):
        box = _largest_face(view.grey)
        if box is None:
            continue
        boxes.append(box[2] / _ENLARGE)
        pair = _eye_pair(view, box)
        if pair is not None:
            eyes.append(pair)
        mouth = _mouth(view, box)
        if mouth is not None:
            mouths.append(mouth)
    if len(eyes) < 3:
        return None
    return _weigh(np.array(eyes), np.array(mouths).reshape(-1, 2), float(np.median(boxes)))


def _views(grey: np.ndarray) -> list[_View]:
    height, width = grey.shape
    size = (int(width * _ENLARGE), int(height * _ENLARGE))
    views = []
    for turn in _TURNS:
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, _ENLARGE)
        matrix[:, 2] = matrix[:, 2] + [size[0] / 2 - width / 2, size[1] / 2 - height / 2]
        for mirrored in (False, True):
            full = np.vstack([matrix, [0, 0, 1]])
            if mirrored:
                full = np.array([[-1.0, 0, size[0]], [0, 1, 0], [0, 0, 1]]) @ full
            seen = cv2.warpAffine(grey, full[:2], size, borderMode=cv2.BORDER_REPLICATE)
            views.append(_View(seen, np.linalg.inv(full), mirrored))
    return views


def _largest_face(grey: np.ndarray) -> tuple[int, int, int, int] | None:
    for file, votes in (("haarcascade_frontalface_alt2.xml", 3), ("haarcascade_frontalface_default.xml", 4)):
        boxes, counts = cascade(file).detectMultiScale2(grey, 1.15, votes, minSize=(70, 70))
        if len(boxes):
            best = int(np.argmax(np.asarray(counts).ravel() + np.asarray(boxes)[:, 2] / 100))
            x, y, w, h = (int(v) for v in boxes[best])
            return x, y, w, h
    return None


def _eye_pair(view: _View, box: tuple[int, int, int, int]) -> np.ndarray | None:
    """(2, 2) median left and right eye over the eye cascades, in the picture; None when one side shows none."""
    x, y, w, h = box
    top = y + int(h * 0.15)
    zoom = _FACE_WIDTH / w
    strip = cv2.resize(view.grey[top : y + int(h * 0.62), x : x + w], None, fx=zoom, fy=zoom)
    half = int(strip.shape[1] * 0.55)
    looks = [(file, 0, strip.shape[1]) for file in _EYES]
    looks += [(_LEFT_HALF, 0, half), (_RIGHT_HALF, strip.shape[1] - half, strip.shape[1])]
    left: list[tuple[float, float]] = []
    right: list[tuple[float, float]] = []
    for file, start, end in looks:
        found = cascade(file).detectMultiScale(strip[:, start:end], 1.08, 3, minSize=(18, 18), maxSize=(62, 62))
        for ex, ey, ew, eh in found:
            at = ((ex + start + ew / 2) / zoom + x, (ey + eh / 2) / zoom + top)
            (left if at[0] < x + w / 2 else right).append(at)
    if not left or not right:
        return None
    pair = np.stack([_to_picture(view, np.median(side, 0)) for side in (left, right)])
    return pair[::-1] if view.mirrored else pair


def _mouth(view: _View, box: tuple[int, int, int, int]) -> np.ndarray | None:
    x, y, w, h = box
    top, left, zoom = y + int(h * 0.6), x + int(w * 0.15), _FACE_WIDTH / w
    lower = view.grey[top : min(y + int(h * 1.1), view.grey.shape[0]), left : x + int(w * 0.85)]
    if lower.size == 0:
        return None
    lower = cv2.resize(lower, None, fx=zoom, fy=zoom)
    found, counts = cascade("haarcascade_smile.xml").detectMultiScale2(lower, 1.1, 2, minSize=(30, 15))
    if len(found) == 0:
        return None
    mx, my, mw, mh = found[int(np.argmax(np.asarray(counts).ravel()))]
    return _to_picture(view, np.array([(mx + mw / 2) / zoom + left, (my + mh / 2) / zoom + top]))


def _to_picture(view: _View, point: np.ndarray) -> np.ndarray:
    at: np.ndarray = (view.back @ [point[0], point[1], 1.0])[:2]
    return at


def _weigh(eyes: np.ndarray, mouths: np.ndarray, box: float) -> Agreement:
    """Medians over the views; trusted when the views scatter little and the face has human proportions."""
    pair = np.median(eyes, 0)
    across = pair[1] - pair[0]
    distance = float(np.hypot(*across))
    unit = across / distance
    down = np.array([-unit[1], unit[0]])
    scatter = float(np.median(np.abs(eyes - pair).sum(-1).max(-1))) / distance
    middle = pair.mean(0)
    if len(mouths) < 3:
        return Agreement(np.vstack([pair, middle + 1.1 * distance * down]), 0.0)
    mouth = np.median(mouths, 0)
    mouth_scatter = float(np.median(np.abs(mouths - mouth).sum(-1))) / distance
    drop, aside = float((mouth - middle) @ down) / distance, float((mouth - middle) @ unit) / distance
    trusted = (
        len(eyes) >= 5
        and scatter <= 0.12
        and mouth_scatter <= 0.2
        and 0.75 < drop < 1.6
        and abs(aside) < 0.4
        and abs(distance / box - 0.42) <= 0.14
    )
    return Agreement(np.vstack([pair, mouth]), float(trusted))
