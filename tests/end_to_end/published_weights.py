"""Files of the real published formats and sizes, with random weights in half or single precision."""

from __future__ import annotations

from pathlib import Path

import open_clip
import torch
from safetensors.torch import save_file
from torch import Tensor

from engine.networks.registry import build

_ONES = ("weight", "running_var", "window", "fb", "m")


def random_state(architecture: str, config: dict, half: bool = False) -> dict[str, Tensor]:
    """A state dict whose activations stay finite: small matrices, unit norms, no biases."""
    random = torch.Generator().manual_seed(0)
    with torch.device("meta"):
        shapes = build(architecture, config).state_dict()
    found = {}
    for name, like in shapes.items():
        if not like.is_floating_point():
            found[name] = torch.zeros(like.shape, dtype=like.dtype)
            continue
        if like.ndim > 1:
            tensor = torch.randn(like.shape, generator=random) / like[0].numel() ** 0.5
        else:
            tensor = torch.ones(like.shape) if name.endswith(_ONES) else torch.zeros(like.shape)
        found[name] = tensor.half() if half else tensor
    return found


def write_clip(folder: Path, model: str, weights: str) -> Path:
    """An open_clip file named after its weights, half precision."""
    config = open_clip.get_model_config(model)
    path = folder / f"{model}.{weights}.safetensors"
    save_file(random_state("open_clip", config, half=True), path)
    return path


def write_sound_encoder(folder: Path, architecture: str) -> Path:
    """The published file of one sound encoder; AudioCLIP's brings its RN50 tower."""
    file = {
        "lee2022_sound": "resnet18_57.pth",
        "wav2clip": "Wav2CLIP.pt",
        "audioclip_sound": "AudioCLIP-Partial-Training.pt",
        "imagebind_sound": "imagebind_huge.pth",
    }[architecture]
    state = random_state(architecture, {})
    if architecture == "lee2022_sound":
        state = {f"module.{name}": tensor for name, tensor in state.items()}
    if architecture == "audioclip_sound":
        state = {f"audio.{name}": tensor for name, tensor in state.items()}
        state |= random_state("open_clip", open_clip.get_model_config("RN50"))
    torch.save(state, folder / file)
    return folder / file


def write_e4e(folder: Path, rows: int) -> Path:
    """An e4e checkpoint without its decoder."""
    state = random_state("e4e", {"rows": rows})
    average = state.pop("latent_avg")
    options = {"encoder_type": "Encoder4Editing", "start_from_latent_avg": True}
    path = folder / f"e4e_{rows}_rows.pt"
    encoder = {f"encoder.{name}": tensor for name, tensor in state.items()}
    torch.save({"state_dict": encoder, "opts": options, "latent_avg": average}, path)
    return path
