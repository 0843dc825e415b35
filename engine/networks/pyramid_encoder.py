"""The feature-pyramid style encoder that pSp and e4e share: an aligned picture becomes rows of W+."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.networks.ir_se import input_layer, residual_body

# The body units whose outputs feed the pyramid, and the rows each level draws (coarse, middle, fine).
_LEVEL_UNITS = (6, 20, 23)
COARSE_ROWS, MIDDLE_ROWS = 3, 7


class EqualisedLinear(nn.Module):
    """Linear layer whose weight is scaled at run time by 1/sqrt(features)."""

    def __init__(self, features_in: int, features_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(features_out, features_in))
        self.bias = nn.Parameter(torch.zeros(features_out))
        self.scale = 1 / math.sqrt(features_in)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.scale, self.bias)


class StyleBlock(nn.Module):
    """(N,512,S,S) features → (N,512) one row: strided convolutions down to 1×1, then a linear layer."""

    def __init__(self, channels_in: int, channels: int, spatial: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for index in range(int(math.log2(spatial))):
            layers += [nn.Conv2d(channels_in if index == 0 else channels, channels, 3, 2, 1), nn.LeakyReLU(0.01)]
        self.convs = nn.Sequential(*layers)
        self.linear = EqualisedLinear(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(self.convs(x).flatten(1))


class PyramidEncoder(nn.Module):
    """What pSp and e4e have in common; they differ in ``codes``.

    ``rows`` is the number of W+ rows (18 for a 1024² generator, 10 for 64²); ``add_latent_average`` says
    whether the codes are offsets from the mean latent (``start_from_latent_avg`` in the published options).
    """

    input_size = 256

    def __init__(self, rows: int, w_dim: int = 512, add_latent_average: bool = True) -> None:
        super().__init__()
        self.rows, self.w_dim, self.add_latent_average = rows, w_dim, add_latent_average
        self.input_layer = input_layer()
        self.body = residual_body()
        self.styles = nn.ModuleList(
            StyleBlock(512, w_dim, 16 if row < COARSE_ROWS else 32 if row < MIDDLE_ROWS else 64)
            for row in range(rows)
        )
        self.latlayer1 = nn.Conv2d(256, 512, 1)
        self.latlayer2 = nn.Conv2d(128, 512, 1)
        self.register_buffer("latent_avg", torch.zeros(rows, w_dim))

    def row_codes(self, pictures: Tensor) -> list[Tensor]:
        """(N,3,256,256) RGB in [-1,1] → one (N,w_dim) per row, each from its own pyramid level."""
        x = self.input_layer(pictures)
        levels: list[Tensor] = []
        for index, unit in enumerate(self.body):
            x = unit(x)
            if index in _LEVEL_UNITS:
                levels.append(x)
        fine, middle, coarse = levels
        middle = _upsampled_sum(coarse, self.latlayer1(middle))
        fine = _upsampled_sum(middle, self.latlayer2(fine))
        return [
            style(coarse if row < COARSE_ROWS else middle if row < MIDDLE_ROWS else fine)
            for row, style in enumerate(self.styles)
        ]

    def codes(self, pictures: Tensor) -> Tensor:
        """(N,3,256,256) in [-1,1] → (N,rows,w_dim) as the encoder gives it, mean latent not yet added."""
        raise NotImplementedError

    def forward(self, pictures: Tensor) -> Tensor:
        """(N,3,256,256) RGB in [-1,1] → (N,rows,w_dim), rows of W+ ready for the generator."""
        codes = self.codes(pictures)
        average = self.latent_avg
        assert isinstance(average, Tensor)
        return codes + average if self.add_latent_average else codes


def _upsampled_sum(small: Tensor, large: Tensor) -> Tensor:
    return F.interpolate(small, size=large.shape[-2:], mode="bilinear", align_corners=True) + large
