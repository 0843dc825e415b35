"""Run in a process of its own: steps of latent optimisation on a pack, and what they took, as JSON.

``python step_speed.py SIDE PACK_FOLDER STEPS``. ``published``: the published algorithm written plainly (fused
modulation, picture repeated 7 times and average-pooled, ViT-B/32, everything float32, weights frozen so that it
pays for nothing but what its formulas ask for). ``float32`` and ``bfloat16``: the program's own step, in the
precision named. One view of the picture, one thread, the same weights, latent and guide on every side.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.edit_run import EditRun, Guide
from engine.guidance import frozen
from engine.guidance.optimise import optimise
from engine.latent import Latent
from engine.loaded_pack import LoadedPack
from engine.media.pictures import picture_from_pixels
from engine.packs.open_network import open_network
from engine.packs.store import Pack, PackStore
from engine.peak_memory import peak_memory_mb
from engine.request import Request, TextGuide
from engine.results import Source
from tests.parity.fused_reference import FusedReference
from tests.peak_growth import forget_peak

LEARNING_RATE, LAMBDA_REG = 0.1, 0.008
MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


def start_and_guide(w_avg: Tensor, rows: int, width: int) -> tuple[Tensor, Tensor]:
    """A latent (rows, w_dim) and a unit guide (width,), the same for every side."""
    random = torch.Generator().manual_seed(5)
    w = w_avg + torch.randn(rows, len(w_avg), generator=random)
    return w, F.normalize(torch.randn(width, generator=random), dim=0)


def published_steps(pack: Pack, steps: int) -> Iterator[Tensor]:
    """The published loop; yields the gradient with respect to W+ (rows, w_dim) of every step."""
    config = pack.part("generator").config
    tensors = pack.tensors("generator")
    reference = FusedReference(tensors, int(config["resolution"]))
    clip = open_network(pack, "joint_embedder")
    mean, std = torch.tensor(MEAN).view(1, 3, 1, 1), torch.tensor(STD).view(1, 3, 1, 1)
    rows = 2 * len(config["channels"])
    source, guide = start_and_guide(tensors["mapping.w_avg"], rows, pack.part("joint_embedder").config["embed_dim"])

    def embed(picture: Tensor) -> Tensor:
        x = F.interpolate(picture, scale_factor=7, mode="nearest")
        x = F.avg_pool2d(x, picture.shape[-1] // 32)
        return F.normalize(clip.encode_image((x * 0.5 + 0.5 - mean) / std), dim=-1)

    with torch.no_grad():
        before = embed(reference.synthesis(source[None])) @ guide
    w, theta = source.clone().requires_grad_(True), torch.zeros(rows, requires_grad=True)
    optimiser = torch.optim.Adam([w, theta], lr=LEARNING_RATE)
    for _ in range(steps):
        similarity = embed(reference.synthesis(w[None])) @ guide
        distances = (w - source).square().sum(-1)
        regulariser = (torch.softmax(theta, 0) * distances).mean()
        loss = (before - similarity + 1).clamp_min(0).mean() + LAMBDA_REG * regulariser
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        assert w.grad is not None
        yield w.grad


def our_steps(pack: Pack, steps: int, precision: str) -> Iterator[Tensor]:
    """The program's own loop over the problem an edit makes of a source, a guide and a request."""
    frozen.fast_dtype = lambda device: getattr(torch, precision)
    loaded = LoadedPack(pack, torch.device("cpu"))
    width = pack.part("joint_embedder").config["embed_dim"]
    w, vector = start_and_guide(loaded.generator.mapping.w_avg, loaded.num_ws, width)
    pixels = np.zeros((16, 16, 3), np.uint8)
    source = Source(picture_from_pixels(pixels, "none"), pixels, Latent(w), pixels, 0.0, None, pack.name, "fast")
    request = Request(
        pack.name, "", text=TextGuide("rain"), steps=steps, learning_rate=LEARNING_RATE, lambda_reg=LAMBDA_REG
    )
    run = EditRun(loaded, source, request, {})
    problem = run.problem(Guide("text", vector), source.latent)
    kept: list[Tensor] = []

    def render(rows: Tensor, structure: Tensor | None) -> Tensor:
        if rows.requires_grad:
            rows.register_hook(kept.append)
        return problem.render(rows, structure)

    for _ in optimise(replace(problem, render=render), run.settings()):
        yield kept.pop()[0]


def main(side: str, folder: Path, steps: int) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    pack = PackStore([folder.parent]).open(folder.name)
    running = published_steps(pack, steps + 1) if side == "published" else our_steps(pack, steps + 1, side)
    gradient = next(running).clone()  # loads, and the first step: buffers and kernels are made
    reset = forget_peak()
    wall, processor = [], []
    for _ in range(steps):
        before, used = time.perf_counter(), time.process_time()
        next(running)
        wall.append(time.perf_counter() - before)
        processor.append(time.process_time() - used)
    torch.save(gradient, folder / f"gradient_{side}.pt")
    print(json.dumps({"side": side, "seconds": min(wall), "cpu_seconds": min(processor),
                      "peak_mb": peak_memory_mb(), "whole_process_peak": not reset}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
