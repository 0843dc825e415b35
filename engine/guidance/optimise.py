"""Direct latent optimisation, Eq. 14: L = Lcos + λ_reg·Lreg + λ_ID·L_ID, as a generator of steps.

Knows nothing of packs or files: it is given functions that render and embed. What is optimised is
the W+ rows, the layer mask's θ (same Adam), and for F/W+ generators a bounded spatial delta of the
structure, zero at the source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.guidance.losses import (
    cosine_loss,
    directional_loss,
    hinge_loss,
    layer_mask,
    masked_regulariser,
    plain_regulariser,
    row_distances,
)
from engine.guidance.schedule import learning_rate

Render = Callable[[Tensor, Tensor | None], Tensor]
Embed = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Problem:
    """What is optimised, and against what.

    ``render``: W+ rows (1, num_ws, w_dim), structure (1, C, h, w) or None → picture (1, 3, H, W) in
    [-1, 1]. ``embed``: pictures → (N, d) unit. ``guide`` (d,) unit; ``neutral`` (d,) only for the
    directional objective. ``views``: picture, step → the pictures that are embedded (random crops and
    flips against adversarial solutions); None embeds the picture itself. ``start_w``/``start_delta``:
    a proposal to start from. ``prior``: W+ rows → scalar, keeps rows where training rows live.
    ``identity``: picture → scalar, Eq. 18.
    """

    render: Render
    embed: Embed
    w_source: Tensor
    guide: Tensor
    structure_source: Tensor | None = None
    start_w: Tensor | None = None
    start_delta: Tensor | None = None
    neutral: Tensor | None = None
    views: Callable[[Tensor, int], Tensor] | None = None
    prior: Callable[[Tensor], Tensor] | None = None
    identity: Callable[[Tensor], Tensor] | None = None


@dataclass(frozen=True)
class Settings:
    """``steps``; ``learning_rate`` peak; λ of Eq. 14; ``lambda_delta`` keeps the spatial delta near its proposal,
    ``lambda_prior`` the rows near the training rows; ``bound`` of the spatial delta; ``mask`` how g is used:
    "trained" (as published), "detached" (θ gets its gradient only from an entropy term), "l2" (no mask).
    ``pinned`` fixes g_i of some rows. ``patience`` > 0 stops when the similarity has not risen for that many steps.
    """

    steps: int = 50
    learning_rate: float = 0.1
    objective: str = "hinge"
    lambda_reg: float = 0.008
    lambda_id: float = 0.0
    lambda_prior: float = 0.0
    lambda_delta: float = 0.0
    delta_rate: float = 0.3
    bound: float = 1.0
    mask: str = "trained"
    pinned: tuple[tuple[int, float], ...] = ()
    patience: int = 0


@dataclass(frozen=True)
class OptimisationStep:
    """State after one update; loss and similarity were measured before it. Tensors are detached copies."""

    index: int
    loss: float
    losses: dict[str, float]
    similarity: float
    w: Tensor
    delta: Tensor | None
    mask: Tensor
    moved: Tensor
    picture: Tensor = field(repr=False)


def pinned_mask(theta: Tensor, pinned: tuple[tuple[int, float], ...]) -> Tensor:
    """softmax(θ) with some g_i held at given values and the rest sharing what is left."""
    g = layer_mask(theta)
    if not pinned:
        return g
    fixed = torch.zeros_like(g)
    free = torch.ones_like(g)
    for index, value in pinned:
        fixed[index], free[index] = value, 0.0
    rest = g * free
    left = (1.0 - fixed.sum()).clamp_min(0.0)
    return fixed + rest / rest.sum().clamp_min(1e-8) * left


def optimise(problem: Problem, settings: Settings) -> Iterator[OptimisationStep]:
    """Yield one ``OptimisationStep`` per step. Deterministic for given inputs, threads and seed."""
    source = problem.w_source.detach()
    w = (source if problem.start_w is None else problem.start_w).detach().clone().requires_grad_(True)
    theta = torch.zeros(w.shape[0], device=w.device, requires_grad=True)
    groups = [{"params": [w, theta], "scale": 1.0}]
    delta = anchor = None
    if problem.structure_source is not None:
        anchor = (
            torch.zeros_like(problem.structure_source) if problem.start_delta is None else problem.start_delta.detach()
        )
        delta = anchor.clone().requires_grad_(True)
        groups.append({"params": [delta], "scale": settings.delta_rate})
    optimiser = torch.optim.Adam(groups, lr=settings.learning_rate, betas=(0.9, 0.999), eps=1e-8)

    def draw() -> Tensor:
        structure = problem.structure_source
        if structure is not None and delta is not None:
            structure = (structure + bounded(delta, settings.bound))[None]
        return problem.render(w[None], structure)

    with torch.no_grad():
        original = problem.render(
            source[None], None if problem.structure_source is None else problem.structure_source[None]
        )
        source_vector = problem.embed(original)

    best, since = -2.0, 0
    for index in range(settings.steps):
        rate = learning_rate(index / settings.steps, settings.learning_rate)
        for group in optimiser.param_groups:
            group["lr"] = rate * group["scale"]
        picture = draw().float()
        views = picture if problem.views is None else problem.views(picture, index)
        vectors = problem.embed(views)
        reference = source_vector
        if problem.views is not None and settings.objective != "cosine":
            with torch.no_grad():
                reference = problem.embed(problem.views(original, index))
        if settings.objective == "hinge":
            guide_loss = hinge_loss(vectors, problem.guide, reference)
        elif settings.objective == "cosine":
            guide_loss = cosine_loss(vectors, problem.guide)
        else:
            neutral = problem.neutral if problem.neutral is not None else source_vector[0]
            guide_loss = directional_loss(vectors, problem.guide, reference, neutral)
        g = pinned_mask(theta, settings.pinned)
        if settings.mask == "l2":
            regulariser = plain_regulariser(w, source)
        elif settings.mask == "detached":
            entropy = -(g * (g + 1e-8).log()).sum()
            regulariser = (
                masked_regulariser(w, source, g.detach()) + masked_regulariser(w.detach(), source, g) - 0.1 * entropy
            )
        else:
            regulariser = masked_regulariser(w, source, g)
        terms = {"guide": guide_loss, "reg": settings.lambda_reg * regulariser}
        if problem.identity is not None and settings.lambda_id > 0:
            terms["identity"] = settings.lambda_id * problem.identity(picture)
        if problem.prior is not None and settings.lambda_prior > 0:
            terms["prior"] = settings.lambda_prior * problem.prior(w)
        if delta is not None and anchor is not None and settings.lambda_delta > 0:
            terms["delta"] = settings.lambda_delta * (delta - anchor).square().mean()
        loss = torch.stack(list(terms.values())).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            similarity = float((vectors @ problem.guide).mean())
            yield OptimisationStep(
                index=index,
                loss=loss.item(),
                losses={k: v.item() for k, v in terms.items()},
                similarity=similarity,
                w=w.detach().clone(),
                delta=None if delta is None else bounded(delta, settings.bound).detach().clone(),
                mask=pinned_mask(theta, settings.pinned).detach().clone(),
                moved=row_distances(w, source).sqrt().detach().clone(),
                picture=picture.detach(),
            )
        if similarity > best + 1e-3:
            best, since = similarity, 0
        else:
            since += 1
        if settings.patience and since >= settings.patience:
            return


def bounded(delta: Tensor, bound: float) -> Tensor:
    """The spatial delta squashed into (−bound, bound); the identity near zero."""
    return bound * torch.tanh(delta / bound)
