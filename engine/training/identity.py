"""Train the identity network with ArcFace's additive angular margin, one picture per person under strong change."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.networks.identity import IdentityNetwork, identity_vectors
from engine.training.expressions import random_expression
from engine.training.face_views import Spread, random_view, worsen
from engine.training.portrait_crops import PortraitCrops

_VIEW = Spread(angle=5.0, most_angle=15.0, log_scale=0.06, shift=0.02)
_VIEW_SIZE = 80  # the oval's 60 % of it are the network's 48 pixels


class ArcFace(nn.Module):
    """``arcface`` with one learned centre per person: ``vectors`` (N, d) unit, ``people`` (N,) indices → scalar."""

    def __init__(self, people: int, width: int, scale: float = 28.0) -> None:
        super().__init__()
        self.centres = nn.Parameter(torch.randn(people, width) * 0.05)
        self.scale = scale

    def forward(self, vectors: Tensor, people: Tensor, margin: float) -> Tensor:
        """See the class."""
        return arcface(vectors, F.normalize(self.centres, dim=1), people, margin, self.scale)


def arcface(vectors: Tensor, centres: Tensor, people: Tensor, margin: float, scale: float) -> Tensor:
    """Additive angular margin softmax (Deng et al. 2019, Eq. 3): logits s·cos(θ_y + m) for the true centre.

    ``vectors`` (N, d), ``centres`` (M, d) unit rows, ``people`` (N,) rows of ``centres`` → scalar cross-entropy.
    ``margin`` may be raised from 0 while training starts: the full margin at once stalls a small network.
    """
    cosine = vectors @ centres.T
    true = cosine.gather(1, people[:, None]).clamp(-1 + 1e-6, 1 - 1e-6)
    widened = torch.cos(torch.acos(true) + margin)
    # Past θ + m = π the cosine would rise again: continue it with a line, as the paper's code does.
    widened = torch.where(true > math.cos(math.pi - margin), widened, true - math.sin(math.pi - margin) * margin)
    return F.cross_entropy(cosine.scatter(1, people[:, None], widened) * scale, people)


def pair_loss(vectors: Tensor, margin: float, scale: float) -> Tensor:
    """``arcface`` with the other view of each person as centre; ``vectors`` (2n, d): n people, then again.

    One picture per person leaves a learned centre few visits; other views of the batch are centres from the start.
    """
    first, second = vectors.chunk(2)
    same = torch.arange(len(first))
    return (arcface(first, second, same, margin, scale) + arcface(second, first, same, margin, scale)) / 2


@dataclass(frozen=True)
class IdentityProgress:
    """``seen`` views, ``loss`` running mean, ``network`` the averaged network so far (eval mode)."""

    seen: int
    loss: float
    network: IdentityNetwork


def person_view(
    crops: PortraitCrops, person: int, rng: np.random.Generator, *, expression: bool = True
) -> np.ndarray:
    """(80, 80, 3) uint8: one person's aligned crop with changed expression, frame, light, blur and JPEG."""
    crop, points = crops.pixels[person], crops.points[person]
    if expression:
        crop = random_expression(crop, points, crops.pixels, crops.points, rng)
    size = crop.shape[0]
    matrix = random_view(np.array([size / 2, size / 2]), float(size), _VIEW_SIZE, _VIEW, rng)
    view = cv2.warpAffine(crop, matrix, (_VIEW_SIZE, _VIEW_SIZE), borderMode=cv2.BORDER_REFLECT_101)
    if rng.random() < 0.5:  # white balance
        view = np.clip(view * np.exp(rng.normal(0, 0.1, 3)).astype(np.float32), 0, 255).astype(np.uint8)
    return worsen(view, rng)


def as_network_input(crops: np.ndarray) -> Tensor:
    """(N, S, S, 3) uint8 → (N, 3, S, S) float32 in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(crops)).permute(0, 3, 1, 2).float() / 127.5 - 1


def train_identity(
    crops: PortraitCrops, *, seconds: float, views: int, batch: int = 64, seed: int = 0, rate: float = 2e-3,
    margin: float = 0.3,
) -> Iterator[IdentityProgress]:
    """Each crop is one person, seen twice per batch. Loss: ``ArcFace`` plus ``pair_loss``. Yields every 25 steps.

    Trains for ``views`` views or ``seconds`` of processor time.

    Processor time, so that a busy machine trains as far as an idle one. bf16 where it is fast; ArcFace in float32.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = IdentityNetwork()
    head = ArcFace(len(crops.pixels), network.embedding_size)
    optimiser = torch.optim.AdamW([*network.parameters(), *head.parameters()], rate, weight_decay=5e-4)
    average = {k: v.detach().clone() for k, v in network.state_dict().items()}
    began, seen, step, running = time.process_time(), 0, 0, 0.0
    order = np.concatenate([rng.permutation(len(crops.pixels)) for _ in range(views // len(crops.pixels) + 2)])
    while True:
        progress = max(seen / views, (time.process_time() - began) / seconds)
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * min(progress, 1))) + 1e-6
        people = np.tile(order[seen // 2 : seen // 2 + batch // 2], 2)
        pictures = np.stack([person_view(crops, int(person), rng) for person in people])
        with torch.autocast("cpu", torch.bfloat16):
            vectors = identity_vectors(network, as_network_input(pictures))
        vectors, now = F.normalize(vectors.float(), dim=1), margin * min(1.0, progress / 0.3)
        loss = 0.3 * head(vectors, torch.from_numpy(people), now) + pair_loss(vectors, now, 16.0)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        step, seen = step + 1, seen + batch
        running = float(loss.detach()) if step == 1 else 0.95 * running + 0.05 * float(loss.detach())
        decay = min(0.995, step / (step + 20))
        for name, value in network.state_dict().items():
            average[name].lerp_(value, 1 - decay)
        if step % 25 == 0 or progress >= 1:
            kept = IdentityNetwork()
            kept.load_state_dict(average)
            yield IdentityProgress(seen, running, kept.eval())
        if progress >= 1:
            return
