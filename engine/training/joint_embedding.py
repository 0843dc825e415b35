"""Training of a pack's picture and text towers (a small ``open_clip`` model) in the teacher's space.

The text tower is distilled from the projected sentence teacher; the picture tower learns, by
InfoNCE against the teacher's vectors of its captions and by cross-entropy against the class
phrases, from real pictures and rendered weather. Both then share one unit sphere with the sounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.embedding.clip_text import BYTE_TOKENS, SPECIAL_TOKENS, build_tokenizer
from engine.training.picture_data import random_crop

MERGES = 12_000
CONTEXT = 20


@dataclass(frozen=True)
class JointRecipe:
    """Sizes and schedules; ``clip_config`` gives open_clip's own dictionaries."""

    dim: int = 128
    picture_size: int = 96
    vision_layers: tuple[int, ...] = (1, 2, 2, 1)
    vision_width: int = 16
    text_width: int = 128
    text_layers: int = 3
    seed: int = 2
    extra: dict[str, Any] = field(default_factory=dict)

    def clip_config(self) -> dict[str, Any]:
        """What ``embedding.joint.build_clip`` takes, with the tokenizer's sizes."""
        return {
            "embed_dim": self.dim,
            "vision_cfg": {
                "image_size": self.picture_size,
                "layers": list(self.vision_layers),
                "width": self.vision_width,
            },
            "text_cfg": {
                "context_length": CONTEXT,
                "vocab_size": BYTE_TOKENS + MERGES + SPECIAL_TOKENS,
                "width": self.text_width,
                "heads": 4,
                "layers": self.text_layers,
            },
            "quick_gelu": False,
            "merges": MERGES,
        }


def cosine_rate(step: int, total: int, warmup: int = 100) -> float:
    """Learning-rate factor: linear warm-up, then a half cosine to 1 %."""
    return min(1.0, (step + 1) / warmup) * (0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * min(1.0, step / total))))


def train_text_tower(
    clip: Any,
    texts: Sequence[str],
    targets: Tensor,
    weights: Tensor,
    *,
    steps: int,
    batch: int,
    seed: int,
    report: Callable[[str], None],
) -> None:
    """Distil: the tower's vector of each text follows ``targets`` (N, d); ``weights`` (N,) are sampling odds."""
    torch.manual_seed(seed)
    tokens = build_tokenizer(CONTEXT, MERGES)(texts)
    parameters = [
        *clip.transformer.parameters(),
        *clip.token_embedding.parameters(),
        *clip.ln_final.parameters(),
        clip.positional_embedding,
        clip.text_projection,
    ]
    optimiser = torch.optim.AdamW(parameters, lr=1.5e-3, weight_decay=0.01, betas=(0.9, 0.98))
    clip.train()
    started = time.time()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 1.5e-3 * cosine_rate(step, steps)
        pick = torch.multinomial(weights, batch, replacement=True)
        with torch.autocast("cpu", torch.bfloat16):
            z = clip.encode_text(tokens[pick])
        z = F.normalize(z.float(), dim=-1)
        target = targets[pick]
        point = 1 - (z * target).sum(1).mean()
        relation = (z @ z.t() - target @ target.t()).square().mean()
        contrast = F.cross_entropy(z @ target.t() / 0.07, torch.arange(batch))
        loss = point + 2.0 * relation + 0.1 * contrast
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        if (step + 1) % 200 == 0:
            report(
                f"text {step + 1}/{steps} loss {loss.item():.4f} cosine {1 - point.item():.4f} "
                f"{time.time() - started:.0f} s"
            )
    clip.eval()


