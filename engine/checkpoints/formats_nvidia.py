"""NVIDIA's pickled generators (stylegan2-ada-pytorch and stylegan3, StyleGAN2 and StyleGAN3) → our names.

Both repositories write the class name ``Generator`` for both generations, so they are told apart by structure:
``synthesis.input`` exists in StyleGAN3 only. Sizes come from the tensors, behaviour from the attributes that
the modules had when they were saved; constructor defaults are never guessed where an attribute says it.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.checkpoints import average_latent
from engine.checkpoints.converted import Converted
from engine.checkpoints.refusal import Refusal, quoted
from engine.checkpoints.stand_ins import ModuleState, NumpyArray
from engine.checkpoints.stored_tensors import StoredTensors
from engine.networks.stylegan2 import GeneratorConfig, MappingSizes
from engine.networks.stylegan3 import AliasFreeSynthesis, StyleGAN3Config
from engine.networks.unfilled import unfilled

LICENCE = "Nvidia Source Code License (non-commercial), unless whoever trained the weights says otherwise"
_AVERAGE = "mapping.w_avg"
_UNUSUAL = "Only a file trained with the published settings can be used; choose another one."
_LAYER3 = re.compile(r"synthesis\.L(\d+)_(\d+)_(\d+)\.weight")


def is_stylegan3(network: ModuleState) -> bool:
    """Whether a pickled generator is a StyleGAN3."""
    return "input" in _part(network, "synthesis").children()


def convert_network(network: ModuleState, file_size: int) -> Converted:
    """One pickled ``Generator`` as a pack part. Raises Refusal saying what does not fit."""
    stored = StoredTensors(network.tensors(), file_size)
    if is_stylegan3(network):
        config3 = _stylegan3_config(network, stored)
        _check_bands(config3, _part(network, "synthesis"))
        tensors, note = _with_average(config3, _floats(stored))
        return Converted("generator", "stylegan3", config3.to_dict(), tensors, LICENCE, note, format="NVIDIA StyleGAN3")
    config = _stylegan2_config(network, stored)
    tensors, note = _with_average(config, _floats(stored))
    return Converted("generator", "stylegan2", config.to_dict(), tensors, LICENCE, note, format="NVIDIA StyleGAN2")


def _with_average(config: MappingSizes, tensors: dict[str, Tensor]) -> tuple[dict[str, Tensor], str]:
    """The tensors with the average latent, which a network trained with ``w_avg_beta=None`` lacks; and a note."""
    if _AVERAGE in tensors:
        return tensors, ""
    return {**tensors, _AVERAGE: average_latent.estimated_average(config, tensors)}, average_latent.NOTE


def _floats(stored: StoredTensors) -> dict[str, Tensor]:
    found = {}
    for name in stored:
        value = stored[name]
        found[name] = value if value.dtype is torch.float32 else value.float()
    return found


def _part(network: ModuleState, name: str) -> ModuleState:
    part = network.children().get(name)
    if part is None:
        raise Refusal(f"its network {quoted(network.class_name)} has no {name} part, so it is not a StyleGAN generator")
    return part


def _shape(stored: StoredTensors, name: str, dimensions: int) -> tuple[int, ...]:
    shape = stored.shapes.get(name)
    if shape is None:
        raise Refusal(f"its tensor {name} is missing")
    if len(shape) != dimensions:
        raise Refusal(f"its tensor {name} has the shape {shape}, which does not fit")
    return shape


def _number(module: ModuleState, name: str, default: float) -> float:
    value = module.attribute(name, default)
    if isinstance(value, NumpyArray):
        values = value.read().reshape(-1)
        value = float(values[0]) if values.size and bool(np.all(values == values[0])) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value) or abs(value) > 1e9:
        raise Refusal(f"its setting {name} makes no sense")
    return value


def _whole(module: ModuleState, name: str, default: int) -> int:
    value = _number(module, name, default)
    if value != int(value) or not 0 <= value <= 1 << 20:
        raise Refusal(f"its setting {name} makes no sense")
    return int(value)


def _clamp(module: ModuleState) -> float | None:
    value = module.attribute("conv_clamp")
    if value is None:
        return None
    clamp = float(_number(module, "conv_clamp", 0.0))
    if clamp <= 0:
        raise Refusal("its setting conv_clamp makes no sense")
    return clamp


def _mapping(network: ModuleState, stored: StoredTensors) -> dict[str, Any]:
    """What both generations share: sizes of the mapping network."""
    mapping = _part(network, "mapping")
    layers = 0
    while f"mapping.fc{layers}.weight" in stored:
        layers += 1
    if layers != _whole(mapping, "num_layers", layers) or layers < 1:
        raise Refusal("its mapping network has no layers or lacks some")
    w_dim = _shape(stored, f"mapping.fc{layers - 1}.weight", 2)[0]
    first = mapping.children().get("fc0")
    if first is None or first.attribute("activation", "lrelu") != "lrelu":
        raise Refusal("its mapping network uses another activation than StyleGAN's leaky ReLU", _UNUSUAL)
    c_dim = embed = 0
    if "mapping.embed.weight" in stored:
        embed, c_dim = _shape(stored, "mapping.embed.weight", 2)
    inputs = _shape(stored, "mapping.fc0.weight", 2)[1]
    features = _shape(stored, "mapping.fc0.weight", 2)[0] if layers > 1 else w_dim
    return {
        "z_dim": inputs - embed,
        "w_dim": w_dim,
        "c_dim": c_dim,
        "mapping_layers": layers,
        "mapping_lr": _mapping_rate(mapping, first, inputs),
        "embed_features": embed if c_dim and embed != w_dim else None,
        "layer_features": features if features != w_dim else None,
    }


def _mapping_rate(mapping: ModuleState, first: ModuleState, inputs: int) -> float:
    """The layer's own gains say which learning-rate multiplier it was built with."""
    gain = first.attribute("bias_gain")
    if gain is None:
        arguments = mapping.attribute("_init_kwargs", {})
        gain = arguments.get("lr_multiplier", 0.01) if isinstance(arguments, dict) else 0.01
    if isinstance(gain, bool) or not isinstance(gain, (int, float)) or not 0 < gain <= 100:
        raise Refusal("its setting lr_multiplier makes no sense")
    return float(gain)


