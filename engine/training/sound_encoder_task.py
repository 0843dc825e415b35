"""Training a sound encoder on shards with cached frozen features: Eq. 13, or a predecessor's loss."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from engine.errors import RequestError
from engine.training.losses import (
    TEMPERATURE,
    JointBatch,
    LossWeights,
    predecessor_loss,
    total_loss,
    workshop_loss,
)
from engine.training.ranks import Ranks
from engine.training.schedule import cyclic_cosine
from engine.training.shard_stream import SoundBatch, read_ahead
from engine.training.sound_augmentation import spec_augment

OBJECTIVES = ("2024", "2022", "workshop")


@dataclass(frozen=True)
class SoundEncoderRecipe:
    """How a sound encoder is trained; defaults are the paper's constants (§4.1).

    ``accumulate``: how many parts a rank's share of the batch is computed in; the loss still sees the whole batch
    (embeddings are computed twice, see :meth:`SoundEncoderTask.step`). ``half`` computes the network in bf16.
    """

    epochs: int = 50
    learning_rate: float = 1e-3
    weight_decay: float = 1e-4
    batch: int = 384
    cycles: int = 5
    warmup_steps: int = 0
    temperature: float = TEMPERATURE
    objective: str = "2024"
    weights: LossWeights = field(default_factory=LossWeights)
    accumulate: int = 1
    half: bool = True
    clip_gradient: float = 0.0


class SoundStream(Protocol):
    """Where a training's clips come from; ``unreadable`` counts those left out."""

    unreadable: int

    @property
    def batches_per_epoch(self) -> int: ...

    def front_end(self) -> nn.Module:
        """What makes a batch's ``samples`` mel pictures (b, 1, mels, frames)."""
        ...

    def batches(self, start: int = 0) -> Iterator[SoundBatch]:
        """Endless batches from a step on."""
        ...


class SoundEncoderTask:
    """A task for :func:`engine.training.loop.train`; ``network`` maps mel pictures to unit vectors."""

    name = "sound-encoder"
    unit = "clips"

    def __init__(self, network: nn.Module, stream: SoundStream, recipe: SoundEncoderRecipe, ranks: Ranks) -> None:
        if recipe.objective not in OBJECTIVES:
            raise RequestError(f"'{recipe.objective}' is no objective; choose {', '.join(OBJECTIVES)}.")
        if (recipe.batch // ranks.world) % recipe.accumulate:
            raise RequestError(f"{recipe.batch // ranks.world} clips per rank cannot be cut into "
                               f"{recipe.accumulate} parts; choose another --accumulate.")
        self.network, self.stream, self.recipe, self.ranks = network, stream, recipe, ranks
        self.wrapped = ranks.wrapped(network)
        self.front_end = stream.front_end().to(ranks.device)
        self.optimiser = torch.optim.Adam(network.parameters(), lr=recipe.learning_rate, betas=(0.9, 0.999),
                                          weight_decay=recipe.weight_decay)
        self.total_steps = recipe.epochs * stream.batches_per_epoch
        self.items_per_step = recipe.batch

    @property
    def two_views(self) -> bool:
        """Whether the augmented view is needed at all."""
        return self.recipe.objective == "2022" or (
            self.recipe.objective == "2024" and self.recipe.weights.self_supervised != 0)

    def networks(self) -> dict[str, nn.Module]:
        return {"sound_encoder": self.network}

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        return {"adam": self.optimiser}

    def batches(self, start: int) -> Iterator[SoundBatch]:
        return read_ahead(self.stream.batches(start))

    def rate(self, number: int) -> float:
        return cyclic_cosine(number, self.total_steps, self.recipe.cycles, self.recipe.warmup_steps)

    def extra(self) -> dict[str, Any]:
        return {"unreadable_clips": self.stream.unreadable}

    def restore_extra(self, values: dict[str, Any]) -> None:
        self.stream.unreadable = int(values.get("unreadable_clips", 0))

    def embed(self, part: SoundBatch) -> Tensor:
        """Embeddings of a part of a batch, (2b, d) with the augmented views behind, or (b, d) without."""
        with torch.no_grad():
            mel = self.front_end(part.samples)
            if self.two_views:
                mel = torch.cat([mel, spec_augment(mel, part.masks)])
        # both views in one pass: half the launches, and one DDP reduction per step
        on = self.recipe.half and self.ranks.device.type in ("cpu", "cuda")
        with torch.autocast(self.ranks.device.type, torch.bfloat16) if on else nullcontext():
            result: Tensor = self.wrapped(mel)
        return result.float()

    def loss(self, embedded: Tensor, batch: SoundBatch) -> tuple[Tensor, dict[str, float]]:
        """The loss of the whole global batch; gradient flows to this rank's ``embedded`` (2b or b, d) alone."""
        count = len(batch.samples)
        gathered, recipe = self.ranks.gathered, self.recipe
        valid = gathered(batch.valid)
        audio = self.ranks.with_own_rows(embedded[:count])[valid]
        view = self.ranks.with_own_rows(embedded[count:])[valid] if self.two_views else None
        text = gathered(batch.text)[valid]
        if recipe.objective == "workshop":
            total = workshop_loss(audio, text)
            return total, {"loss": total.item()}
        if recipe.objective == "2022":
            assert view is not None
            total = predecessor_loss(audio, view, text, temperature=recipe.temperature)
            return total, {"loss": total.item()}
        joint = JointBatch(audio, text, view, gathered(batch.picture)[valid], gathered(batch.resampled)[valid],
                           gathered(batch.has_picture)[valid])
        result = total_loss(joint, recipe.weights, recipe.temperature)
        values = {"loss": result.total.item(), **{name: term.item() for name, term in result.terms.items()}}
        return result.total, values

    def step(self, batch: SoundBatch, number: int) -> dict[str, float]:
        """One Adam step on a global batch.

        With ``accumulate`` > 1 a plain sum of part losses would have only the part's own negatives. So embeddings
        are first computed without a graph, the loss of the whole batch gives their gradients, and each part is then
        computed again and pushed back through: the gradient of the whole batch, in the memory of one part.
        """
        batch = batch.to(self.ranks.device)
        self.optimiser.zero_grad(set_to_none=True)
        world, parts = self.ranks.world, self.recipe.accumulate
        if parts == 1:
            loss, values = self.loss(self.embed(batch), batch)
            # Every rank holds the whole batch's loss and DDP averages gradients: undo the average.
            (loss * world).backward()
        else:
            values = self._accumulated(batch, parts)
        if self.recipe.clip_gradient:
            nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip_gradient)
        self.optimiser.step()
        return values

    def _accumulated(self, batch: SoundBatch, parts: int) -> dict[str, float]:
        share, views = len(batch.samples) // parts, 2 if self.two_views else 1
        slices = [slice(i * share, (i + 1) * share) for i in range(parts)]
        with torch.no_grad():
            pieces = [self.embed(batch.part(rows)).view(views, share, -1) for rows in slices]
        leaf = torch.cat(pieces, dim=1).flatten(0, 1).requires_grad_()
        loss, values = self.loss(leaf, batch)
        (loss * self.ranks.world).backward()
        assert leaf.grad is not None
        wanted = leaf.grad.view(views, parts * share, -1)
        for i, rows in enumerate(slices):
            last = i == parts - 1
            hold = nullcontext() if last or self.ranks.world == 1 else self.wrapped.no_sync()  # type: ignore[operator]
            with hold:
                self.embed(batch.part(rows)).backward(wanted[:, rows].flatten(0, 1))
        return values
