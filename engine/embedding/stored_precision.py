"""Networks whose weights stay in the precision they are stored in, and copies in the one that is computed with.

Half-precision weights lie in the mapped pack file: what is not computed with takes no memory.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn


def tensors_of(module: nn.Module) -> list[Tensor]:
    """Parameters and buffers."""
    return [*module.parameters(), *module.buffers()]


def in_precision(module: nn.Module, dtype: torch.dtype, *, shared: Iterable[Tensor] = ()) -> Any:
    """``module`` with every floating tensor in ``dtype``: itself where all are, else a frozen copy.

    Tensors of that precision already, and those in ``shared``, are not copied. Converted one by one, so that
    nothing is ever held twice in float32.
    """
    left = {id(tensor) for tensor in shared}
    made: dict[int, Any] = {}
    changed = False
    for tensor in tensors_of(module):
        if id(tensor) in left or not tensor.is_floating_point() or tensor.dtype is dtype:
            made[id(tensor)] = tensor
        else:
            converted = tensor.detach().to(dtype)
            is_weight = isinstance(tensor, nn.Parameter)
            made[id(tensor)] = nn.Parameter(converted, requires_grad=False) if is_weight else converted
            changed = True
    return copy.deepcopy(module, made) if changed else module
