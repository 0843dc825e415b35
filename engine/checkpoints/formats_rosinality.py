"""rosinality/stylegan2-pytorch generators (StyleCLIP, kuai-lab's landscape.pt, e4e and pSp decoders) → our names.

The class has no record of its sizes: resolution, channels, z/w size and mapping depth are read from the tensors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from engine.checkpoints import average_latent
from engine.checkpoints.converted import Converted
from engine.checkpoints.refusal import Refusal
from engine.networks.stylegan2 import GeneratorConfig, resample_kernel

FORMAT = "rosinality StyleGAN2"
LICENCE = "unknown (the licence of whoever trained the weights)"
_RGB = re.compile(r"to_rgbs\.(\d+)\.conv\.weight")
_STYLE = re.compile(r"style\.(\d+)\.weight")


def matches(tensors: Mapping[str, Tensor]) -> bool:
    """Whether these names are a rosinality generator's."""
    return "input.input" in tensors and "conv1.conv.modulation.weight" in tensors and "to_rgb1.bias" in tensors


def convert(tensors: Mapping[str, Tensor], extra: Mapping[str, Any]) -> Converted:
    """Rename by the table of ``parity/README.md`` §3. ``extra`` may hold ``latent_avg`` (w_dim,) or (rows, w_dim).

    Without ``latent_avg`` the mean of 4,096 mapped random vectors takes its place, and a note says so.
    Raises Refusal naming the first tensor that is missing or does not fit.
    """
    levels = 1 + len({m[1] for name in tensors if (m := _RGB.fullmatch(name))})
    depth = len({m[1] for name in tensors if (m := _STYLE.fullmatch(name))})
    if levels < 2 or levels > 12:
        raise Refusal("its generator has no resolution that makes sense")
    found: dict[str, Tensor] = {}
    used: set[str] = set()

    def take(name: str, *shape: int | None) -> Tensor:
        if name not in tensors:
            raise Refusal(f"its tensor {name} is missing")
        value = tensors[name]
        if not value.is_floating_point():
            raise Refusal(f"its tensor {name} holds {value.dtype}, not decimal numbers")
        value = value.float()
        fits = value.ndim == len(shape) and all(s is None or s == n for s, n in zip(shape, value.shape, strict=True))
        if not fits:
            raise Refusal(f"its tensor {name} has the shape {tuple(value.shape)}, which does not fit")
        used.add(name)
        return value

    def kernel(name: str) -> Tensor:
        """Theirs carries the upsampling gain of 4; the layers that do not upsample have none."""
        return take(name, 4, 4) / 4 if name in tensors else resample_kernel()

    def layer(theirs: str, ours: str, noise: int, resolution: int) -> int:
        weight = take(f"{theirs}.conv.weight", 1, None, None, 3, 3)[0]
        found[f"{ours}.weight"] = weight
        _modulation(theirs, ours, weight.shape[1])
        found[f"{ours}.noise_strength"] = take(f"{theirs}.noise.weight", 1)[0]
        found[f"{ours}.bias"] = take(f"{theirs}.activate.bias", weight.shape[0])
        found[f"{ours}.resample_filter"] = kernel(f"{theirs}.conv.blur.kernel")
        if f"noises.noise_{noise}" in tensors:
            found[f"{ours}.noise_const"] = take(f"noises.noise_{noise}", 1, 1, resolution, resolution)[0, 0]
        else:  # files saved before noise became a buffer: the layer drew it anew each time
            found[f"{ours}.noise_const"] = _fixed_noise(noise, resolution)
        return weight.shape[0]

    def _modulation(theirs: str, ours: str, inputs: int) -> None:
        found[f"{ours}.affine.weight"] = take(f"{theirs}.conv.modulation.weight", inputs, w_dim)
        found[f"{ours}.affine.bias"] = take(f"{theirs}.conv.modulation.bias", inputs)

    def to_rgb(theirs: str, ours: str, inputs: int) -> None:
        found[f"{ours}.weight"] = take(f"{theirs}.conv.weight", 1, 3, inputs, 1, 1)[0]
        _modulation(theirs, ours, inputs)
        found[f"{ours}.bias"] = take(f"{theirs}.bias", 1, 3, 1, 1).reshape(3)

    w_dim = take("conv1.conv.modulation.weight", None, None).shape[1]
    for i in range(depth):
        found[f"mapping.fc{i}.weight"] = take(f"style.{i + 1}.weight", w_dim, w_dim)
        found[f"mapping.fc{i}.bias"] = take(f"style.{i + 1}.bias", w_dim)
    found["synthesis.b4.const"] = take("input.input", 1, None, 4, 4)[0]
    found["synthesis.b4.resample_filter"] = resample_kernel()
    channels = {4: layer("conv1", "synthesis.b4.conv1", 0, 4)}
    to_rgb("to_rgb1", "synthesis.b4.torgb", channels[4])
    for k in range(1, levels):
        r = 4 * 2**k
        found[f"synthesis.b{r}.resample_filter"] = kernel(f"to_rgbs.{k - 1}.upsample.kernel")
        layer(f"convs.{2 * k - 2}", f"synthesis.b{r}.conv0", 2 * k - 1, r)
        channels[r] = layer(f"convs.{2 * k - 1}", f"synthesis.b{r}.conv1", 2 * k, r)
        to_rgb(f"to_rgbs.{k - 1}", f"synthesis.b{r}.torgb", channels[r])
    left = [name for name in tensors if name not in used and not name.startswith("noises.")]
    if left:
        raise Refusal(f"its tensor {left[0]} belongs to no StyleGAN2 generator")
    config = GeneratorConfig(
        resolution=4 * 2 ** (levels - 1), z_dim=w_dim, w_dim=w_dim, mapping_layers=depth, channels=channels
    )
    found["mapping.w_avg"], note = _average(extra.get("latent_avg"), found, config)
    return Converted("generator", "stylegan2", config.to_dict(), found, LICENCE, note, format=FORMAT)


def _fixed_noise(index: int, resolution: int) -> Tensor:
    generator = torch.Generator().manual_seed(index)
    return torch.randn(resolution, resolution, generator=generator)


def _average(stored: Any, found: Mapping[str, Tensor], config: GeneratorConfig) -> tuple[Tensor, str]:
    """``latent_avg`` as one row, or its estimate from the mapping network."""
    if isinstance(stored, Tensor) and stored.numel() and stored.shape[-1] == config.w_dim:
        return stored.float().reshape(-1, config.w_dim)[0].clone(), ""
    return average_latent.estimated_average(config, found), average_latent.NOTE
