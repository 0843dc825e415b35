"""The IR-SE50 residual trunk shared by ArcFace (identity) and the e4e and pSp inversion encoders.

Names follow InsightFace_Pytorch, so that published state dicts load as they are.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

# (input channels, output channels, units) of the four stages of the 50-layer trunk.
IR50_STAGES: tuple[tuple[int, int, int], ...] = ((64, 64, 3), (64, 128, 4), (128, 256, 14), (256, 512, 3))


class SqueezeExcite(nn.Module):
    """Channel gate from the spatial mean; reduction 16."""

    def __init__(self, channels: int, reduction: int = 16) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, channels // reduction, 1, bias=False)
        self.fc2 = nn.Conv2d(channels // reduction, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate = x.mean(dim=(2, 3), keepdim=True)
        return x * torch.sigmoid(self.fc2(torch.relu(self.fc1(gate))))


class ResidualUnit(nn.Module):
    """BatchNorm-first residual unit with PReLU and channel gate; ``stride`` halves in the second convolution."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        # An unchanged width is passed through a strided pick (written as MaxPool(1, stride) by the authors).
        self.shortcut_layer: nn.Module = (
            nn.MaxPool2d(1, stride)
            if channels_in == channels_out
            else nn.Sequential(
                nn.Conv2d(channels_in, channels_out, 1, stride, bias=False), nn.BatchNorm2d(channels_out)
            )
        )
        self.res_layer = nn.Sequential(
            nn.BatchNorm2d(channels_in),
            nn.Conv2d(channels_in, channels_out, 3, 1, 1, bias=False),
            nn.PReLU(channels_out),
            nn.Conv2d(channels_out, channels_out, 3, stride, 1, bias=False),
            nn.BatchNorm2d(channels_out),
            SqueezeExcite(channels_out),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.res_layer(x) + self.shortcut_layer(x)


def input_layer() -> nn.Sequential:
    """The stem: (N,3,H,W) RGB in [-1,1] → (N,64,H,W)."""
    return nn.Sequential(nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.PReLU(64))


def residual_body() -> nn.Sequential:
    """The 24 residual units; each stage halves height and width in its first unit."""
    units: list[nn.Module] = []
    for channels_in, channels_out, count in IR50_STAGES:
        units.append(ResidualUnit(channels_in, channels_out, 2))
        units.extend(ResidualUnit(channels_out, channels_out, 1) for _ in range(count - 1))
    return nn.Sequential(*units)
