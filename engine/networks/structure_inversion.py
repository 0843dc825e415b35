"""The F/W+ inversion encoder: picture → structure map and W+ style rows.

The structure is read from *locally contrast-normalised luminance*, so it can carry neither colour
nor overall light; those have to go through the style rows, which is what makes the rows worth
editing (after Swapping Autoencoder, Park et al. 2020). Fully convolutional: a larger picture gives
a larger structure; the style rows always look at the picture at the training size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class InversionConfig:
    """``resolution`` px in training; structure is ``resolution / 4`` wide with ``structure_channels``."""

    resolution: int = 128
    structure_channels: int = 16
    num_ws: int = 7
    w_dim: int = 128
    width: int = 48

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> InversionConfig:
        """Read a manifest's configuration."""
        return cls(**dict(data))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def local_contrast(picture: Tensor, window: int = 31) -> Tensor:
    """Luminance with its local mean removed and local spread divided out: (N, 3, H, W) → (N, 1, H, W)."""
    weight = torch.tensor(LUMA, device=picture.device, dtype=picture.dtype).view(1, 3, 1, 1)
    luma = (picture * weight).sum(1, keepdim=True)
    pad = window // 2

    def mean(x: Tensor) -> Tensor:
        x = F.pad(x, (pad, pad, pad, pad), mode="reflect")
        return F.avg_pool2d(F.avg_pool2d(x, (window, 1), stride=1), (1, window), stride=1)

    centred = luma - mean(luma)
    spread = (mean(centred.square()) + 2e-3).sqrt()
    return centred / spread


class Residual(nn.Module):
    """Pre-activation residual block, (N, C, H, W) → same."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.first(F.leaky_relu(x, 0.2))
        return x + self.second(F.leaky_relu(y, 0.2)) * 0.5


class StructureEncoder(nn.Module):
    """Contrast-normalised luminance → structure in (-1, 1), a quarter of the size."""

    def __init__(self, config: InversionConfig) -> None:
        super().__init__()
        w = config.width
        self.stem = nn.Conv2d(16, w * 2, 3, padding=1)
        self.fine = nn.Sequential(Residual(w * 2), Residual(w * 2))
        self.down1 = nn.Conv2d(w * 2, w * 2, 4, stride=2, padding=1)
        self.down2 = nn.Conv2d(w * 2, w * 3, 4, stride=2, padding=1)
        self.context = nn.Sequential(Residual(w * 3), Residual(w * 3))
        self.merge = nn.Conv2d(w * 3, w * 2, 1)
        self.out = nn.Conv2d(w * 2, config.structure_channels, 3, padding=1)

    def forward(self, picture: Tensor) -> Tensor:
        x = F.pixel_unshuffle(local_contrast(picture), 4)
        x = self.fine(self.stem(x))
        deep = self.down1(F.leaky_relu(x, 0.2))
        deep = self.down2(F.leaky_relu(deep, 0.2))
        deep = self.merge(self.context(deep))
        x = x + F.interpolate(deep, size=x.shape[2:], mode="bilinear", align_corners=False)
        return torch.tanh(self.out(F.leaky_relu(x, 0.2)))


class StyleEncoder(nn.Module):
    """Colour picture → W+ rows (N, num_ws, w_dim)."""

    def __init__(self, config: InversionConfig) -> None:
        super().__init__()
        w = config.width
        self.resolution = config.resolution
        self.body = nn.Sequential(
            nn.Conv2d(3, w, 3, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(w, w * 2, 3, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(w * 2, w * 3, 3, stride=2, padding=1),
            Residual(w * 3),
            nn.LeakyReLU(0.2),
            nn.Conv2d(w * 3, w * 4, 3, stride=1, padding=1),
            nn.LeakyReLU(0.2),
        )
        # Mean, maximum, and the mean of the upper and the lower half: skies and grounds differ.
        self.head = nn.Sequential(
            nn.Linear(w * 16, 256), nn.LeakyReLU(0.2), nn.Linear(256, config.num_ws * config.w_dim)
        )
        self.shape = (config.num_ws, config.w_dim)

    def forward(self, picture: Tensor) -> Tensor:
        if picture.shape[2] != self.resolution or picture.shape[3] != self.resolution:
            picture = F.interpolate(picture, size=(self.resolution, self.resolution), mode="area")
        x = self.body(F.avg_pool2d(picture, 2))
        half = x.shape[2] // 2
        pooled = [x.mean((2, 3)), x.amax((2, 3)), x[:, :, :half].mean((2, 3)), x[:, :, half:].mean((2, 3))]
        return self.head(torch.cat(pooled, 1)).view(-1, *self.shape).float()


class StructureInversion(nn.Module):
    """picture (N, 3, H, W) in [-1, 1] → (w (N, num_ws, w_dim), structure (N, C, H/4, W/4))."""

    def __init__(self, config: InversionConfig) -> None:
        super().__init__()
        self.config = config
        self.structure = StructureEncoder(config)
        self.style = StyleEncoder(config)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        return self.style(picture), self.structure(picture).float()
