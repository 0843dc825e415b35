"""Training of an F/W+ pack: structure/style encoder and StyleGAN2 decoder as an auto-encoder.

What two CPU cores can afford (KNOWLEDGE §3a): reconstruction first, over real pictures, rendered
weather and pictures whose style rows were exchanged; adversarial training is optional and late.

Run as ``sgim train generator --recipe structure``; resumable from its folder at any step.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.networks.structure_inversion import InversionConfig, StructureInversion
from engine.networks.stylegan2 import Generator, GeneratorConfig

Sampler = Callable[[int, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class StructureRecipe:
    """Everything that makes a run reproducible besides its pictures."""

    resolution: int = 128
    batch: int = 16
    learning_rate: float = 1.5e-3
    total_steps: int = 12_000
    warmup_steps: int = 200
    ema: float = 0.998
    seed: int = 1
    structure_channels: int = 16
    width: int = 48
    style_dropout: float = 0.0


def build_networks(recipe: StructureRecipe) -> tuple[Generator, StructureInversion]:
    """The decoder and the encoder of a recipe, freshly initialised."""
    resolution = recipe.resolution
    start = resolution // 4
    config = GeneratorConfig(
        resolution=resolution,
        z_dim=128,
        w_dim=128,
        mapping_layers=2,
        channels={start: 128, start * 2: 64, start * 4: 32},
        start_resolution=start,
        structure_channels=recipe.structure_channels,
    )
    inversion = InversionConfig(
        resolution=resolution,
        structure_channels=recipe.structure_channels,
        num_ws=config.num_ws,
        w_dim=config.w_dim,
        width=recipe.width,
    )
    return Generator(config), StructureInversion(inversion)


def pyramid_loss(output: Tensor, target: Tensor) -> Tensor:
    """L1 over three octaves plus L1 of the finest gradients: (N, 3, H, W) in [-1, 1] → scalar."""
    loss = output.new_zeros(())
    a, b = output, target
    for weight in (1.0, 0.7, 0.5, 0.5):
        loss = loss + weight * F.l1_loss(a, b)
        a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
    dx = F.l1_loss(output[..., :, 1:] - output[..., :, :-1], target[..., :, 1:] - target[..., :, :-1])
    dy = F.l1_loss(output[..., 1:, :] - output[..., :-1, :], target[..., 1:, :] - target[..., :-1, :])
    return loss + 0.5 * (dx + dy)


def to_tensor(pictures: np.ndarray) -> Tensor:
    """uint8 (N, H, W, 3) → float (N, 3, H, W) in [-1, 1], channels last in memory."""
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1.0
    return x.contiguous(memory_format=torch.channels_last)


def psnr(output: Tensor, target: Tensor) -> Tensor:
    """Peak signal-to-noise ratio in dB per picture, over the range [-1, 1] clipped."""
    mse = (output.clamp(-1, 1) - target).square().mean((1, 2, 3)).clamp_min(1e-8)
    return 10.0 * torch.log10(4.0 / mse)


def save_state(
    folder: Path, generator: nn.Module, encoder: nn.Module, ema: dict[str, Tensor], opt: torch.optim.Adam, step: int
) -> None:
    """Write networks, their averages and the optimiser beside, then rename: never half a checkpoint."""
    tensors = {f"generator.{k}": v for k, v in generator.state_dict().items()}
    tensors |= {f"encoder.{k}": v for k, v in encoder.state_dict().items()}
    tensors |= {f"ema.{k}": v for k, v in ema.items()}
    for i, p in enumerate(opt.param_groups[0]["params"]):
        for key, value in opt.state.get(p, {}).items():
            tensors[f"adam.{i}.{key}"] = torch.as_tensor(value, dtype=torch.float32)
    tensors = {k: v.detach().contiguous().clone() for k, v in tensors.items()}
    temporary = folder / "state.safetensors.new"
    save_file(tensors, str(temporary), metadata={"step": str(step)})
    os.replace(temporary, folder / "state.safetensors")


def load_state(
    folder: Path, generator: nn.Module, encoder: nn.Module, ema: dict[str, Tensor], opt: torch.optim.Adam
) -> int:
    """Restore what ``save_state`` wrote; returns the step to continue from."""
    from safetensors import safe_open

    with safe_open(str(folder / "state.safetensors"), "pt") as handle:
        step = int(handle.metadata()["step"])
    tensors = load_file(str(folder / "state.safetensors"))
    generator.load_state_dict({k[10:]: v for k, v in tensors.items() if k.startswith("generator.")})
    encoder.load_state_dict({k[8:]: v for k, v in tensors.items() if k.startswith("encoder.")})
    ema.update({k[4:]: v for k, v in tensors.items() if k.startswith("ema.")})
    for i, p in enumerate(opt.param_groups[0]["params"]):
        state = {k.split(".", 2)[2]: v for k, v in tensors.items() if k.startswith(f"adam.{i}.")}
        if state:
            opt.state[p] = state
    return step


def train_structure(
    sampler: Sampler, held_out: np.ndarray, folder: Path, recipe: StructureRecipe, report: Callable[[str], None]
) -> None:
    """Train until ``recipe.total_steps``; ``sampler(batch, rng)`` gives uint8 (N, R, R, 3)."""
    torch.manual_seed(recipe.seed)
    folder.mkdir(parents=True, exist_ok=True)
    generator, encoder = build_networks(recipe)
    for network in (generator, encoder):
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    parameters = [*generator.synthesis.parameters(), *encoder.parameters()]
    opt = torch.optim.Adam(parameters, lr=recipe.learning_rate, betas=(0.9, 0.99))
    named = {
        **{f"g.{k}": v for k, v in generator.state_dict().items()},
        **{f"e.{k}": v for k, v in encoder.state_dict().items()},
    }
    ema = {k: v.detach().clone() for k, v in named.items()}
    step = load_state(folder, generator, encoder, ema, opt) if (folder / "state.safetensors").exists() else 0
    (folder / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1))
    named = {
        **{f"g.{k}": v for k, v in generator.state_dict().items()},
        **{f"e.{k}": v for k, v in encoder.state_dict().items()},
    }
    started, first = time.time(), step
    losses: list[float] = []
    while step < recipe.total_steps:
        # The batch of a step depends on the seed and the step only, so a resumed run sees the same data.
        rng = np.random.default_rng((recipe.seed, step))
        rate = (
            min(1.0, (step + 1) / recipe.warmup_steps) * 0.5 * (1 + np.cos(np.pi * min(1.0, step / recipe.total_steps)))
        )
        for group in opt.param_groups:
            group["lr"] = max(rate, 0.02) * recipe.learning_rate
        real = to_tensor(sampler(recipe.batch, rng))
        with torch.autocast("cpu", torch.bfloat16):
            w, structure = encoder(real)
            output = generator.synthesis(w, structure)
        loss = pyramid_loss(output.float(), real) + 1e-4 * w.square().mean()
        opt.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        opt.step()
        step += 1
        losses.append(loss.item())
        decay = min(recipe.ema, (1 + step) / (10 + step))
        with torch.no_grad():
            keys = [k for k in ema if ema[k].is_floating_point()]
            torch._foreach_lerp_([ema[k] for k in keys], [named[k] for k in keys], 1 - decay)
        if step % 250 == 0 or step == recipe.total_steps:
            value = float(evaluate(recipe, ema, held_out).median())
            speed = (step - first) * recipe.batch / (time.time() - started)
            line = {
                "step": step,
                "images": step * recipe.batch,
                "loss": float(np.mean(losses[-250:])),
                "psnr": value,
                "images_per_second": speed,
            }
            with (folder / "curve.jsonl").open("a") as handle:
                handle.write(json.dumps(line) + "\n")
            report(json.dumps(line))
            save_state(folder, generator, encoder, ema, opt, step)


def networks_from_average(recipe: StructureRecipe, ema: dict[str, Tensor]) -> tuple[Generator, StructureInversion]:
    """Networks carrying the averaged weights, frozen, in evaluation mode."""
    generator, encoder = build_networks(recipe)
    generator.load_state_dict({k[2:]: v for k, v in ema.items() if k.startswith("g.")})
    encoder.load_state_dict({k[2:]: v for k, v in ema.items() if k.startswith("e.")})
    return generator.eval().requires_grad_(False), encoder.eval().requires_grad_(False)


@torch.no_grad()
def evaluate(recipe: StructureRecipe, ema: dict[str, Tensor], pictures: np.ndarray) -> Tensor:
    """PSNR in dB of the averaged networks on held-out pictures, one value each."""
    generator, encoder = networks_from_average(recipe, ema)
    values = []
    for i in range(0, len(pictures), 16):
        real = to_tensor(pictures[i : i + 16])
        w, structure = encoder(real)
        values.append(psnr(generator.synthesis(w, structure), real))
    return torch.cat(values)
