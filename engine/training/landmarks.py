"""Train the landmark network on pseudo-labels of the cascades, under strong augmentation, with consistency."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine.alignment.points import SIDE_IN_SPANS, span_of
from engine.networks.landmarks import INPUT_SIZE, LandmarkNetwork
from engine.training.face_views import Spread, random_view, wear_sunglasses, worsen


@dataclass(frozen=True)
class LabelledFace:
    """A grey picture (H, W) uint8, its points (3, 2) in pixels, and the trust in them (0: consistency only)."""

    grey: np.ndarray
    points: np.ndarray
    trust: float


def face_square(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Centre (2,) and side of the square the network likes to see around ``points`` (3, 2)."""
    eyes = points[:2].mean(0)
    down = points[2] - eyes
    return eyes + 0.4 * down, SIDE_IN_SPANS * span_of(points)


@dataclass(frozen=True)
class Batch:
    """Two views of n faces (2n, 1, S, S), then m crops without a face.

    ``points`` (2n, 3, 2) in [0, 1]; ``mirror`` (2n,) whether eyes changed places; ``maps`` (2n, 2, 3) back to the
    picture, in spans; ``trust`` (2n,).
    """

    crops: Tensor
    points: Tensor
    mirror: Tensor
    maps: Tensor
    trust: Tensor


def batches(
    faces: list[LabelledFace], scenery: list[np.ndarray], size: int, rng: np.random.Generator, spread: Spread
) -> Iterator[Batch]:
    """Endless batches of ``size`` faces (two views each) and ``size`` crops of scenery."""
    order = rng.permutation(len(faces))
    at = 0
    while True:
        if at + size > len(order):
            order, at = rng.permutation(len(faces)), 0
        chosen = [faces[i] for i in order[at : at + size]]
        at += size
        views = [_face_view(face, rng, spread) for _ in range(2) for face in chosen]
        crops = [v[0] for v in views] + [_scenery_view(faces, scenery, rng) for _ in range(size)]
        yield Batch(
            torch.from_numpy(np.stack(crops)).float().div_(255)[:, None],
            torch.from_numpy(np.stack([v[1] for v in views])).float(),
            torch.tensor([v[2] for v in views]),
            torch.from_numpy(np.stack([v[3] for v in views])).float(),
            torch.tensor([face.trust for face in chosen] * 2),
        )


def _face_view(
    face: LabelledFace, rng: np.random.Generator, spread: Spread
) -> tuple[np.ndarray, np.ndarray, bool, np.ndarray]:
    centre, side = face_square(face.points)
    matrix = random_view(centre, side, INPUT_SIZE, spread, rng)
    crop = _warp(face.grey, matrix, rng)
    points = face.points @ matrix[:, :2].T + matrix[:, 2]
    mirror = bool(np.linalg.det(matrix[:, :2]) < 0)
    if mirror:
        points = points[[1, 0, 2]]
    if rng.random() < 0.06:
        wear_sunglasses(crop, points, rng)
    inverse = cv2.invertAffineTransform(matrix)
    inverse[:, 2] = inverse[:, 2] - centre - inverse[:, :2] @ [0.5, 0.5]
    inverse[:, :2] *= INPUT_SIZE
    span = side / SIDE_IN_SPANS
    return worsen(crop, rng), (points + 0.5) / INPUT_SIZE, mirror, inverse / span


