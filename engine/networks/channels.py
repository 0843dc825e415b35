"""Generators trained on grey pictures or with transparency: what they draw as red, green and blue."""

from __future__ import annotations

from torch import Tensor


def in_rgb(picture: Tensor) -> Tensor:
    """(N, C, H, W) → (N, 3, H, W): grey (C 1 or 2) three times, whatever comes after blue left out."""
    channels = picture.shape[1]
    if channels == 3:
        return picture
    return picture[:, :3] if channels > 3 else picture[:, :1].expand(-1, 3, -1, -1)
