"""The starter's identity network: the oval of an FFHQ-framed face becomes a unit vector that tells who it is."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

_LEFT, _TOP, _SIDE = 0.20, 0.28, 0.60
_OVAL_CENTRE, _OVAL_RADII, _OVAL_SOFTNESS = (0.5, 0.5), (0.42, 0.53), 0.15


class _Stage(nn.Module):
    def __init__(self, channels_in: int, channels: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(channels_in, channels, 3, stride=2, padding=1, bias=False)
        self.norm_down = nn.GroupNorm(8, channels)
        self.first = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm_first = nn.GroupNorm(8, channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm_second = nn.GroupNorm(8, channels)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C_in, h, w) → (N, C, h/2, w/2)."""
        x = F.leaky_relu(self.norm_down(self.down(x)), 0.1)
        y = self.norm_second(self.second(F.leaky_relu(self.norm_first(self.first(x)), 0.1)))
        return F.leaky_relu(x + y, 0.1)


class IdentityNetwork(nn.Module):
    """A small residual network without batch statistics; positions are kept until the last linear layer.

    ``forward``: faces (N, 3, 48, 48) in [-1, 1] as cut by ``oval_crop`` → (N, ``width``) unit vectors.
    """

    input_size = 48

    def __init__(self, width: int = 128, channels: tuple[int, ...] = (24, 48, 80, 112), mixed: int = 32) -> None:
        super().__init__()
        self.embedding_size = width
        sizes = (3, *channels)
        self.stages = nn.Sequential(*[_Stage(a, b) for a, b in zip(sizes, sizes[1:], strict=False)])
        cells = (self.input_size >> len(channels)) ** 2
        self.mix = nn.Conv2d(channels[-1], mixed, 1)
        self.head = nn.Linear(mixed * cells, width)

    def forward(self, faces: Tensor) -> Tensor:
        """See the class."""
        features = F.leaky_relu(self.mix(self.stages(faces)), 0.1)
        return F.normalize(self.head(features.flatten(1)), dim=1)


def oval_crop(pictures: Tensor, size: int = IdentityNetwork.input_size) -> Tensor:
    """The face oval of FFHQ-framed pictures (N, 3, H, W) in [-1, 1] → (N, 3, size, size); hair and background are 0.

    Each face's mean brightness and contrast inside the oval are normalised, so that light matters less. Differentiable.
    """
    height, width = pictures.shape[2:]
    top, left = round(_TOP * height), round(_LEFT * width)
    piece = pictures[:, :, top : top + round(_SIDE * height), left : left + round(_SIDE * width)]
    piece = F.interpolate(piece, (size, size), mode="bilinear", antialias=True, align_corners=False)
    mask = _oval(size, piece)
    area = mask.sum()
    mean = (piece * mask).sum((2, 3), keepdim=True) / area
    centred = (piece - mean) * mask
    contrast = (centred.square().sum((1, 2, 3), keepdim=True) / (3 * area) + 1e-4).sqrt()
    return centred / (2.5 * contrast) + 0.25 * mean * mask


def _oval(size: int, like: Tensor) -> Tensor:
    at = (torch.arange(size, device=like.device, dtype=like.dtype) + 0.5) / size
    dx = (at[None, :] - _OVAL_CENTRE[0]) / _OVAL_RADII[0]
    dy = (at[:, None] - _OVAL_CENTRE[1]) / _OVAL_RADII[1]
    return ((1 - (dx**2 + dy**2).sqrt()) / _OVAL_SOFTNESS).clamp(0, 1)


def identity_vectors(network: IdentityNetwork, pictures: Tensor) -> Tensor:
    """(N, 3, H, W) FFHQ-framed pictures in [-1, 1] → (N, width) unit vectors; differentiable."""
    vectors: Tensor = network(oval_crop(pictures, network.input_size))
    return vectors
