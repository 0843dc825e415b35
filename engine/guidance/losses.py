"""The losses of direct latent optimisation (paper §3.2), each on unit vectors or latents."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

HINGE_MARGIN = 1.0
"""Eq. 15's margin; with it the hinge practically never clips and acts as −cos (KNOWLEDGE §1)."""


def hinge_loss(picture: Tensor, guide: Tensor, source: Tensor) -> Tensor:
    """Eq. 15 with d read as cosine similarity: mean over views of max(d(G(w_s),a) − d(G(w_a),a) + 1, 0).

    ``picture`` (V, d), ``guide`` (d,), ``source`` (V, d) or (1, d), all unit vectors.
    """
    return (source @ guide - picture @ guide + HINGE_MARGIN).clamp_min(0).mean()


def cosine_loss(picture: Tensor, guide: Tensor) -> Tensor:
    """Cosine distance 1 − cos (Lee et al. 2022; StyleCLIP), mean over views."""
    return (1.0 - picture @ guide).mean()


def directional_loss(picture: Tensor, guide: Tensor, source: Tensor, neutral: Tensor) -> Tensor:
    """1 − cos between the edit's direction in the joint space and (guide − neutral guide) (StyleGAN-NADA)."""
    direction = F.normalize(guide - neutral, dim=-1)
    moved = picture - source
    # At the first step nothing has moved: an epsilon keeps the gradient finite there.
    moved = moved / (moved.norm(dim=-1, keepdim=True) + 1e-3)
    return (1.0 - moved @ direction).mean()


def layer_mask(theta: Tensor) -> Tensor:
    """g = softmax(θ), Eq. 17: (num_ws,) → (num_ws,), sums to 1."""
    return torch.softmax(theta, dim=0)


def row_distances(w: Tensor, source: Tensor) -> Tensor:
    """‖w_a,i − w_s,i‖² per row: (num_ws, w_dim) twice → (num_ws,)."""
    return (w - source).square().sum(dim=-1)


def masked_regulariser(w: Tensor, source: Tensor, g: Tensor) -> Tensor:
    """Eq. 17: (1/L) Σ g_i ‖w_a,i − w_s,i‖²."""
    return (g * row_distances(w, source)).mean()


def plain_regulariser(w: Tensor, source: Tensor) -> Tensor:
    """The predecessors' plain Σ ‖w_a,i − w_s,i‖², scaled so that g_i = 1/L gives the same value as Eq. 17."""
    return row_distances(w, source).mean() / w.shape[0]
