"""Files in the formats this field publishes, with random weights: what an artist would point ``packs add`` at."""

from __future__ import annotations

import pickle
import sys
import types
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.networks.stylegan2 import Generator, GeneratorConfig

REFUSAL = "raise RuntimeError('embedded code was executed')"


def config_f(resolution: int, *, largest: int = 512, base: int = 32768, w_dim: int = 512) -> GeneratorConfig:
    """StyleGAN2's published sizes (config F), or a thinner network of the same shape."""
    sizes = [2**i for i in range(2, resolution.bit_length())]
    return GeneratorConfig(
        resolution=resolution, z_dim=w_dim, w_dim=w_dim, channels={r: min(base // r, largest) for r in sizes}
    )


def random_generator(config: GeneratorConfig, seed: int = 0) -> Generator:
    """A generator with random weights whose noise matters."""
    torch.manual_seed(seed)
    generator = Generator(config)
    for name, parameter in generator.named_parameters():
        if name.endswith("noise_strength"):
            parameter.data.fill_(0.1)
    generator.mapping.w_avg.normal_()
    return generator.requires_grad_(False)


def rosinality_state(generator: Generator) -> dict[str, torch.Tensor]:
    """The ``g_ema`` of a rosinality checkpoint that holds this generator."""
    state, found = generator.state_dict(), {}

    def layer(ours: str, theirs: str) -> None:
        found[f"{theirs}.conv.weight"] = state[f"{ours}.weight"][None]
        found[f"{theirs}.conv.modulation.weight"] = state[f"{ours}.affine.weight"]
        found[f"{theirs}.conv.modulation.bias"] = state[f"{ours}.affine.bias"]
        if "torgb" in ours:
            found[f"{theirs}.bias"] = state[f"{ours}.bias"].reshape(1, 3, 1, 1)
        else:
            found[f"{theirs}.noise.weight"] = state[f"{ours}.noise_strength"].reshape(1)
            found[f"{theirs}.activate.bias"] = state[f"{ours}.bias"]

    for i in range(generator.config.mapping_layers):
        for kind in ("weight", "bias"):
            found[f"style.{i + 1}.{kind}"] = state[f"mapping.fc{i}.{kind}"]
    found["input.input"] = state["synthesis.b4.const"][None]
    layer("synthesis.b4.conv1", "conv1")
    layer("synthesis.b4.torgb", "to_rgb1")
    found["noises.noise_0"] = state["synthesis.b4.conv1.noise_const"][None, None]
    for k, r in enumerate(generator.config.block_resolutions[1:], start=1):
        layer(f"synthesis.b{r}.conv0", f"convs.{2 * k - 2}")
        layer(f"synthesis.b{r}.conv1", f"convs.{2 * k - 1}")
        layer(f"synthesis.b{r}.torgb", f"to_rgbs.{k - 1}")
        found[f"noises.noise_{2 * k - 1}"] = state[f"synthesis.b{r}.conv0.noise_const"][None, None]
        found[f"noises.noise_{2 * k}"] = state[f"synthesis.b{r}.conv1.noise_const"][None, None]
    return {name: tensor.clone() for name, tensor in found.items()}


def write_rosinality(path: Path, config: GeneratorConfig, seed: int = 0) -> Generator:
    """A ``.pt`` as rosinality/stylegan2-pytorch saves it; returns the generator it holds."""
    generator = random_generator(config, seed)
    torch.save({"g_ema": rosinality_state(generator), "latent_avg": generator.mapping.w_avg.clone()}, path)
    return generator


def write_nvidia(path: Path, config: GeneratorConfig, seed: int = 0, *, others: bool = True) -> Generator:
    """A ``.pkl`` laid out as NVIDIA's training saves it (G, D, G_ema, as persistent objects); returns G_ema."""
    generator = random_generator(config, seed)
    with _published_modules() as make:
        contents: dict[str, Any] = {"training_set_kwargs": {"resolution": config.resolution}}
        # D never matters for us: it is there so that the file has the published size and must be skipped.
        contents["G"] = make(random_generator(config, seed + 1), "Generator") if others else None
        contents["D"] = make(random_generator(config, seed + 2), "Discriminator") if others else None
        contents["G_ema"] = make(generator, "Generator")
        contents["augment_pipe"] = None
        with path.open("wb") as file:
            pickle.dump(contents, file, protocol=4)
    return generator


class _Persistent:
    def __init__(self, meta: dict[str, Any], function: Any) -> None:
        self.meta, self.function = meta, function

    def __reduce__(self) -> tuple[Any, tuple[dict[str, Any]]]:
        return self.function, (self.meta,)


@contextmanager
def _published_modules() -> Iterator[Any]:
    """While inside, ``torch_utils.persistence`` exists by name, so that pickle can write a reference to it."""

    def _reconstruct_persistent_obj(meta: Mapping[str, Any]) -> None:
        raise RuntimeError("embedded code was executed")

    package, module = types.ModuleType("torch_utils"), types.ModuleType("torch_utils.persistence")
    _reconstruct_persistent_obj.__module__ = "torch_utils.persistence"
    _reconstruct_persistent_obj.__qualname__ = "_reconstruct_persistent_obj"
    module._reconstruct_persistent_obj = _reconstruct_persistent_obj  # type: ignore[attr-defined]
    sys.modules.update({"torch_utils": package, "torch_utils.persistence": module})

    def make(network: nn.Module, class_name: str) -> _Persistent:
        state: dict[str, Any] = {
            k: v for k, v in vars(network).items() if isinstance(v, bool | int | float | str) and k != "training"
        }
        if "layers" in state:
            state["num_layers"] = state["layers"]
        state["_parameters"] = OrderedDict(network._parameters)
        state["_buffers"] = OrderedDict(network._buffers)
        state["_modules"] = OrderedDict((k, make(m, type(m).__name__)) for k, m in network._modules.items() if m)
        meta = {"type": "class", "version": 6, "module_src": REFUSAL, "class_name": class_name, "state": state}
        return _Persistent(meta, _reconstruct_persistent_obj)

    try:
        yield make
    finally:
        del sys.modules["torch_utils"], sys.modules["torch_utils.persistence"]