def _stylegan2_config(network: ModuleState, stored: StoredTensors) -> GeneratorConfig:
    synthesis = _part(network, "synthesis")
    blocks = {}
    for name, block in synthesis.children().items():
        if re.fullmatch(r"b\d{1,5}", name):
            blocks[int(name[1:])] = block
    sizes = sorted(blocks)
    if len(sizes) < 2 or sizes != [4 * 2**k for k in range(len(sizes))]:
        raise Refusal("its synthesis blocks are not a StyleGAN2's")
    channels = {r: _shape(stored, f"synthesis.b{r}.conv1.weight", 4)[0] for r in sizes}
    last = blocks[sizes[-1]]
    clamps = set()
    noises = set()
    for r in sizes:
        for name in ("conv0", "conv1", "torgb"):
            if name in (parts := blocks[r].children()):
                clamps.add(_clamp(parts[name]))
                if name != "torgb":
                    noises.add(bool(parts[name].attribute("use_noise", True)))
                    if parts[name].attribute("activation", "lrelu") != "lrelu":
                        raise Refusal("its layers use another activation than StyleGAN's leaky ReLU", _UNUSUAL)
    if len(clamps) != 1 or len(noises) != 1:
        raise Refusal("its layers disagree about clamping or noise, as no published generator's do")
    architecture = last.attribute("architecture", "skip")
    if architecture not in ("skip", "resnet", "orig"):
        raise Refusal(f"its architecture {quoted(architecture)} is none of StyleGAN2's")
    for name in stored:
        if name.endswith("resample_filter") and stored.shapes[name] != (4, 4):
            raise Refusal(f"its filter {name} has {stored.shapes[name]} taps instead of 4×4", _UNUSUAL)
        if name.endswith((".conv0.weight", ".conv1.weight")) and stored.shapes[name][2:] != (3, 3):
            raise Refusal(f"its layer {name} has the shape {stored.shapes[name]} instead of 3×3 kernels", _UNUSUAL)
    return GeneratorConfig(
        resolution=sizes[-1],
        channels=channels,
        conv_clamp=clamps.pop(),
        architecture=architecture,
        img_channels=_shape(stored, f"synthesis.b{sizes[-1]}.torgb.weight", 4)[0],
        use_noise=noises.pop(),
        **_mapping(network, stored),
    )


def _check_bands(config: StyleGAN3Config, synthesis: ModuleState) -> None:
    """The paddings that follow from the settings must be those the layers were saved with."""
    with torch.device("meta"), unfilled():
        ours = AliasFreeSynthesis(config)
    saved = synthesis.children()
    for name in ours.layer_names:
        layer = getattr(ours, name)
        theirs = saved[name].attribute("padding") if name in saved else None
        if theirs is not None and list(theirs) != list(layer.pads):
            raise Refusal(f"its layer {name} was made with settings that the file does not tell")


def _stylegan3_config(network: ModuleState, stored: StoredTensors) -> StyleGAN3Config:
    synthesis = _part(network, "synthesis")
    found = {int(m[1]): (m[0].removesuffix(".weight"), int(m[2])) for m in map(_LAYER3.fullmatch, stored) if m}
    layers = len(found) - 1
    if layers < 2 or layers > 64 or sorted(found) != list(range(layers + 1)):
        raise Refusal("its synthesis layers are not a StyleGAN3's")
    shapes = [_shape(stored, f"{found[i][0]}.weight", 4) for i in range(layers + 1)]
    first = synthesis.children()[found[0][0].split(".")[1]]
    entry = synthesis.children()["input"]
    arguments = first.attribute("_init_kwargs")
    settings = ModuleState("settings", arguments if isinstance(arguments, dict) else {})
    outer = synthesis.attribute("_init_kwargs")
    bands = ModuleState("settings", outer if isinstance(outer, dict) else {})
    return StyleGAN3Config(
        resolution=found[layers][1],
        img_channels=shapes[layers][0],
        channels=tuple(shape[0] for shape in shapes[:layers]),
        layers=layers,
        critical=_whole(synthesis, "num_critical", 2),
        first_cutoff=float(_number(entry, "bandwidth", 2.0)),
        first_stopband=float(_number(bands, "first_stopband", 2**2.1)),
        last_stopband_rel=float(_number(bands, "last_stopband_rel", 2**0.3)),
        margin=_whole(synthesis, "margin_size", 10),
        output_scale=float(_number(synthesis, "output_scale", 0.25)),
        conv_kernel=shapes[0][2],
        filter_size=_whole(settings, "filter_size", 6),
        lrelu_upsampling=_whole(settings, "lrelu_upsampling", 2),
        radial=bool(settings.attribute("use_radial_filters", False)),
        conv_clamp=_clamp(first),
        **_mapping(network, stored),
    )
