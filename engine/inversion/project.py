"""Projection: the latent that redraws one picture best, found by optimisation from the encoder's guess."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.latent import Latent
from engine.networks.channels import in_rgb

NOISE_RATE = 0.05
"""Adam's rate for the stored noise in pivotal tuning; noise has unit spread."""

Synthesis = Callable[..., Tensor]


@dataclass(frozen=True)
class ProjectionStep:
    """``latent`` the best so far; ``loss`` its reconstruction loss."""

    index: int
    total: int
    loss: float
    latent: Latent


def reconstruction_loss(output: Tensor, target: Tensor) -> Tensor:
    """Mean square error over three octaves: (N, 3, H, W) twice (``output`` as the generator gives it) → scalar."""
    a, b = in_rgb(output), target
    loss = F.mse_loss(a, b)
    for _ in range(2):
        if min(a.shape[2:]) < 8:
            break
        a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
        loss = loss + 0.5 * F.mse_loss(a, b)
    return loss


def project(
    synthesis: Synthesis,
    start: Latent,
    target: Tensor,
    *,
    steps: int,
    rate: float = 0.03,
    prior: Callable[[Tensor], Tensor] | None = None,
    structure_limit: float = 1.2,
) -> Iterator[ProjectionStep]:
    """Optimise W+ rows, and the structure where there is one, towards ``target`` (1, 3, H, W) in [-1, 1]."""
    w = start.w.detach().clone().requires_grad_(True)
    structure = None if start.structure is None else start.structure.detach().clone().requires_grad_(True)
    variables = [w] if structure is None else [w, structure]
    optimiser = torch.optim.Adam(variables, lr=rate, betas=(0.9, 0.99))
    best, best_latent = float("inf"), start
    for index in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, 4.0 * (1.0 - index / steps))
        output = synthesis(w[None], None if structure is None else structure[None])
        loss = reconstruction_loss(output, target)
        total = loss if prior is None else loss + prior(w)
        optimiser.zero_grad(set_to_none=True)
        total.backward()
        value = loss.item()
        if value < best:
            best, best_latent = value, Latent(w, structure).detached()
        optimiser.step()
        if structure is not None:
            with torch.no_grad():
                structure.clamp_(-structure_limit, structure_limit)
        yield ProjectionStep(index, steps, best, best_latent)


@dataclass(frozen=True)
class TuningStep:
    """One step of pivotal tuning."""

    index: int
    total: int
    loss: float


def pivotal_tuning(
    generator: Any,
    latent: Latent,
    target: Tensor,
    *,
    steps: int,
    rate: float = 1.5e-3,
    locality: float = 0.1,
    seed: int = 0,
) -> Iterator[TuningStep]:
    """Fine-tune the synthesis weights *in place* so that ``latent`` redraws ``target`` (PTI, Roich et al. 2021).

    Locality: between this latent and a mirrored, shifted neighbour the tuned generator keeps drawing
    what the original drew. Callers pass a copy and keep only the weights' difference.
    """
    synthesis = generator.synthesis
    w = latent.w[None]
    structure = None if latent.structure is None else latent.structure[None]
    noise = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        neighbour_w = w + 0.3 * torch.randn(w.shape, generator=noise)
        neighbour_s = None if structure is None else structure.flip(-1)
        kept = synthesis(neighbour_w, neighbour_s)
    weights = [p for n, p in synthesis.named_parameters() if "noise" not in n]
    noises = finest_noises(synthesis)
    for p in (*weights, *noises):
        p.requires_grad_(True)
    optimiser = torch.optim.Adam([{"params": weights, "lr": rate}, {"params": noises, "lr": NOISE_RATE}])
    try:
        for index in range(steps):
            loss = reconstruction_loss(synthesis(w, structure), target)
            total = loss
            if index % 4 == 0:
                total = loss + locality * F.mse_loss(synthesis(neighbour_w, neighbour_s), kept)
            optimiser.zero_grad(set_to_none=True)
            total.backward()
            optimiser.step()
            yield TuningStep(index, steps, loss.item())
    finally:
        for p in (*weights, *noises):
            p.requires_grad_(False)


def finest_noises(synthesis: Any) -> list[Tensor]:
    """Stored noise of the two finest resolutions with its strengths: StyleGAN2's projector optimises noise, too."""
    found = [
        (m.noise_const.shape[-1], m) for m in synthesis.modules() if isinstance(getattr(m, "noise_const", None), Tensor)
    ]
    sizes = sorted({size for size, _ in found})[-2:]
    return [tensor for size, m in found if size in sizes for tensor in (m.noise_const, m.noise_strength)]
