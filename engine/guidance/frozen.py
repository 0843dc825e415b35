"""What latent optimisation renders and embeds with: the pack's networks, frozen, in the precision that is fastest here.

Large generators and towers run in bfloat16 where the processor multiplies it natively, else in float32; small ones
(the starter packs) always in float32, where nothing is to be gained. Only the steps are computed so: what the
artist gets is rendered by the pack's own network in float32. Measured by ``tests/benchmarks/test_step_speed.py``.

Every step draws the whole picture. Reading a smaller toRGB of the same generator (512 of 1024) would save a fifth of
the work, but skipped blocks add colour and shape (KNOWLEDGE §2), and their rows would get no gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from engine.embedding.joint import JointEmbedder
from engine.networks.channels import in_rgb
from engine.networks.frozen_stylegan2 import FrozenSynthesis
from engine.networks.stylegan2 import Generator, GeneratorConfig

Render = Callable[[Tensor, Tensor | None], Tensor]

LARGE_GENERATOR = 2e9
"""Multiply-adds of one picture from which the frozen form pays (config F at 256² has 45e9, the starters under 1e9)."""
LARGE_TOWER = 20_000_000
"""Numbers of a picture tower from which it is copied into bfloat16 (ViT-B/32 has 88 million)."""


def fast_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where ``device`` multiplies it natively (AVX512-BF16, AMX; recent CUDA), else float32."""
    if device.type == "cuda":
        native = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        native = device.type == "cpu" and (
            torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
        )
    return torch.bfloat16 if native else torch.float32


def multiply_adds(config: GeneratorConfig) -> float:
    """Of the 3×3 convolutions of one picture."""
    total, inputs = 0.0, config.structure_channels
    for resolution in config.block_resolutions:
        outputs = config.channels[resolution]
        # The first layer of a block that doubles the size runs at the smaller one.
        area = resolution**2 / (1 if resolution == config.start_resolution else 4)
        total += 9.0 * (inputs * outputs * area + outputs * outputs * resolution**2)
        inputs = outputs
    return total


def is_large(generator: Any) -> bool:
    """Whether ``generator`` is a StyleGAN2 of published size; only those have the frozen form."""
    return isinstance(generator, Generator) and multiply_adds(generator.config) >= LARGE_GENERATOR


def frozen_render(generator: Any, device: torch.device, dtype: torch.dtype | None = None) -> Render:
    """W+ rows (N, num_ws, w_dim), structure or None → picture (N, 3, H, W), for a generator that stays as it is."""
    if is_large(generator) and device.type in ("cpu", "cuda"):
        frozen = FrozenSynthesis(generator.synthesis, dtype or fast_dtype(device))
        return lambda w, structure: in_rgb(frozen(w, structure))
    if getattr(getattr(generator, "config", None), "structure_channels", 0):
        return lambda w, structure: in_rgb(generator.synthesis(w, structure))
    return lambda w, _: in_rgb(generator.synthesis(w))


def frozen_embed(embedder: JointEmbedder, dtype: torch.dtype | None = None) -> Callable[[Tensor], Tensor]:
    """Pictures (N, 3, H, W) in [-1, 1] → unit vectors (N, d), by a tower in the fast precision if it is large."""
    tower = getattr(embedder.clip, "visual", None)
    dtype = dtype or fast_dtype(embedder.device)
    if tower is None or dtype is torch.float32 or sum(p.numel() for p in tower.parameters()) < LARGE_TOWER:
        return embedder.pictures
    return embedder.with_tower_in(dtype).pictures
