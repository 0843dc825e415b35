"""Find the faces of a picture and their frames; choose one; say what is unusual about it in one sentence."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engine.alignment.cascades import Box, grid_boxes, looks_like_cat, rough_boxes
from engine.alignment.frame import Alignment, frame_from_points
from engine.alignment.points import PointReader, Points, span_of, square_of_box
from engine.errors import PictureError

_SEARCH_SIDES = (320, 800)
_UPRIGHT, _LEANING, _LYING = (0.0,), (-22.0, 22.0, -42.0, 42.0), (90.0, -90.0, 180.0)
_CLEARLY_LEANING = 15.0  # degrees; a profile is found among the leaning faces, too
_CERTAIN, _LIKELY, _POSSIBLE = 0.9, 0.8, 0.5
_MOST_SCATTER = 0.15
_MOST_FAILURES = 24
_SMALL_FACE, _SMALLEST_FACE = 64, 24
_FACE_WIDTH_IN_SPANS = 2.4
_LARGE_FACE = 0.15


@dataclass(frozen=True)
class Face:
    """A found face. ``points`` (3, 2) eyes and mouth in picture pixels; ``chance`` 0…1; ``alignment`` its frame."""

    points: np.ndarray
    chance: float
    scatter: float
    alignment: Alignment

    @property
    def width(self) -> float:
        """Rough width of the face, pixels."""
        return _FACE_WIDTH_IN_SPANS * span_of(self.points)


@dataclass(frozen=True)
class Found:
    """The chosen face, all faces from large to small, and one sentence when something needs the artist's eye."""

    face: Face
    faces: tuple[Face, ...]
    note: str | None


def find_faces(srgb: np.ndarray) -> list[Face]:
    """All human faces in an sRGB picture (H, W, 3) uint8, largest and most certain first; empty when there is none.

    Cascades propose boxes generously (upright, then in profile and leaning, then lying; a small copy of the
    picture, then a larger one when no large face was found); the landmark network throws out what is no face
    and reads eyes and mouth.
    """
    reader = PointReader.shared()
    grey = cv2.cvtColor(srgb, cv2.COLOR_RGB2GRAY)
    best: list[Face] = []
    for side in _SEARCH_SIDES:
        factor = side / max(grey.shape)
        small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=_kernel(factor))
        faces = _search(reader, small)
        if len(faces) > len(best):
            best = _settled(reader, grey, faces, 1 / factor)
        if best and best[0].width * factor > _LARGE_FACE * side:
            break
    return best


def is_portrait(srgb: np.ndarray) -> bool:
    """Whether a face fills a good part of an sRGB picture (H, W, 3) uint8. A glance: upright faces only, on a small
    copy, in a fraction of the time in which ``find_faces`` is sure that there is none."""
    grey = cv2.cvtColor(srgb, cv2.COLOR_RGB2GRAY)
    factor = _SEARCH_SIDES[0] / max(grey.shape)
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=_kernel(factor))
    least = round(_LARGE_FACE * _SEARCH_SIDES[0] / 2)
    faces = _judge(PointReader.shared(), small, rough_boxes(small, _UPRIGHT, least), _CERTAIN)
    return any(_FACE_WIDTH_IN_SPANS * span_of(face.xy) >= _LARGE_FACE * _SEARCH_SIDES[0] for face in faces)


