"""A trained generator → a pack that edits with another pack's joint embedder and sound encoder."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from engine.errors import PackError
from engine.media.atomic_files import written_beside
from engine.networks.stylegan2 import Generator
from engine.packs.manifest import Defaults, LatentStatistics, Manifest, Part
from engine.packs.store import DEFAULT_PACK, PackStore
from engine.packs.writer import STATISTICS, write_pack

_TAKEN_OVER = ("joint_embedder", "sound_encoder")


def latent_statistics(generator: Generator, count: int = 4096, seed: int = 0) -> dict[str, Tensor]:
    """Mean (num_ws, w_dim) and covariance (num_ws, w_dim, w_dim) of mapped latents."""
    device = next(generator.parameters()).device
    z = torch.randn(count, generator.config.z_dim, generator=torch.Generator().manual_seed(seed)).to(device)
    with torch.no_grad():
        w = generator.mapping(z)[:, 0]
    rows = generator.num_ws
    return {"mean": w.mean(dim=0).expand(rows, -1).cpu().contiguous(),
            "covariance": torch.cov(w.T).expand(rows, -1, -1).cpu().contiguous()}


def save_samples(generator: Generator, path: Path, side: int = 6, seed: int = 0) -> None:
    """A sheet of ``side``² random pictures at truncation 0.7, to judge by eye."""
    device = next(generator.parameters()).device
    z = torch.randn(side * side, generator.config.z_dim, generator=torch.Generator().manual_seed(seed)).to(device)
    with torch.no_grad():
        drawn = torch.cat([generator(part, truncation_psi=0.7) for part in z.split(8)])
    pixels = ((drawn.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()
    rows = [np.concatenate(list(pixels[r * side : (r + 1) * side]), axis=1) for r in range(side)]
    with written_beside(path) as beside:
        Image.fromarray(np.concatenate(rows, axis=0)).save(beside)


def write_generator_pack(folder: Path, generator: Generator, args: argparse.Namespace) -> Path:
    """Write the pack. Where no pack with a joint embedder is installed it holds the generator alone, for
    `sgim packs combine`."""
    tensors: dict[str, dict[str, Tensor]] = {
        "generator": {k: v.cpu() for k, v in generator.state_dict().items()}, STATISTICS: latent_statistics(generator)}
    parts = {"generator": Part("generator", "stylegan2", generator.config.to_dict(), "generator.safetensors",
                               licence=args.licence, source="trained by sgim train generator")}
    preprocessing, defaults, bias = {}, Defaults(), ""
    try:
        base = PackStore().open(args.pack or DEFAULT_PACK)
    except PackError:
        if args.pack:
            raise
        base = None
    if base is not None:
        for kind in _TAKEN_OVER:
            if base.has(kind):
                parts[kind] = replace(base.part(kind), file=f"{kind}.safetensors", sha256="")
                tensors[kind] = base.tensors(kind)
        preprocessing, bias = dict(base.manifest.preprocessing), base.manifest.bias
    folder.parent.mkdir(parents=True, exist_ok=True)
    manifest = Manifest(
        name=folder.name, domain=args.domain, resolution=generator.resolution, licence=args.licence,
        source="trained by its owner", training_data=f"pictures in {Path(args.pictures).name}",
        limits="Knows only what its pictures show.", bias=bias, parts=parts, preprocessing=preprocessing,
        latent_statistics=LatentStatistics("latent_statistics.safetensors"), defaults=defaults,
    )
    write_pack(folder, manifest, tensors)
    return folder
