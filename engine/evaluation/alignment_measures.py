"""How often faces are found on held-out portraits, and how well the frame repeats under changes of the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from engine.alignment.faces import Face, find_faces


@dataclass(frozen=True)
class Disturbance:
    """A copy of a picture turned, scaled, shifted, blurred and compressed; ``to_copy`` (2, 3) maps original → copy."""

    pixels: np.ndarray
    to_copy: np.ndarray


def disturb(srgb: np.ndarray, rng: np.random.Generator, most_angle: float = 20.0) -> Disturbance:
    """Random rotation ±``most_angle``°, scale 0.7–1.4, shift ±8 %, blur σ 0–1.5, JPEG quality 30–90."""
    height, width = srgb.shape[:2]
    angle = math.radians(rng.uniform(-most_angle, most_angle))
    scale = math.exp(rng.uniform(math.log(0.7), math.log(1.4)))
    linear = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    size = (round(width * scale), round(height * scale))
    centre = np.array([width, height]) / 2
    goal = np.array(size) / 2 + rng.uniform(-0.08, 0.08, 2) * size
    to_copy = np.column_stack([linear, goal - linear @ centre])
    for_cv = to_copy.copy()
    for_cv[:, 2] += linear @ [0.5, 0.5] - 0.5
    source = srgb if scale > 0.9 else cv2.GaussianBlur(srgb, (0, 0), 0.4 / scale)
    copy = cv2.warpAffine(source, for_cv, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    blur = rng.uniform(0, 1.5)
    if blur > 0.2:
        copy = cv2.GaussianBlur(copy, (0, 0), blur)
    data = cv2.imencode(".jpg", copy, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 91))])[1]
    return Disturbance(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR)), to_copy)


def corner_displacement(face: Face, again: Face, to_copy: np.ndarray) -> float:
    """Mean distance of the four frame corners, mapped back to the original, in eye distances of the original."""
    inverse = cv2.invertAffineTransform(to_copy)
    corners = again.alignment.corners() @ inverse[:, :2].T + inverse[:, 2]
    apart = np.hypot(*(corners - face.alignment.corners()).T).mean()
    return float(apart / np.hypot(*(face.points[1] - face.points[0])))


def repeatability(srgb: np.ndarray, rng: np.random.Generator, copies: int) -> list[float]:
    """Corner displacement for each of ``copies`` disturbed copies; infinity where the face is not found again."""
    faces = find_faces(srgb)
    if not faces:
        return []
    out = []
    for _ in range(copies):
        copy = disturb(srgb, rng)
        again = find_faces(copy.pixels)
        out.append(min((corner_displacement(faces[0], face, copy.to_copy) for face in again), default=math.inf))
    return out
