"""Training the picture and text towers of a joint embedder together, on captioned pictures (CLIP's own objective)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from engine.errors import DataError
from engine.media.atomic_files import written_beside
from engine.training.joint_embedding import augment_picture, caption_contrast, normalised
from engine.training.loop import Task
from engine.training.picture_data import HELD_OUT_FOLD, load_square, read_picture_index
from engine.training.schedule import cyclic_cosine
from engine.training.text_augmentation import caption_variants

DOMAINS = ("landscape", "painting", "portrait")
VARIANTS = 8


class CaptionedPictures:
    """Training rows of ``data/images/index.csv`` outside the held-out fold, their squares kept in one file in
    ``cache``. ``captions`` of each; unreadable pictures are passed over and listed in ``broken``."""

    def __init__(self, data: Path, cache: Path, size: int) -> None:
        rows = [r for r in read_picture_index(data, domains=DOMAINS) if r.fold != HELD_OUT_FOLD]
        squares, self.captions, self.broken = [], list[str](), list[str]()
        for row in rows:
            try:
                square = load_square(row.path, size)
            except (OSError, ValueError):
                self.broken.append(str(row.path))
                continue
            squares.append(square)
            self.captions.append(row.caption)
        if not squares:
            raise DataError(f"{data} holds no captioned picture to train on; name a folder laid out like the "
                            "project's data.")
        path = cache / f"captioned-{size}.npy"
        with written_beside(path) as beside, beside.open("wb") as handle:
            np.save(handle, np.stack(squares))
        self.squares = np.load(path, mmap_mode="r")
        self.variants = {c: caption_variants(c, VARIANTS) for c in set(self.captions)}


@dataclass(frozen=True)
class CaptionedBatch:
    """``pictures`` uint8 (N, S, S, 3); ``texts`` one augmented caption each; ``same`` (N, N) bool: equal captions
    before augmentation, which are all positives of each other."""

    pictures: np.ndarray
    texts: list[str]
    same: Tensor


class JointTask(Task[CaptionedBatch]):
    """A task for :func:`engine.training.loop.train`: InfoNCE in both directions, temperature 0.07.

    ``clip`` an open_clip model; with ``freeze_text`` the picture tower alone learns, so that sound encoders of the
    pack stay valid.
    """

    name = "joint-embedding"
    unit = "pictures"

    def __init__(self, clip: Any, tokenize: Callable[[Sequence[str]], Tensor], pictures: CaptionedPictures, *,
                 size: int, mean: Sequence[float], std: Sequence[float], steps: int, batch: int, rate: float,
                 freeze_text: bool, seed: int, device: torch.device) -> None:
        self.clip, self.tokenize, self.pictures = clip.to(device), tokenize, pictures
        self.size, self.mean, self.std = size, list(mean), list(std)
        self.batch, self.seed, self.device = batch, seed, device
        clip.requires_grad_(not freeze_text)
        clip.visual.requires_grad_(True)
        self.learned = [p for n, p in clip.named_parameters() if p.requires_grad and n != "logit_scale"]
        self.adam = torch.optim.AdamW(self.learned, lr=rate, weight_decay=0.05, betas=(0.9, 0.98))
        self.total_steps, self.items_per_step = steps, batch

    def networks(self) -> dict[str, nn.Module]:
        return {"joint_embedder": self.clip}

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        return {"adam": self.adam}

    def batches(self, start: int) -> Iterator[CaptionedBatch]:
        step, count = start, len(self.pictures.captions)
        while True:
            rng = np.random.default_rng((self.seed, step))
            chosen = rng.integers(0, count, self.batch).tolist()
            said = [self.pictures.captions[i] for i in chosen]
            texts = [self.pictures.variants[c][int(rng.integers(VARIANTS))] for c in said]
            shown = np.stack([augment_picture(self.pictures.squares[i], self.size, rng) for i in chosen])
            yield CaptionedBatch(shown, texts, torch.tensor([[a == b for b in said] for a in said]))
            step += 1

    def rate(self, number: int) -> float:
        return cyclic_cosine(number, self.total_steps, 1, min(100, self.total_steps // 10))

    def step(self, batch: CaptionedBatch, number: int) -> dict[str, float]:
        self.clip.train()
        pictures = normalised(batch.pictures, self.mean, self.std).to(self.device)
        seen = normalize(self.clip.encode_image(pictures).float(), dim=-1)
        read = normalize(self.clip.encode_text(self.tokenize(batch.texts).to(self.device)).float(), dim=-1)
        same = batch.same.to(self.device)
        loss = (caption_contrast(seen, read, same) + caption_contrast(read, seen, same)) / 2
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.learned, 1.0)
        self.adam.step()
        found = (seen.detach() @ read.detach().T).argmax(dim=1)
        return {"loss": loss.item(), "found": float(same[torch.arange(len(found)), found].float().mean())}