def _warp(grey: np.ndarray, matrix: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    border = cv2.BORDER_REPLICATE if rng.random() < 0.5 else cv2.BORDER_REFLECT_101
    shrink = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if shrink < 0.6:
        grey = cv2.GaussianBlur(grey, (0, 0), 0.4 / shrink)
    return cv2.warpAffine(grey, matrix, (INPUT_SIZE, INPUT_SIZE), flags=cv2.INTER_LINEAR, borderMode=border)


def _scenery_view(faces: list[LabelledFace], scenery: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Landscape, or the part of a portrait that is not the face, or a face upside down."""
    kind = rng.random()
    if kind < 0.65:
        grey = scenery[int(rng.integers(len(scenery)))]
        centre = rng.uniform(0.15, 0.85, 2) * grey.shape[::-1]
        side = float(rng.uniform(30, 240))
    else:
        face = faces[int(rng.integers(len(faces)))]
        grey = face.grey
        middle, whole = face_square(face.points)
        turn = rng.uniform(0, 2 * np.pi)
        if kind < 0.9:
            side = whole * float(np.exp(rng.uniform(-1.4, 0.3)))
            away = (0.45 * whole + 0.4 * side) * rng.uniform(1.0, 1.5)
            centre = middle + away * np.array([np.cos(turn), np.sin(turn)])
            centre = np.clip(centre, 0, np.array(grey.shape[::-1], float))
            if np.hypot(*(centre - middle)) < 0.5 * whole:
                side = 0.25 * whole
                centre = middle + 0.6 * whole * np.array([np.cos(turn), np.sin(turn)])
        else:
            centre, side = middle, whole
            grey = np.ascontiguousarray(grey[::-1])
            centre = np.array([middle[0], grey.shape[0] - 1 - middle[1]])
    matrix = random_view(centre, side, INPUT_SIZE, Spread(), rng)
    return worsen(_warp(grey, matrix, rng), rng)


def losses(network: LandmarkNetwork, batch: Batch, consistency: float) -> dict[str, Tensor]:
    """``points`` (against labels, in spans, Huber), ``agree`` (two views of one face), ``face`` (logistic)."""
    points, spread, face = network(batch.crops)
    count = batch.points.shape[0]
    found, truth = points[:count], batch.points
    scale = batch.maps[:, :, :2].flatten(1).norm(dim=1) / 2**0.5  # crop sides → spans
    error = F.huber_loss(found, truth, reduction="none", delta=0.01).mean((1, 2)) / 0.01 * scale
    back = torch.einsum("nij,npj->npi", batch.maps[:, :, :2], found) + batch.maps[:, None, :, 2]
    swapped = back[:, [1, 0, 2]]
    back = torch.where(batch.mirror[:, None, None], swapped, back)
    half = count // 2
    agree = F.smooth_l1_loss(back[:half], back[half:], beta=0.03)
    truth_face = torch.cat([torch.ones(count), torch.zeros(len(batch.crops) - count)])
    return {
        "points": (error * batch.trust).mean(),
        "agree": consistency * agree,
        "face": 0.1 * F.binary_cross_entropy_with_logits(face, truth_face),
        "spread": 0.05 * spread[:count].mean(),
    }


def train_landmarks(
    faces: list[LabelledFace],
    scenery: list[np.ndarray],
    *,
    seconds: float,
    images: int,
    size: int = 24,
    seed: int = 0,
    start: LandmarkNetwork | None = None,
    rate: float = 2e-3,
) -> Iterator[tuple[int, dict[str, float], LandmarkNetwork]]:
    """Train for ``images`` faces or ``seconds`` of processor time, whichever comes first.

    Yields (faces seen, losses, network).
    """
    torch.manual_seed(seed)
    network = start or LandmarkNetwork()
    optimiser = torch.optim.AdamW(network.parameters(), rate, weight_decay=1e-4)
    average = {k: v.detach().clone() for k, v in network.state_dict().items()}
    began, seen, step = time.process_time(), 0, 0
    for batch in batches(faces, scenery, size, np.random.default_rng(seed), Spread()):
        progress = max(seen / images, (time.process_time() - began) / seconds)
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 100) * (0.5 + 0.5 * np.cos(np.pi * min(progress, 1))) + 1e-6
        parts = losses(network, batch, consistency=1.0)
        optimiser.zero_grad()
        torch.stack(list(parts.values())).sum().backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        step, seen = step + 1, seen + 2 * size
        decay = min(0.995, step / (step + 50))
        for k, v in network.state_dict().items():
            average[k].lerp_(v, 1 - decay)
        done = progress >= 1
        if step % 100 == 0 or done:
            kept = LandmarkNetwork()
            kept.load_state_dict(average)
            yield seen, {k: float(v.detach()) for k, v in parts.items()}, kept.eval()
        if done:
            return
