"""Training an inversion encoder for a frozen generator: picture → latent → the same picture."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from engine.embedding.picture_resize import area_resize
from engine.training.loop import Task
from engine.training.picture_folder import PictureFolder
from engine.training.schedule import cyclic_cosine
from engine.training.structure_generator import psnr, pyramid_loss

PRIOR_WEIGHT = 1e-4
KEPT = 0.998


class InversionTask(Task[Tensor]):
    """A task for :func:`engine.training.loop.train`; ``average`` is the encoder to keep.

    The encoder gives W+ rows and a structure map (F/W+ generators), or W+ rows alone (then it looks at its own
    ``input_size``). The loss is the starter's: L1 over an octave pyramid, and a small pull of the rows to zero.
    """

    name = "inversion-encoder"
    unit = "pictures"

    def __init__(self, encoder: nn.Module, generator: nn.Module, pictures: PictureFolder, *, steps: int, batch: int,
                 rate: float, seed: int, device: torch.device) -> None:
        self.encoder, self.generator = encoder.to(device).train(), generator.to(device).eval().requires_grad_(False)
        self.average = copy.deepcopy(self.encoder).eval().requires_grad_(False)
        self.pictures, self.batch, self.seed, self.device = pictures, batch, seed, device
        self.has_structure = bool(getattr(getattr(generator, "config", None), "structure_channels", 0))
        self.adam = torch.optim.Adam(self.encoder.parameters(), lr=rate, betas=(0.9, 0.99))
        self.total_steps, self.items_per_step = steps, batch

    def networks(self) -> dict[str, nn.Module]:
        return {"inversion_encoder": self.encoder, "average": self.average}

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        return {"adam": self.adam}

    def batches(self, start: int) -> Iterator[Tensor]:
        return self.pictures.batches(self.batch, start, self.seed)

    def rate(self, number: int) -> float:
        return cyclic_cosine(number, self.total_steps, 1, min(200, self.total_steps // 10))

    def drawn(self, encoder: nn.Module, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """(N, 3, R, R) → the generator's picture of the encoder's latent, and the W+ rows."""
        if self.has_structure:
            w, structure = encoder(pictures)
            return self.generator.synthesis(w, structure), w  # type: ignore[operator]
        w = encoder(area_resize(pictures, int(getattr(encoder, "input_size", 256))))
        return self.generator.synthesis(w), w  # type: ignore[operator]

    def step(self, batch: Tensor, number: int) -> dict[str, float]:
        real = batch.to(self.device)
        drawn, w = self.drawn(self.encoder, real)
        loss = pyramid_loss(drawn.float(), real) + PRIOR_WEIGHT * w.square().mean()
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.encoder.parameters(), 1.0)
        self.adam.step()
        # short at first, so that the average does not drag the start along
        keep = min(KEPT, (1 + number) / (10 + number))
        with torch.no_grad():
            for kept, now in zip(self.average.parameters(), self.encoder.parameters(), strict=True):
                kept.lerp_(now, 1 - keep)
            for held, current in zip(self.average.buffers(), self.encoder.buffers(), strict=True):
                held.copy_(current)
        return {"loss": loss.item(), "psnr": float(psnr(drawn.detach().float(), real).mean())}
