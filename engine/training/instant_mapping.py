"""Training of an instant mapper through a frozen generator, from before/after pictures and guides."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.embedding.picture_resize import area_resize
from engine.networks.instant_mapper import InstantMapper
from engine.networks.structure_inversion import StructureInversion
from engine.networks.stylegan2 import Generator
from engine.training.joint_embedding import cosine_rate
from engine.training.structure_generator import pyramid_loss

JOINT_WEIGHT = 0.15
CHANGE_WEIGHT = 0.7
"""Of the change itself (edit minus reconstruction): that is what the ``detail`` finish carries to the original."""


@dataclass(frozen=True)
class MapperBatch:
    """``before``, ``after`` (N, 3, R, R) in [-1, 1]; ``guide`` (N, d) unit; ``fields`` (N, F, R, R) or None."""

    before: Tensor
    after: Tensor
    guide: Tensor
    fields: Tensor | None = None


@dataclass(frozen=True)
class MapperRecipe:
    """``follow_rows``: Δw aims at the after-picture's own rows (weather changes style); else it stays small (a smile
    is shape). ``pixel_weights`` (1, 1, R, R) weigh an extra L1; ``size``, ``mean``, ``std`` of the picture tower."""

    steps: int
    rate: float
    seed: int
    size: int
    mean: float
    std: float
    row_weight: float
    follow_rows: bool
    pixel_weights: Tensor | None = None


def mapper_loss(
    mapper: InstantMapper,
    generator: Generator,
    encoder: StructureInversion,
    tower: Callable[[Tensor], Tensor],
    batch: MapperBatch,
    recipe: MapperRecipe,
) -> tuple[Tensor, dict[str, float], Tensor]:
    """(loss of one batch; its parts: picture, change, joint-space similarity; the edits as drawn (N, 3, R, R))."""
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        w, structure = encoder(batch.before)
        w_after, structure_after = encoder(batch.after)
        rebuilt = generator.synthesis(w, structure)
    with torch.autocast("cpu", torch.bfloat16):
        delta_w, mask, delta = mapper(w, structure, batch.guide, batch.fields)
        drawn = generator.synthesis(w + delta_w, structure + delta)
    drawn = drawn.float()
    seen = pyramid_loss(drawn, batch.after)
    changed, wanted = drawn - rebuilt.float(), batch.after - batch.before
    change = pyramid_loss(changed, wanted)
    if recipe.pixel_weights is not None:
        seen = seen + (recipe.pixel_weights * (drawn - batch.after).abs()).mean()
        change = change + (recipe.pixel_weights * (changed - wanted).abs()).mean()
    rows = delta_w - (w_after - w) if recipe.follow_rows else delta_w
    latent = recipe.row_weight * rows.square().mean() + 0.2 * (structure + delta - structure_after).abs().mean()
    # Descent on Eq. 17 moves g towards the rows that moved least (KNOWLEDGE §7): the mapper proposes such a mask.
    still = 1 / (delta_w.detach().norm(dim=2) + 1e-3)
    mask_loss = F.mse_loss(mask, still / still.sum(1, keepdim=True))
    small = area_resize(drawn, recipe.size) * 0.5 + 0.5
    joint = 1 - (F.normalize(tower((small - recipe.mean) / recipe.std), dim=-1) * batch.guide).sum(1).mean()
    loss = seen + CHANGE_WEIGHT * change + latent + 0.05 * mask_loss + JOINT_WEIGHT * joint
    parts = {"picture": float(seen.detach()), "change": float(change.detach()), "joint": float(joint.detach())}
    return loss, parts, drawn


def train_mapper(
    mapper: InstantMapper,
    generator: Generator,
    encoder: StructureInversion,
    clip: Any,
    sampler: Callable[[np.random.Generator], MapperBatch],
    recipe: MapperRecipe,
    report: Callable[[str], None],
) -> None:
    """Train ``mapper`` in place; the generator, the encoder and the picture tower stay as they are."""
    mapper.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(mapper.parameters(), lr=recipe.rate, weight_decay=1e-3, betas=(0.9, 0.98))
    started = time.time()
    for step in range(recipe.steps):
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * cosine_rate(step, recipe.steps)
        batch = sampler(np.random.default_rng((recipe.seed, step)))
        loss, parts, _ = mapper_loss(mapper, generator, encoder, clip.visual, batch, recipe)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(mapper.parameters(), 1.0)
        optimiser.step()
        if (step + 1) % 50 == 0:
            said = " ".join(f"{name} {value:.3f}" for name, value in parts.items())
            report(f"mapper {step + 1}/{recipe.steps} {said} {time.time() - started:.0f} s")
