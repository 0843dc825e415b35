"""Exact area resampling as two small matrix products A·X·Aᵀ.

StyleCLIP and its heirs repeat every pixel 7× and average-pool: a 7168×7168 tensor at 1024. The
numbers are those of area resampling, which is separable (KNOWLEDGE §1).
"""

from __future__ import annotations

import functools

import numpy as np
import torch
from torch import Tensor


@functools.lru_cache(maxsize=64)
def _area_weights(size: int, target: int) -> np.ndarray:
    edges = np.arange(target + 1) * (size / target)
    low = np.maximum(edges[:-1, None], np.arange(size)[None, :])
    high = np.minimum(edges[1:, None], np.arange(size)[None, :] + 1)
    return (np.clip(high - low, 0, None) * (target / size)).astype(np.float32)


def area_resize(picture: Tensor, target: int) -> Tensor:
    """(N, C, H, W) → (N, C, target, target): each output pixel is the mean of the area it covers."""
    height, width = picture.shape[2], picture.shape[3]
    if height == target and width == target:
        return picture
    rows = torch.from_numpy(_area_weights(height, target)).to(picture.device, picture.dtype)
    cols = torch.from_numpy(_area_weights(width, target)).to(picture.device, picture.dtype)
    return torch.einsum("ih,nchw,jw->ncij", rows, picture, cols)
