"""Is the right person still recognised? Top-1 among held-out people, one gallery picture each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.alignment.crop import align
from engine.alignment.faces import find_faces
from engine.evaluation.alignment_measures import disturb
from engine.training.expressions import graft_mouth, warp_mouth
from engine.training.face_views import worsen
from engine.training.portrait_crops import PortraitCrops

Embed = Callable[[np.ndarray], np.ndarray]
"""(n, S, S, 3) uint8 FFHQ-framed crops → (n, d) unit vectors."""


def top1(gallery: np.ndarray, probes: np.ndarray, people: np.ndarray) -> float:
    """Share of ``probes`` (n, d) whose nearest of ``gallery`` (people, d) is their own, ``people`` (n,) indices."""
    return float(((probes @ gallery.T).argmax(1) == people).mean())


def new_pictures(
    originals: list[np.ndarray], crops: PortraitCrops, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """One new picture per person: turned, resized, blurred, compressed, found and aligned anew, with another mouth
    (a neutral face gets a real smile grafted or drawn, a smiling one a closed mouth) and other light.

    ``crops`` are those of ``originals``, in the same order. Returns (n, S, S, 3) and the people's indices (n,);
    people whose face is not found again are left out.
    """
    pictures, people = [], []
    smiling = np.flatnonzero(crops.labels == "smiling")
    neutral = np.flatnonzero(crops.labels == "neutral")
    size = crops.pixels.shape[1]
    for person, original in enumerate(originals):
        copy = disturb(original, rng)
        faces = find_faces(copy.pixels)
        if not faces:
            continue
        frame = faces[0].alignment
        crop = align(copy.pixels, frame, size)
        matrix = np.linalg.inv(np.vstack([frame.unit_to_picture(), [0, 0, 1]]))
        points = faces[0].points @ matrix[:2, :2].T + matrix[:2, 2]
        donors = neutral if crops.labels[person] == "smiling" else smiling
        donors = donors[donors != person]
        if rng.random() < 0.5 and len(donors):
            donor = int(rng.choice(donors))
            crop = graft_mouth(crop, points, crops.pixels[donor], crops.points[donor])
        else:
            upwards = -0.7 if crops.labels[person] == "smiling" else 0.9
            crop = warp_mouth(crop, points, upwards, float(rng.uniform(0, 0.6)))
        pictures.append(worsen(crop, rng))
        people.append(person)
    return np.stack(pictures), np.array(people)
