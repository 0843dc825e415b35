"""Training a generator on pictures alone: the StyleGAN2-ADA recipe (Karras et al. 2020a, 2020b).

Non-saturating logistic loss, R1 on real pictures every 16 steps (lazily), adaptive discriminator augmentation,
style mixing, and an exponential average of the generator that is what a pack gets. Path length regularisation is
left out: it needs second derivatives through the synthesis, several times the cost, and ADA's authors found it to
matter little for small data.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.discriminator import Discriminator
from engine.networks.stylegan2 import Generator, GeneratorConfig
from engine.training.adaptive_augmentation import AugmentationStrength, augment
from engine.training.picture_folder import PictureFolder
from engine.training.ranks import Ranks


@dataclass(frozen=True)
class GeneratorRecipe:
    """Defaults of ADA's ``auto`` configuration. ``kimg`` thousand pictures in all; ``gamma`` of R1, None: 0.0002·R²
    / batch; ``ema_kimg`` half-life of the average; ``base`` channels: min(base / resolution, most)."""

    resolution: int = 64
    kimg: float = 1000.0
    batch: int = 32
    learning_rate: float = 0.0025
    gamma: float | None = None
    lazy_r1: int = 16
    style_mixing: float = 0.9
    ada_target: float = 0.6
    ada_kimg: float = 500.0
    ema_kimg: float | None = None
    latent: int = 128
    mapping_layers: int = 2
    base: int = 4096
    most: int = 128
    mirror: bool = True

    @property
    def channels(self) -> dict[int, int]:
        """Feature maps by resolution."""
        sizes = [2**i for i in range(2, self.resolution.bit_length())]
        return {size: min(self.base // size, self.most) for size in sizes}


def generator_config(recipe: GeneratorRecipe) -> GeneratorConfig:
    """The generator a recipe trains."""
    return GeneratorConfig(resolution=recipe.resolution, z_dim=recipe.latent, w_dim=recipe.latent,
                           mapping_layers=recipe.mapping_layers, channels=recipe.channels)


class GeneratorTask:
    """A task for :func:`engine.training.loop.train`; ``average`` is the generator to keep."""

    name = "generator"
    unit = "pictures"

    def __init__(self, pictures: PictureFolder, recipe: GeneratorRecipe, ranks: Ranks, seed: int = 0) -> None:
        self.pictures, self.recipe, self.ranks, self.seed = pictures, recipe, ranks, seed
        self.generator = Generator(generator_config(recipe)).to(ranks.device)
        self.discriminator = Discriminator(recipe.resolution, recipe.channels).to(ranks.device)
        self.average = copy.deepcopy(self.generator).eval().requires_grad_(False)
        lazy = recipe.lazy_r1 / (recipe.lazy_r1 + 1)
        self.g_adam = torch.optim.Adam(self.generator.parameters(), lr=recipe.learning_rate, betas=(0.0, 0.99),
                                       eps=1e-8)
        # Lazy regularisation: the optimiser's time runs as if R1 were part of every step.
        self.d_adam = torch.optim.Adam(self.discriminator.parameters(), lr=recipe.learning_rate * lazy,
                                       betas=(0.0, 0.99**lazy), eps=1e-8)
        self.strength = AugmentationStrength(recipe.ada_target, recipe.ada_kimg)
        self.gamma = 0.0002 * recipe.resolution**2 / recipe.batch if recipe.gamma is None else recipe.gamma
        self.total_steps = max(1, round(recipe.kimg * 1000 / recipe.batch))
        self.items_per_step = recipe.batch

    def networks(self) -> dict[str, nn.Module]:
        return {"generator": self.generator, "discriminator": self.discriminator, "average": self.average}

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        return {"g": self.g_adam, "d": self.d_adam}

    def batches(self, start: int) -> Iterator[Tensor]:
        return self.pictures.batches(self.recipe.batch, start, self.seed, self.ranks.rank, self.ranks.world,
                                     self.recipe.mirror)

    def rate(self, number: int) -> float:
        return 1.0

    def extra(self) -> dict[str, Any]:
        s = self.strength
        return {"p": s.p, "signs": s.signs, "seen": s.seen, "steps": s.steps}

    def restore_extra(self, values: dict[str, Any]) -> None:
        s = self.strength
        s.p, s.signs, s.seen, s.steps = values["p"], values["signs"], values["seen"], values["steps"]

    def draw(self, count: int) -> Tensor:
        """``count`` fake pictures of the current generator, with style mixing; keeps track of the mean latent."""
        generator, recipe = self.generator, self.recipe
        z = torch.randn(2, count, recipe.latent, device=self.ranks.device)
        w, other = generator.mapping(z[0]), generator.mapping(z[1])
        with torch.no_grad():
            generator.mapping.w_avg.lerp_(w[:, 0].mean(dim=0), 0.005)
        if recipe.style_mixing:
            cut = torch.randint(1, generator.num_ws, (count,), device=w.device)
            cut = torch.where(torch.rand(count, device=w.device) < recipe.style_mixing, cut,
                              torch.full_like(cut, generator.num_ws))
            row = torch.arange(generator.num_ws, device=w.device)[None, :, None]
            w = torch.where(row < cut[:, None, None], w, other)
        result: Tensor = generator.synthesis(w)
        return result

    def step(self, batch: Tensor, number: int) -> dict[str, float]:
        real, recipe = batch.to(self.ranks.device), self.recipe
        values: dict[str, float] = {}
        self.discriminator.requires_grad_(False)
        fake = self.draw(len(real))
        loss = F.softplus(-self.discriminator(augment(fake, self.strength.p))).mean()
        self._descend(loss, self.g_adam, self.generator)
        values["G"] = loss.item()

        self.discriminator.requires_grad_(True)
        with torch.no_grad():
            fake = self.draw(len(real))
        regularised = number % recipe.lazy_r1 == 0 and self.gamma > 0
        seen = augment(real, self.strength.p).detach().requires_grad_(regularised)
        realness, fakeness = self.discriminator(seen), self.discriminator(augment(fake, self.strength.p))
        loss = F.softplus(-realness).mean() + F.softplus(fakeness).mean()
        values["D"] = loss.item()
        if regularised:
            (slope,) = torch.autograd.grad(realness.sum(), seen, create_graph=True)
            penalty = slope.square().sum(dim=(1, 2, 3)).mean()
            loss = loss + penalty * (0.5 * self.gamma * recipe.lazy_r1)
        self._descend(loss, self.d_adam, self.discriminator)
        self.strength.see(self.ranks.gathered(realness), recipe.batch)
        values["p"] = self.strength.p
        self._average(number)
        return values

    def _descend(self, loss: Tensor, adam: torch.optim.Adam, network: nn.Module) -> None:
        adam.zero_grad(set_to_none=True)
        loss.backward()
        for parameter in network.parameters():
            if parameter.grad is None:
                continue
            # a step that explodes to infinity must not poison the weights for good (as the published code does)
            torch.nan_to_num(parameter.grad, nan=0.0, posinf=1e5, neginf=-1e5, out=parameter.grad)
            if self.ranks.world > 1:
                dist.all_reduce(parameter.grad)
                parameter.grad /= self.ranks.world
        adam.step()

    @torch.no_grad()
    def _average(self, number: int) -> None:
        recipe = self.recipe
        half_life = 1000 * (recipe.batch * 10 / 32 if recipe.ema_kimg is None else recipe.ema_kimg)
        # short at first, so that the average does not drag the random start along
        half_life = min(half_life, (number + 1) * recipe.batch * 0.05)
        keep = 0.5 ** (recipe.batch / max(half_life, 1e-8))
        for kept, now in zip(self.average.parameters(), self.generator.parameters(), strict=True):
            kept.copy_(now.lerp(kept, keep))
        for held, current in zip(self.average.buffers(), self.generator.buffers(), strict=True):
            held.copy_(current)