def _search(reader: PointReader, grey: np.ndarray) -> list[Points]:
    """Faces of ``grey`` by the first way of looking that shows any; the dear ways only on the small copy."""
    side = max(grey.shape)
    smallest = max(24, side // 20)
    faces = _judge(reader, grey, rough_boxes(grey, _UPRIGHT, smallest), _POSSIBLE)
    if faces or side > _SEARCH_SIDES[0]:
        return faces
    faces = _judge(reader, grey, rough_boxes(grey, _LEANING, smallest, profiles=True), _POSSIBLE)
    if faces and all(abs(frame_from_points(*face.xy).angle) < _CLEARLY_LEANING for face in faces):
        return faces
    # A lying face can pass for a leaning one, its points less at one; and lying faces before the grid: on a picture
    # turned by a quarter it finds half-plausible upright faces.
    lying = _judge(reader, grey, rough_boxes(grey, _LYING, smallest), _CERTAIN)
    if faces:
        return [_tightest([face, *(other for other in lying if _same_place(face.xy, other.xy))]) for face in faces]
    return lying or _judge(reader, grey, grid_boxes(*grey.shape), _LIKELY)


def _tightest(faces: list[Points]) -> Points:
    """The one whose single looks agree best."""
    return min(faces, key=lambda face: face.scatter)


def find_face(srgb: np.ndarray, name: str = "the picture", choose: int = 0) -> Found:
    """The face to edit (``choose``: its place by size, from 0); ``PictureError`` when there is none or not so many."""
    faces = find_faces(srgb)
    if not faces:
        raise PictureError(_none_found(srgb, name))
    if not 0 <= choose < len(faces):
        raise PictureError(f"{name} has {len(faces)} faces, so face {choose + 1} cannot be chosen; pick a lower one.")
    face = faces[choose]
    return Found(face, tuple(faces), _note(face, faces, srgb.shape[1], srgb.shape[0], name))


def _kernel(factor: float) -> int:
    return cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR


def _judge(reader: PointReader, grey: np.ndarray, boxes: list[Box], least: float) -> list[Points]:
    """Keep boxes that the network calls faces, best first, one per place; give up after a dozen false ones."""
    squares = [square_of_box(box.centre, box.side, box.angle) for box in boxes]
    first, chances = reader.look(grey, squares)
    order = [int(i) for i in np.argsort(-chances) if chances[i] >= 0.3 * least]
    kept: list[Points] = []
    tried: list[np.ndarray] = []
    for i in order:
        if any(_same_place(first[i], other) for other in tried) or len(tried) - len(kept) >= _MOST_FAILURES:
            continue
        tried.append(first[i])
        points = reader.settle(grey, first[i])
        if points.chance < least or points.scatter > _MOST_SCATTER or _implausible(points.xy):
            continue
        if not any(_same_place(points.xy, other.xy) for other in kept):
            kept.append(points)
    return kept


def _same_place(a: np.ndarray, b: np.ndarray) -> bool:
    apart = float(np.hypot(*(a.mean(0) - b.mean(0))))
    return apart < 0.9 * max(span_of(a), span_of(b))


def _implausible(xy: np.ndarray) -> bool:
    """Eyes and mouth that form no face: eyes swapped, or nearly on one line with the mouth."""
    across, down = xy[1] - xy[0], xy[2] - xy[:2].mean(0)
    area = across[0] * down[1] - across[1] * down[0]
    return bool(area < 0.25 * float(np.hypot(*down)) ** 2 * 0.5)


def _settled(reader: PointReader, grey: np.ndarray, faces: list[Points], factor: float) -> list[Face]:
    """Faces in the pixels of the original, read once more from it, in order of size times certainty."""
    done = []
    for points in faces:
        last = reader.settle(grey, points.xy * factor) if factor > 1.01 else _scaled(points, factor)
        if last.chance < 0.5 * points.chance:
            last = _scaled(points, factor)
        if _FACE_WIDTH_IN_SPANS * span_of(last.xy) >= _SMALLEST_FACE:
            done.append(Face(last.xy, points.chance, last.scatter, frame_from_points(*last.xy)))
    return sorted(done, key=lambda face: -face.width * face.chance)


def _scaled(points: Points, factor: float) -> Points:
    return Points(points.xy * factor, points.chance, points.scatter)


def _none_found(srgb: np.ndarray, name: str) -> str:
    grey = cv2.cvtColor(srgb, cv2.COLOR_RGB2GRAY)
    factor = min(1.0, 512 / max(grey.shape))
    cat = looks_like_cat(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
    what = "only what looks like a cat" if cat else "no human face"
    return (
        f"{name} shows {what}: draw the frame yourself (--face X,Y,W,H,ANGLE), use the whole picture (--no-align), "
        "or choose the scene pack (--pack starter-scenes)."
    )


def _note(face: Face, faces: list[Face], width: int, height: int, name: str) -> str | None:
    """The most important remark, one sentence, or None."""
    frame = face.alignment
    across, down = face.points[1] - face.points[0], face.points[2] - face.points[:2].mean(0)
    sides = [face.points[0] - 0.35 * across, face.points[1] + 0.35 * across]
    oval = np.array([face.points[:2].mean(0) - 0.9 * down, face.points[2] + 0.75 * down, *sides])
    turned = float(np.hypot(*across)) < 0.62 * float(np.hypot(*down))
    if abs(frame.angle) > 60:
        return f"The face in {name} lies on its side; the frame is turned with it ({frame.angle:.0f}°)."
    if face.width < _SMALL_FACE:
        return f"The face in {name} is only {face.width:.0f} pixels wide; the edit will look soft: use a larger one."
    if oval.min() < 0 or oval[:, 0].max() > width or oval[:, 1].max() > height:
        return f"The face in {name} is cut by the picture's border; the missing part is mirrored for the edit."
    if turned:
        return f"The face in {name} is turned far to the side; check its frame before editing."
    if len(faces) > 1:
        return f"{name} has {len(faces)} faces and the largest is used; choose another in the window or with --face."
    if face.chance < _CERTAIN or face.scatter > 0.09:
        return f"The face in {name} was hard to read (glasses, statue or paint?); check its frame before editing."
    return None
