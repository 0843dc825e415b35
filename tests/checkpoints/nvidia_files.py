"""Writes files in NVIDIA's two dialects from our own networks: the published layout, without the published code.

Python's own pickler writes them, with inert stand-ins under the published class names, so that tensors, numpy
values and containers are pickled exactly as on an NVIDIA user's machine with a current torch.
"""

from __future__ import annotations

import contextlib
import io
import pickle
import sys
import types
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

REFUSAL = "raise RuntimeError('embedded code was executed')"


class EasyDict(dict[str, Any]):
    """Pickled as ``dnnlib.util.EasyDict``."""


def _reconstruct_persistent_obj(meta: dict[str, Any]) -> None:
    raise AssertionError("the published loader must not run in a test")


class Persistent:
    """Pickled as one of NVIDIA's persistent objects."""

    def __init__(self, class_name: str, state: dict[str, Any]) -> None:
        self.class_name, self.state = class_name, state

    def __reduce__(self) -> Any:
        meta = {"type": "class", "version": 6, "module_src": REFUSAL, "class_name": self.class_name}
        return _reconstruct_persistent_obj, (meta | {"state": self.state},)


@contextlib.contextmanager
def published_names() -> Iterator[None]:
    """Lets the pickler find the stand-ins under the published module names."""
    modules = {
        name: types.ModuleType(name) for name in ("torch_utils", "torch_utils.persistence", "dnnlib", "dnnlib.util")
    }
    modules["torch_utils.persistence"]._reconstruct_persistent_obj = _reconstruct_persistent_obj  # type: ignore[attr-defined]
    modules["dnnlib.util"].EasyDict = EasyDict  # type: ignore[attr-defined]
    before = (_reconstruct_persistent_obj.__module__, EasyDict.__module__)
    _reconstruct_persistent_obj.__module__, EasyDict.__module__ = "torch_utils.persistence", "dnnlib.util"
    sys.modules.update(modules)
    try:
        yield
    finally:
        _reconstruct_persistent_obj.__module__, EasyDict.__module__ = before
        for name in modules:
            del sys.modules[name]


def persistent(module: nn.Module, class_name: str, **attributes: Any) -> Persistent:
    """A module's parameters, buffers and children as a persistent object; children get plain settings."""
    state = {
        "training": False,
        "_parameters": OrderedDict(module._parameters),
        "_buffers": OrderedDict(module._buffers),
        "_non_persistent_buffers_set": set(),
        "_backward_hooks": OrderedDict(),
        "_modules": OrderedDict(),
    }
    for name, child in module._modules.items():
        if child is not None:
            state["_modules"][name] = persistent(child, type(child).__name__, **_settings(child))
    return Persistent(class_name, state | attributes | {"_init_args": (), "_init_kwargs": EasyDict(attributes)})


def _settings(module: nn.Module) -> dict[str, Any]:
    """The attributes of a published module that our reader looks at."""
    kind = type(module).__name__
    if kind == "SynthesisBlock":
        return {"architecture": module.config.architecture, "use_fp16": module.resolution >= 16}
    if kind == "SynthesisLayer":
        return {"conv_clamp": module.clamp, "use_noise": module.use_noise, "activation": "lrelu", "up": 1 + module.up}
    if kind == "ToRGB":
        return {"conv_clamp": module.clamp}
    if kind == "MappingNetwork":
        return {"num_layers": module.layers, "z_dim": module.z_dim, "w_avg_beta": 0.995}
    if kind == "Dense":
        return {"activation": "lrelu" if module.activate else "linear", "bias_gain": module.bias_gain}
    if kind == "AliasFreeSynthesis":
        config = module.config
        return {
            "num_critical": config.critical,
            "margin_size": config.margin,
            "output_scale": config.output_scale,
            "first_stopband": config.first_stopband,
            "last_stopband_rel": config.last_stopband_rel,
        }
    if kind == "FourierInput":
        return {"bandwidth": np.float64(module.bandwidth), "size": np.asarray([module.size] * 2)}
    if kind == "AliasFreeLayer":
        taps = module.up_filter
        return {
            "conv_clamp": module.clamp,
            "padding": list(module.pads),
            "up_factor": module.up,
            "down_factor": module.down,
            "up_taps": 1 if taps is None else len(taps),
            "use_radial_filters": module.down_filter is not None and module.down_filter.ndim == 2,
        }
    return {}


def nvidia_bytes(network: nn.Module, *, protocol: int = 4, raw: nn.Module | None = None) -> bytes:
    """The bytes of a file whose ``G_ema`` is ``network``; ``raw`` becomes ``G`` and a small critic ``D``."""
    with published_names():
        data: dict[str, Any] = {"G": None, "D": None}
        if raw is not None:
            data["G"] = persistent(raw, "Generator")
            data["D"] = persistent(nn.ModuleDict({"b4": nn.Linear(3, 3)}), "Discriminator")
        data["G_ema"] = persistent(network, "Generator")
        data["augment_pipe"] = None
        data["training_set_kwargs"] = EasyDict(class_name="training.dataset.ImageFolderDataset", path="data.zip")
        file = io.BytesIO()
        pickle.dump(data, file, protocol=protocol)
        return file.getvalue()


def write_nvidia(path: Path, network: nn.Module, **options: Any) -> Path:
    """``nvidia_bytes`` as a file."""
    path.write_bytes(nvidia_bytes(network, **options))
    return path


def randomised(network: nn.Module, seed: int = 0) -> nn.Module:
    """Give every parameter that starts constant (biases, noise strengths) a value that a mix-up would show."""
    generator = torch.Generator().manual_seed(seed)
    for name, value in network.state_dict().items():
        if name.endswith(("bias", "noise_strength", "w_avg")) or "magnitude" in name:
            value.copy_(value + 0.1 * torch.rand(value.shape, generator=generator))
    return network.eval().requires_grad_(False)