def augment_picture(picture: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Crop, mirror, colour, blur, JPEG: the network is to learn fire and not a camera. uint8 (size, size, 3)."""
    # Not less than most of the picture: a corner of sky is no thunderstorm, and guides see whole pictures.
    side = picture.shape[0]
    p: Any = random_crop(picture, min(side, int(rng.integers(max(size, int(0.62 * side)), side + 1))), rng)
    if p.shape[0] != size:
        p = cv2.resize(p, (size, size), interpolation=cv2.INTER_AREA)
    x = p.astype(np.float32) * rng.uniform(0.82, 1.18, 3).astype(np.float32) * rng.uniform(0.8, 1.2)
    if rng.random() < 0.3:
        grey = x.mean(2, keepdims=True)
        x = grey + (x - grey) * rng.uniform(0.4, 1.4)
    p = np.clip(x, 0, 255).astype(np.uint8)
    if rng.random() < 0.35:
        p = cv2.GaussianBlur(p, (0, 0), rng.uniform(0.3, 1.3))
    if rng.random() < 0.35:
        p = cv2.imdecode(
            cv2.imencode(".jpg", p, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(25, 90))])[1], cv2.IMREAD_COLOR
        )
    if rng.random() < 0.25:
        h, w = (rng.random(2) * size * 0.4 + 4).astype(int)
        t, left = int(rng.integers(0, size - h)), int(rng.integers(0, size - w))
        p = p.copy()
        p[t : t + h, left : left + w] = rng.integers(0, 255, 3)
    return p


def normalised(batch: np.ndarray, mean: Sequence[float], std: Sequence[float]) -> Tensor:
    """uint8 (N, H, W, 3) → float (N, 3, H, W), channel statistics removed."""
    x = torch.from_numpy(batch).permute(0, 3, 1, 2).float() / 255.0
    return (x - torch.tensor(mean).view(1, 3, 1, 1)) / torch.tensor(std).view(1, 3, 1, 1)


@dataclass(frozen=True)
class PictureBatch:
    """``pictures`` uint8 (N, S, S, 3); ``captions`` (N, d) teacher vectors; ``classes`` (N,) index or -1."""

    pictures: np.ndarray
    captions: Tensor
    classes: Tensor


def caption_contrast(queries: Tensor, keys: Tensor, same: Tensor, temperature: float = 0.07) -> Tensor:
    """InfoNCE of unit rows (N, d) with ``same`` (N, N) positives: pictures with one caption are all positives of each
    other, so the target spreads over equal captions."""
    shares = same.float() / same.sum(1, keepdim=True)
    return -(F.log_softmax(queries @ keys.t() / temperature, 1) * shares).sum(1).mean()


def train_picture_tower(
    clip: Any,
    sampler: Callable[[int, np.random.Generator], PictureBatch],
    prototypes: Tensor,
    *,
    mean: Sequence[float],
    std: Sequence[float],
    steps: int,
    batch: int,
    seed: int,
    rate: float = 2e-3,
    report: Callable[[str], None],
    validate: Callable[[], str] | None = None,
) -> None:
    """InfoNCE with the captions plus cross-entropy over ``prototypes`` (K, d), the classes' text vectors."""
    torch.manual_seed(seed)
    vision = clip.visual
    optimiser = torch.optim.AdamW(vision.parameters(), lr=rate, weight_decay=0.05)
    started = time.time()
    for step in range(steps):
        rng = np.random.default_rng((seed, step))
        for group in optimiser.param_groups:
            group["lr"] = rate * cosine_rate(step, steps)
        data = sampler(batch, rng)
        vision.train()
        x = normalised(data.pictures, mean, std).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            z = vision(x)
        z = F.normalize(z.float(), dim=-1)
        known = data.classes >= 0
        classify = F.cross_entropy(z[known] @ prototypes.t() / 0.07, data.classes[known], label_smoothing=0.05)
        contrast = caption_contrast(z, data.captions, data.captions @ data.captions.t() > 0.999)
        loss = classify + 0.5 * contrast
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vision.parameters(), 2.0)
        optimiser.step()
        if (step + 1) % 100 == 0:
            note = validate() if validate is not None and (step + 1) % 200 == 0 else ""
            report(
                f"picture {step + 1}/{steps} class {classify.item():.3f} contrast {contrast.item():.3f} "
                f"{time.time() - started:.0f} s {note}"
            )
    vision.eval()
