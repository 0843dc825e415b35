"""A complete F/W+ pack of untrained networks, small enough to invert and edit within a second."""

from __future__ import annotations

from pathlib import Path

import torch

from engine.embedding.mel import MelConfig
from engine.networks.registry import build
from engine.packs.manifest import Defaults, LatentStatistics, Manifest, Part
from engine.packs.store import Pack, PackStore
from engine.packs.writer import write_pack

RESOLUTION, CHANNELS, W_DIM, JOINT = 32, 4, 16, 16
MERGES = 64
MEL = MelConfig(frames=64, n_mels=32)

CLIP = {
    "embed_dim": JOINT,
    "vision_cfg": {"image_size": RESOLUTION, "layers": 1, "width": 32, "head_width": 16, "patch_size": 8},
    "text_cfg": {"context_length": 16, "vocab_size": 512 + MERGES + 2, "width": 32, "heads": 2, "layers": 1},
    "merges": MERGES,
}
GENERATOR = {
    "resolution": RESOLUTION,
    "z_dim": W_DIM,
    "w_dim": W_DIM,
    "mapping_layers": 2,
    "channels": {"8": 16, "16": 16, "32": 8},
    "start_resolution": 8,
    "structure_channels": CHANNELS,
}


def write_tiny_pack(folder: Path, seed: int = 0) -> Pack:
    """Write the pack into ``folder`` (its name is the pack's) and open it. Deterministic."""
    torch.manual_seed(seed)
    generator = build("stylegan2", GENERATOR)
    num_ws = int(generator.num_ws)
    inversion = {
        "resolution": RESOLUTION, "structure_channels": CHANNELS, "num_ws": num_ws, "w_dim": W_DIM, "width": 8,
    }  # fmt: skip
    sound = {"kind": "conv", "out_dim": JOINT, "mels": MEL.n_mels, "frames": MEL.frames, "widths": [8, 8, 8, 8]}
    configs = {
        "generator": ("stylegan2", GENERATOR),
        "inversion_encoder": ("structure_inversion", inversion),
        "joint_embedder": ("open_clip", CLIP),
        "sound_encoder": ("sgim_sound_encoder", sound),
    }
    networks = {kind: generator if kind == "generator" else build(*config) for kind, config in configs.items()}
    manifest = Manifest(
        name=folder.name,
        domain="scene",
        resolution=RESOLUTION,
        licence="CC0-1.0",
        parts={kind: Part(kind, name, config, f"{kind}.safetensors") for kind, (name, config) in configs.items()},
        preprocessing={
            "picture": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "size": RESOLUTION},
            "mel": MEL.to_dict(),
        },
        latent_statistics=LatentStatistics("statistics.safetensors"),
        defaults=Defaults(steps=4, learning_rate=0.05, finish="detail"),
    )
    tensors = {kind: network.state_dict() for kind, network in networks.items()}
    tensors["latent_statistics"] = {
        "mean": torch.zeros(num_ws, W_DIM),
        "covariance": torch.eye(W_DIM).expand(num_ws, W_DIM, W_DIM).contiguous(),
        "structures": torch.randn(3, CHANNELS, 8, 8),
    }
    write_pack(folder, manifest, tensors, fp16=False)
    return PackStore([folder.parent]).open(folder.name)
