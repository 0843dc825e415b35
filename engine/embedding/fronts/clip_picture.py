"""How StyleCLIP and kuai-lab make CLIP's 224×224 input from a generated picture."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor


@cache
def _pooling(size: int) -> Tensor:
    """(224,size): output i is the mean of ``size//32`` steps of the picture repeated seven times."""
    pool = size // 32
    rows = torch.zeros(7 * size // pool, size, dtype=torch.float64)
    for i in range(len(rows)):
        for j in range(i * pool, (i + 1) * pool):
            rows[i, j // 7] += 1 / pool
    return rows.float()


def nearest_then_pooled(pictures: Tensor) -> Tensor:
    """(N,3,S,S), S a multiple of 32 → (N,3,224,224): nearest ×7, then mean over S//32, as two matrix products.

    The published code builds the 7S×7S picture in between (617 MB at 1024²). The range is left as it is: the
    published code gives CLIP [-1,1] without its mean and deviation.
    """
    height, width = pictures.shape[-2:]
    if height % 32 or width % 32:
        raise ValueError(f"the published preparation needs multiples of 32, not {height}×{width}")
    a, b = (_pooling(size).to(pictures) for size in (height, width))
    return a @ pictures @ b.T
