"""The average latent of a generator whose file has none, as the published code makes it: the mean of mapped noise.

rosinality's and StyleCLIP's programs take ``mean_latent(4096)`` when nothing is stored (always the same here, by a
fixed seed); NVIDIA's constructor keeps no average with ``w_avg_beta=None``, and then cannot truncate at all.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from engine.networks.stylegan2 import MappingNetwork, MappingSizes
from engine.networks.unfilled import unfilled

SAMPLES = 4096
NOTE = f"The file has no average latent; the mean of {SAMPLES:,} random ones is used."
_BEFORE = "mapping."


def estimated_average(config: MappingSizes, tensors: Mapping[str, Tensor]) -> Tensor:
    """(w_dim,): mean of 4,096 random vectors mapped by the ``mapping.*`` among ``tensors``, over random classes."""
    with unfilled():
        mapping = MappingNetwork(config)
    state = {name.removeprefix(_BEFORE): value for name, value in tensors.items() if name.startswith(_BEFORE)}
    mapping.load_state_dict(state | {"w_avg": torch.zeros(config.w_dim)}, assign=True)
    mapping.num_ws = 1  # every row would be the same
    random = torch.Generator().manual_seed(0)
    z = torch.randn(SAMPLES, config.z_dim, generator=random)
    c = None
    if config.c_dim:
        c = torch.eye(config.c_dim)[torch.randint(config.c_dim, (SAMPLES,), generator=random)]
    with torch.no_grad():
        return mapping(z, c)[:, 0].mean(dim=0)
