"""The instant mapper learns an edit through a frozen generator."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.instant_mapper import InstantMapper, MapperConfig
from engine.training.instant_mapping import MapperBatch, MapperRecipe, mapper_loss, train_mapper
from engine.training.structure_generator import StructureRecipe, build_networks


class Tower(nn.Module):
    """Mean colours as a unit vector: enough of a picture tower for a loss."""

    def visual(self, pictures: Tensor) -> Tensor:
        return F.normalize(F.adaptive_avg_pool2d(pictures, 2).flatten(1)[:, :8], dim=1)


def test_a_few_steps_bring_the_drawn_picture_nearer_to_the_after_picture() -> None:
    torch.manual_seed(0)
    generator, encoder = build_networks(StructureRecipe(resolution=32, width=8))
    generator.requires_grad_(False), encoder.requires_grad_(False)
    config = MapperConfig(num_ws=generator.config.num_ws, embed_dim=8, fields=0, width=16, hidden=32)
    mapper = InstantMapper(config)
    before = torch.zeros(2, 3, 32, 32)

    def batch(rng: np.random.Generator) -> MapperBatch:
        # What an untrained generator can draw: its own picture of other rows.
        with torch.no_grad():
            w, structure = encoder(before)
            after = generator.synthesis(w + 1.0, structure)
        return MapperBatch(before, after, F.normalize(torch.ones(2, 8), dim=1))

    recipe = MapperRecipe(25, 3e-3, 1, 16, 0.5, 0.25, row_weight=0.0, follow_rows=True)
    tower = Tower()
    first = mapper_loss(mapper, generator, encoder, tower.visual, batch(np.random.default_rng(0)), recipe)[1]
    said: list[str] = []
    train_mapper(mapper, generator, encoder, tower, batch, recipe, said.append)
    last = mapper_loss(mapper, generator, encoder, tower.visual, batch(np.random.default_rng(0)), recipe)[1]
    assert last["picture"] < 0.8 * first["picture"]
