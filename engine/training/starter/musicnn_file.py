"""Reads the published weights of a music-tagging VGG out of the package ``musicnn`` 0.1.0 (ISC licence).

They lie in its wheel as the data of a TensorFlow checkpoint: the raw numbers of all variables, those of the optimiser
among them, in the order of their names. Nothing of the package is run.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.networks.tagging_vgg import CHANNELS, POOLS
from engine.training.starter.published_package import published_file

MUSICNN_FILE = "musicnn-0.1.0-py3-none-any.whl"
MEMBER = "musicnn/MTT_vgg/.data-00000-of-00001"
SHA256 = "458f5c8bcecc086a3bba3dce83809df6da6e0a3560a59ddd84711bf3d5fd8303"
"""Of the member, not of the package around it."""
TAGS = 50
NORMALISATION = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}
LEARNT = ("kernel", "bias", "gamma", "beta")
"""Variables that the optimiser keeps two more of beside."""

CREDIT = """# musicnn

The second listener's other convolutions are those of the VGG trained on MagnaTagATune, as published by its authors
(Jordi Pons, Xavier Serra: "musicnn: pre-trained convolutional neural networks for music audio tagging", 2019) in the
Python package musicnn 0.1.0.

ISC License

Copyright (c) Music Technology Group, Universitat Pompeu Fabra 2019. Code developed by Jordi Pons (www.jordipons.me).

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.
"""


def tagger_layers(package: Path) -> dict[str, Tensor]:
    """The published network up to its last pooling, as the state of ``TaggingVGG``.

    Raises ``DataError`` where the package is missing or another.
    """
    return state_of(variables_in(published_file(package, "musicnn==0.1.0", MEMBER, SHA256)))


def _normalisation(index: int) -> str:
    """What TensorFlow calls the normalisation of the input (0) or behind layer ``index``."""
    return "batch_normalization" + (f"_{index}" if index else "")


def stored_shapes() -> dict[str, tuple[int, ...]]:
    """Variable → shape, of all that the checkpoint holds, in its order."""
    shapes: dict[str, tuple[int, ...]] = {"beta1_power": (), "beta2_power": ()}
    learnt: dict[str, tuple[int, ...]] = {"dense/kernel": (2 * CHANNELS, TAGS), "dense/bias": (TAGS,)}
    for index in range(len(POOLS) + 1):
        channels = CHANNELS if index else 1
        for field in NORMALISATION:
            (learnt if field in LEARNT else shapes)[f"{_normalisation(index)}/{field}"] = (channels,)
        if index:
            learnt[f"{index}CNN/kernel"] = (3, 3, CHANNELS if index > 1 else 1, CHANNELS)
            learnt[f"{index}CNN/bias"] = (CHANNELS,)
    for name, shape in learnt.items():
        shapes |= dict.fromkeys((name, f"{name}/Adam", f"{name}/Adam_1"), shape)
    return {name: shapes[name] for name in sorted(shapes)}


def variables_in(data: bytes) -> dict[str, np.ndarray]:
    """Variable → its float32 numbers."""
    found, at = {}, 0
    for name, shape in stored_shapes().items():
        count = math.prod(shape)
        found[name] = np.frombuffer(data, "<f4", count, at).reshape(shape)
        at += 4 * count
    return found


def state_of(variables: dict[str, np.ndarray]) -> dict[str, Tensor]:
    """TensorFlow's variables by the names and in the layout of ``TaggingVGG``."""
    state: dict[str, Tensor] = {}
    for index in range(len(POOLS) + 1):
        norm = f"norms.{index - 1}" if index else "entry"
        for theirs, ours in NORMALISATION.items():
            state[f"{norm}.{ours}"] = torch.from_numpy(variables[f"{_normalisation(index)}/{theirs}"].copy())
        state[f"{norm}.num_batches_tracked"] = torch.tensor(0)
        if index:
            kernel = torch.from_numpy(variables[f"{index}CNN/kernel"].copy())
            state[f"convs.{index - 1}.weight"] = kernel.permute(3, 2, 0, 1).contiguous()
            state[f"convs.{index - 1}.bias"] = torch.from_numpy(variables[f"{index}CNN/bias"].copy())
    return state
