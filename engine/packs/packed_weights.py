"""Weights of 4 or 8 bits: whole numbers times a scale of each small group, as files store what need not be exact.

A matrix ``NAME`` lies in a file as ``NAME.bits4`` or ``NAME.bits8``, ``NAME.scale`` and ``NAME.shape``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fnmatch import fnmatchcase

import torch
from torch import Tensor

GROUP = 64
"""Numbers of one row that share a scale, at most."""
BITS = (4, 8)
SMALLEST_SCALE = 2.0**-24
"""The least that float16 holds above zero."""


def packed(tensor: Tensor, bits: int) -> dict[str, Tensor]:
    """A floating tensor (rows, …) as ``bits*`` uint8 (rows, …), ``scale`` float16 (rows, groups) and ``shape`` int64.
    Packing what was unpacked gives the same again, where a group's largest is above 1e-3. Raises ValueError for other
    bits, for empty rows, and where 4 bits are asked for and a row has an odd number of values."""
    row = tensor[0].numel() if tensor.ndim and len(tensor) else 0
    if bits not in BITS or not row or bits * row % 8:
        raise ValueError("Rows can be packed into 8 bits, or, if they have an even number of values, into 4.")
    group = next(size for size in range(min(GROUP, row), 0, -1) if row % size == 0)
    most = 2 ** (bits - 1) - 1
    values = tensor.detach().float().reshape(len(tensor), -1, group)
    scale = (values.abs().amax(2) / most).clamp_min(SMALLEST_SCALE).half()
    whole = (values / scale.float()[..., None]).round().clamp(-most, most).add(most + 1).to(torch.uint8).flatten(1)
    if bits == 4:
        whole = whole[:, 0::2] | whole[:, 1::2] << 4
    return {f"bits{bits}": whole.contiguous(), "scale": scale, "shape": torch.tensor(tensor.shape)}


def unpacked(bits: int, whole: Tensor, scale: Tensor, shape: Tensor) -> Tensor:
    """The inverse of :func:`packed`, rounded: float32 of ``shape``. Raises ValueError where the tensors disagree."""
    sizes = shape.flatten().tolist() if shape.dtype is torch.int64 else []
    rows, groups = scale.shape if scale.ndim == 2 else (0, 0)
    row = math.prod(sizes[1:])
    right = whole.dtype is torch.uint8 and whole.ndim == 2 and groups > 0 and min(sizes, default=0) > 0
    if not right or (len(whole), sizes[0]) != (rows, rows) or 8 * whole.shape[1] != bits * row or row % groups:
        raise ValueError("The packed weights do not fit each other.")
    if bits == 4:
        whole = torch.stack([whole & 15, whole >> 4], dim=-1).flatten(1)
    values = whole.reshape(rows, groups, -1).float() - 2 ** (bits - 1)
    return (values * scale.float()[..., None]).reshape(sizes)


def as_packed(tensor: Tensor, bits: int) -> Tensor:
    """What is left of a tensor that was packed into so many bits: float32 of the same shape."""
    parts = packed(tensor, bits)
    return unpacked(bits, parts[f"bits{bits}"], parts["scale"], parts["shape"])


def with_packed(tensors: Mapping[str, Tensor], bits: Mapping[str, int]) -> dict[str, Tensor]:
    """``tensors`` with those whose name matches a pattern of ``bits`` (``second.*.weight`` → 4) packed."""
    stored: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        into = next((count for pattern, count in bits.items() if fnmatchcase(name, pattern)), 0)
        if into and tensor.ndim > 1:
            stored |= {f"{name}.{part}": value for part, value in packed(tensor, into).items()}
        else:
            stored[name] = tensor
    return stored


def without_packed(stored: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The inverse of :func:`with_packed`. Raises ValueError and KeyError for what is no packed tensor."""
    suffixes = {f".bits{bits}": bits for bits in BITS}
    tensors: dict[str, Tensor] = {}
    used: set[str] = set()
    for name, tensor in stored.items():
        for suffix, bits in suffixes.items():
            if name.endswith(suffix):
                base = name.removesuffix(suffix)
                scale, shape = f"{base}.scale", f"{base}.shape"
                tensors[base] = unpacked(bits, tensor, stored[scale], stored[shape])
                used |= {name, scale, shape}
    return {name: tensor for name, tensor in stored.items() if name not in used} | tensors
