"""Train the identity network with ArcFace's additive angular margin, one picture per person under strong change."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.networks.identity import IdentityNetwork, identity_vectors
from engine.training.expressions import random_expression
from engine.training.face_views import Spread, random_view, worsen
from engine.training.loop import Task
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


class IdentityTask(Task[tuple[Tensor, Tensor]]):
    """A task for :func:`engine.training.loop.train`; ``average`` is the network to keep.

    Each crop is one person, seen twice per batch. Loss: ``ArcFace`` plus ``pair_loss``, in float32; the network in
    bf16 where it is fast. ``views`` of people in all.
    """

    name = "identity"
    unit = "views"

    def __init__(self, crops: PortraitCrops, *, views: int, batch: int = 64, seed: int = 0, rate: float = 2e-3,
                 margin: float = 0.3) -> None:
        torch.manual_seed(seed)
        self.crops, self.batch, self.seed, self.margin, self.first_rate = crops, batch, seed, margin, rate
        self.network = IdentityNetwork()
        self.head = ArcFace(len(crops.pixels), self.network.embedding_size)
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.learned = [*self.network.parameters(), *self.head.parameters()]
        self.adam = torch.optim.AdamW(self.learned, rate, weight_decay=5e-4)
        self.total_steps, self.items_per_step = max(1, math.ceil(views / batch)), batch

    def networks(self) -> dict[str, nn.Module]:
        return {"identity": self.network, "head": self.head, "average": self.average}

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        return {"adam": self.adam}

    def people(self, number: int) -> np.ndarray:
        """Whom step ``number`` shows, (batch / 2,): everyone once before anyone again."""
        count, half = len(self.crops.pixels), self.batch // 2
        places = np.arange(number * half, (number + 1) * half)
        orders = {e: np.random.default_rng((self.seed, e)).permutation(count) for e in set((places // count).tolist())}
        return np.array([orders[int(p // count)][int(p % count)] for p in places])

    def batches(self, start: int) -> Iterator[tuple[Tensor, Tensor]]:
        """(pictures (b, 3, S, S), people (b,)), second views behind the first."""
        number = start
        while True:
            people, rng = np.tile(self.people(number), 2), np.random.default_rng((self.seed, 7, number))
            pictures = np.stack([person_view(self.crops, int(person), rng) for person in people])
            yield as_network_input(pictures), torch.from_numpy(people)
            number += 1

    def rate(self, number: int) -> float:
        fallen = 0.5 + 0.5 * math.cos(math.pi * min(1.0, number / self.total_steps))
        return min(1.0, (number + 1) / 100) * fallen + 1e-6 / self.first_rate

    def step(self, batch: tuple[Tensor, Tensor], number: int) -> dict[str, float]:
        pictures, people = batch
        with torch.autocast("cpu", torch.bfloat16):
            vectors = identity_vectors(self.network, pictures)
        vectors = F.normalize(vectors.float(), dim=1)
        now = self.margin * min(1.0, number / self.total_steps / 0.3)
        loss = 0.3 * self.head(vectors, people, now) + pair_loss(vectors, now, 16.0)
        self.adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)
        self.adam.step()
        decay = min(0.995, (number + 1) / (number + 21))
        with torch.no_grad():
            current = self.network.state_dict()
            for name, kept in self.average.state_dict().items():
                kept.lerp_(current[name], 1 - decay)
        return {"arcface": float(loss.detach())}
