"""One picture from a generator: the proof that a converted file draws, and where its latents live."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import PackError

if TYPE_CHECKING:
    import numpy as np
    import torch
    from torch import nn

_AT_ONCE = 64


def all_finite(tensors: Mapping[str, torch.Tensor]) -> str:
    """Name of the first tensor that holds NaN or infinity, or ""."""
    import torch

    for name, tensor in tensors.items():
        if not tensor.is_floating_point() or not tensor.numel():
            continue
        # A finite sum has only finite terms, and needs no copy or mask as large as the tensor.
        if not torch.isfinite(tensor.sum()) and not torch.isfinite(tensor).all():
            return name
    return ""


def random_rows(generator: nn.Module, count: int = 1, seed: int = 0, truncation: float = 0.7) -> torch.Tensor:
    """``count`` random latents (count, num_ws, w_dim); a random class each when the generator is conditional."""
    import torch

    random = torch.Generator().manual_seed(seed)
    mapping: Any = generator.mapping
    size = _shape(generator)
    z = torch.randn(count, size["z_dim"], generator=random)
    c = None
    if size["c_dim"]:
        c = torch.eye(size["c_dim"])[torch.randint(size["c_dim"], (count,), generator=random)]
    with torch.no_grad():
        rows: torch.Tensor = mapping(z, c, truncation_psi=truncation)
    return rows


def trial_picture(generator: nn.Module, seed: int = 0, largest: int | None = None) -> np.ndarray:
    """Render one random picture, (H, W, 3) uint8. Raises ``PackError`` when it is not finite or entirely flat.

    ``largest`` keeps the activations small: a StyleGAN2 stops at that many pixels a side, a StyleGAN3 (which has
    no smaller picture inside) draws its middle only.
    """
    import torch

    from engine.networks.channels import in_rgb

    rows = random_rows(generator, seed=seed)
    synthesis: Any = generator.synthesis
    structure = _structure(generator, seed)
    try:
        with torch.no_grad():
            if largest is not None and hasattr(synthesis, "layer_names"):
                picture = _middle_of_stylegan3(synthesis, rows, largest)
            else:
                picture = synthesis(rows, structure, stop_at=largest)
    except (RuntimeError, ValueError) as error:  # settings that contradict each other
        raise PackError("The generator cannot draw with its settings; choose other weights.", error) from error
    if not torch.isfinite(picture).all():
        raise PackError("The generator draws values that are not finite; its weights are damaged, fetch them again.")
    if float(picture.std()) < 1e-6:
        raise PackError("The generator draws one flat colour; its weights are damaged, fetch them again.")
    shown = in_rgb(picture)[0].permute(1, 2, 0).float().clamp(-1, 1).add_(1).mul_(127.5).round_().to(torch.uint8)
    return shown.numpy()


def latent_statistics(generator: nn.Module, samples: int = 2048) -> dict[str, torch.Tensor]:
    """Mean (w_dim,) and covariance (w_dim, w_dim) of W, from ``samples`` mapped random vectors."""
    import torch

    # In pieces: the mapping network repeats each vector for every row.
    pieces = [random_rows(generator, 256, seed, truncation=1.0)[:, 0].clone() for seed in range(1, 1 + samples // 256)]
    rows = torch.cat(pieces)
    mean = rows.mean(0)
    mapping: Any = generator.mapping
    centre = getattr(mapping, "w_avg", None)
    covariance = torch.cov(rows.T)
    return {"mean": (mean if centre is None else centre.detach()).clone(), "covariance": covariance}


def _shape(generator: nn.Module) -> dict[str, int]:
    config: Any = getattr(generator, "config", generator)
    return {"z_dim": int(config.z_dim), "c_dim": int(getattr(config, "c_dim", 0) or 0)}


def _structure(generator: nn.Module, seed: int) -> torch.Tensor | None:
    """A smooth random structure map for generators that take one: half-size noise, tanh like the encoder's."""
    import torch

    config: Any = getattr(generator, "config", None)
    channels = getattr(config, "structure_channels", 0)
    if not channels:
        return None
    size = int(config.start_resolution)
    half = max(1, size // 2)
    noise = torch.randn(1, channels, half, half, generator=torch.Generator().manual_seed(seed))
    return torch.tanh(torch.nn.functional.interpolate(noise, size=(size, size), mode="bilinear", align_corners=False))


def _middle_of_stylegan3(synthesis: Any, rows: torch.Tensor, side: int) -> torch.Tensor:
    """Layer by layer, going on with the middle wherever feature maps are wider than is needed for ``side`` pixels.

    Needed are the published margins, and what the layers that follow throw away.
    """
    layers = [getattr(synthesis, name) for name in synthesis.layer_names]
    sizes = [int(synthesis.input.size), *(int(name.split("_")[1]) for name in synthesis.layer_names)]
    kept, needed = [], float(side)
    for layer, wide, out in zip(reversed(layers), reversed(sizes[:-1]), reversed(sizes[1:]), strict=True):
        scale = layer.down / layer.up
        needed = needed * scale + max(0.0, wide - out * scale)
        kept.append(max(math.ceil(needed), side + 2 * int(synthesis.config.margin)))
    first, *others = rows.unbind(dim=1)
    x: torch.Tensor = synthesis.input(first)
    for layer, w, wide in zip(layers, others, reversed(kept), strict=True):
        cut = max(0, x.shape[-1] - wide) // 2
        x = _in_parts(layer, x[..., cut : x.shape[-2] - cut, cut : x.shape[-1] - cut], w)
    return x.float() * synthesis.config.output_scale


def _in_parts(layer: Any, x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    """``layer(x, w)`` of a StyleGAN3, some feature maps at a time: three copies are made of the weights on the way.

    Slower by a quarter than all at once, and on maps as small as these a third of the memory.
    """
    x, styles = layer.modulated(x, w)
    first = layer.outputs(x, styles, slice(0, _AT_ONCE))
    whole: torch.Tensor = first.new_empty(first.shape[0], layer.weight.shape[0], *first.shape[2:])
    whole[:, :_AT_ONCE] = first
    for at in range(_AT_ONCE, whole.shape[1], _AT_ONCE):
        some = slice(at, at + _AT_ONCE)
        whole[:, some] = layer.outputs(x, styles, some)
    return whole
