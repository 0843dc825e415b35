"""Training an instant mapper on a pack's own finished optimisations and on the joint-space loss."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.errors import DataError, SgimError
from engine.media.atomic_files import written_beside
from engine.media.weather_fields import seed_fields
from engine.training.instant_mapping import MapperBatch, MapperRecipe, mapper_loss
from engine.training.loop import Task
from engine.training.schedule import cyclic_cosine
from engine.training.structure_generator import to_tensor

if TYPE_CHECKING:
    from engine.media.sounds import Sound
    from engine.studio import Studio

NOISE = 0.03
"""Added to a guide's vector, so that the mapper learns a neighbourhood and not one point."""


@dataclass(frozen=True)
class FinishedEdit:
    """``before`` the inverted picture and ``after`` its edit, uint8 (R, R, 3); ``guide`` (d,) unit; ``seed`` of the
    fields it was drawn with."""

    before: np.ndarray
    after: np.ndarray
    guide: np.ndarray
    seed: int


def finished_edits(studio: Studio, pictures: Sequence[Path], sounds: Sequence[Path], texts: Sequence[str], count: int,
                   folder: Path, *, steps: int | None, seed: int) -> tuple[list[FinishedEdit], int]:
    """``count`` edits of random pictures by random sounds and texts, run to their end and kept in ``folder``: only
    those that are not there yet are computed. Also returns how many could not be made (broken files)."""
    from engine.evaluation.starter_edits import guide_of, run_edit, source_of
    from engine.media.sounds import load_sound
    from engine.request import Request, TextGuide

    if not pictures or not (sounds or texts):
        raise DataError("There are no pictures or no guides to make edits from; name a folder laid out like the "
                        "project's data.")
    found, broken = [], 0
    for number in range(count):
        path, failed = folder / f"edit-{number:06d}.npz", folder / f"edit-{number:06d}.failed"
        if failed.is_file():
            broken += 1
            continue
        if not path.is_file():
            rng = np.random.default_rng((seed, number))
            picture = pictures[int(rng.integers(len(pictures)))]
            heard = bool(sounds) and (not texts or rng.random() < 0.6)
            try:
                source = source_of(studio, picture, "fast")
                base = Request(pack=source.pack, picture_sha256=source.picture.sha256, seed=number, steps=steps,
                               loudness=False)
                played: list[Sound] = []
                if heard:
                    played = [load_sound(sounds[int(rng.integers(len(sounds)))])]
                    guide, vector = base.changed(sounds=(guide_of(played[0]),)), studio.loaded.embedder.sound(
                        played[0]).vector
                else:
                    text = texts[int(rng.integers(len(texts)))]
                    guide, vector = base.changed(text=TextGuide(text)), studio.loaded.embedder.texts([text])[0]
                result = run_edit(studio, source, guide, played)
            except SgimError as error:
                print(error.sentence, file=sys.stderr)  # noqa: T201
                failed.touch()
                broken += 1
                continue
            with written_beside(path) as beside, beside.open("wb") as handle:
                np.savez_compressed(handle, before=source.reconstruction, after=result.picture,
                                    guide=vector.cpu().numpy(), seed=np.array(number))
            if (number + 1) % 10 == 0:
                print(f"{number + 1} of {count} edits finished", file=sys.stderr)  # noqa: T201
        with np.load(path, allow_pickle=False) as stored:
            found.append(FinishedEdit(stored["before"], stored["after"], stored["guide"], int(stored["seed"])))
    if not found:
        raise DataError(f"None of the {count} edits could be made; look at the sentences above.")
    return found, broken


class MapperTask(Task[MapperBatch]):
    """A task for :func:`engine.training.loop.train`: the loss the starter's mapper was taught with
    (`engine.training.instant_mapping`), on finished edits. Pictures must be squares of the pack's own size."""

    name = "mapper"
    unit = "edits"

    def __init__(self, mapper: Any, generator: Any, encoder: Any, clip: Any, edits: Sequence[FinishedEdit],
                 recipe: MapperRecipe, batch: int) -> None:
        self.mapper, self.generator, self.encoder, self.clip = mapper.train(), generator, encoder, clip
        self.edits, self.recipe, self.batch = edits, recipe, batch
        self.adam = torch.optim.AdamW(mapper.parameters(), lr=recipe.rate, weight_decay=1e-3, betas=(0.9, 0.98))
        self.total_steps, self.items_per_step = recipe.steps, batch

    def networks(self) -> dict[str, nn.Module]:
        return {"mapper": self.mapper}

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        return {"adam": self.adam}

    def batches(self, start: int) -> Iterator[MapperBatch]:
        step = start
        while True:
            rng = np.random.default_rng((self.recipe.seed, step))
            chosen = [self.edits[int(i)] for i in rng.integers(0, len(self.edits), self.batch)]
            guides = np.stack([e.guide for e in chosen]).astype(np.float32)
            noisy = torch.from_numpy((guides + rng.normal(0, NOISE, guides.shape)).astype(np.float32))
            yield MapperBatch(to_tensor(np.stack([e.before for e in chosen])),
                              to_tensor(np.stack([e.after for e in chosen])),
                              nn.functional.normalize(noisy, dim=1), self._fields(chosen))
            step += 1

    def _fields(self, chosen: Sequence[FinishedEdit]) -> Tensor | None:
        if not self.mapper.config.fields:
            return None
        height, width = chosen[0].before.shape[:2]
        return torch.from_numpy(np.stack([seed_fields(height, width, e.seed) for e in chosen]))

    def rate(self, number: int) -> float:
        return cyclic_cosine(number, self.total_steps, 1, min(100, self.total_steps // 10))

    def step(self, batch: MapperBatch, number: int) -> dict[str, float]:
        loss, parts, _ = mapper_loss(self.mapper, self.generator, self.encoder, self.clip.visual, batch, self.recipe)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.mapper.parameters(), 1.0)
        self.adam.step()
        return {"loss": float(loss.detach()), **parts}
