"""After training an F/W+ generator: where its style rows live, a bank of structures, and the mapping network."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.networks.structure_inversion import StructureInversion
from engine.networks.stylegan2 import Generator
from engine.training.structure_generator import to_tensor

COMPONENTS = 96
BANK = 8


@torch.no_grad()
def latent_statistics(encoder: StructureInversion, pictures: np.ndarray, bank: np.ndarray) -> dict[str, Tensor]:
    """Statistics of training latents, float32.

    ``pictures`` uint8 (N, R, R, 3) give ``mean`` (num_ws, w_dim), ``covariance`` (num_ws, w_dim, w_dim) and
    ``rows`` (COMPONENTS, num_ws·w_dim), principal directions scaled by their spread; ``bank`` uint8 (B, R, R, 3)
    gives ``structures`` (B, C, h, w) for random sources.
    """
    rows = torch.cat([encoder.style(to_tensor(pictures[i : i + 32])) for i in range(0, len(pictures), 32)])
    mean = rows.mean(0)
    centred = rows - mean
    covariance = torch.einsum("nri,nrj->rij", centred, centred) / (len(rows) - 1)
    _, spread, directions = torch.pca_lowrank(centred.flatten(1), q=COMPONENTS, center=False, niter=4)
    scaled = (directions * (spread / (len(rows) - 1) ** 0.5)).t().contiguous()
    structures = torch.cat([encoder.structure(to_tensor(bank[i : i + 8])).float() for i in range(0, len(bank), 8)])
    return {"mean": mean, "covariance": covariance, "rows": scaled, "structures": structures}


def fit_mapping(
    generator: Generator,
    encoder: StructureInversion,
    pictures: np.ndarray,
    statistics: dict[str, Tensor],
    *,
    steps: int = 600,
    seed: int = 0,
) -> float:
    """Train the mapping network so that its w's first components follow the training rows' coordinates.

    Sliced Wasserstein distance (Rabin et al. 2011) between mapped z and the coordinates of training pictures in
    the principal space; returns its final value.
    """
    torch.manual_seed(seed)
    with torch.no_grad():
        rows = torch.cat([encoder.style(to_tensor(pictures[i : i + 32])) for i in range(0, len(pictures), 32)])
        scaled = statistics["rows"]
        wanted = (rows - statistics["mean"]).flatten(1) @ scaled.t() / scaled.square().sum(1)
    mapping = generator.mapping.requires_grad_(True)
    optimiser = torch.optim.Adam(mapping.parameters(), lr=2e-3)
    value = 0.0
    for _ in range(steps):
        real = wanted[torch.randint(len(wanted), (256,))]
        drawn = mapping(torch.randn(256, mapping.z_dim))[:, 0, : real.shape[1]]
        directions = torch.nn.functional.normalize(torch.randn(real.shape[1], 64), dim=0)
        loss = ((real @ directions).sort(0)[0] - (drawn @ directions).sort(0)[0]).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        value = loss.item()
    mapping.requires_grad_(False)
    with torch.no_grad():
        mapping.w_avg.copy_(mapping(torch.randn(2048, mapping.z_dim))[:, 0].mean(0))
    return value


def as_stored(statistics: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same in half precision where that is fine: banks and bases. The covariance is inverted and stays as it is."""
    small = ("rows", "structures")
    return {name: value.half() if name in small else value for name, value in statistics.items()}
