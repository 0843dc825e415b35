"""StyleGAN2's residual discriminator in plain torch: pictures (N, 3, R, R) in [-1, 1] → realness (N,)."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.stylegan2 import SQRT2, Dense, resample_kernel


class _Conv(nn.Module):
    """Convolution with equalised learning rate; ``down`` blurs and halves the size; leaky ReLU when ``activate``."""

    resample_filter: Tensor

    def __init__(self, inputs: int, outputs: int, size: int, *, down: bool = False, activate: bool = True,
                 bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, size, size))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self.weight_gain = 1.0 / math.sqrt(inputs * size * size)
        self.down, self.activate = down, activate
        self.register_buffer("resample_filter", resample_kernel())

    def forward(self, x: Tensor, gain: float = 1.0) -> Tensor:
        size = self.weight.shape[-1]
        if self.down:
            channels = x.shape[1]
            kernel = self.resample_filter.to(x.dtype)[None, None].expand(channels, 1, -1, -1)
            x = F.conv2d(x, kernel, padding=size // 2 + 1, groups=channels)
            x = F.conv2d(x, (self.weight * self.weight_gain).to(x.dtype), stride=2)
        else:
            x = F.conv2d(x, (self.weight * self.weight_gain).to(x.dtype), padding=size // 2)
        if self.bias is not None:
            x = x + self.bias.to(x.dtype)[None, :, None, None]
        return F.leaky_relu(x, 0.2) * (SQRT2 * gain) if self.activate else x * gain


class _Block(nn.Module):
    """Two 3×3 convolutions, the second halving the size, beside a 1×1 skip."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv0 = _Conv(inputs, inputs, 3)
        self.conv1 = _Conv(inputs, outputs, 3, down=True)
        self.skip = _Conv(inputs, outputs, 1, down=True, activate=False, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = self.skip(x, gain=math.sqrt(0.5))
        result: Tensor = y + self.conv1(self.conv0(x), gain=math.sqrt(0.5))
        return result


def minibatch_deviation(x: Tensor, group: int = 4) -> Tensor:
    """Append one feature map: the mean standard deviation over groups of up to ``group`` pictures (N, C+1, H, W)."""
    count = x.shape[0]
    size = max(g for g in range(1, min(group, count) + 1) if count % g == 0)
    y = x.reshape(size, count // size, *x.shape[1:])
    spread = ((y - y.mean(dim=0)).square().mean(dim=0) + 1e-8).sqrt().mean(dim=(1, 2, 3))
    extra = spread.repeat(size).reshape(count, 1, 1, 1).expand(-1, 1, x.shape[2], x.shape[3])
    return torch.cat([x, extra.to(x.dtype)], dim=1)


class Discriminator(nn.Module):
    """``channels`` maps resolution (R … 4) to feature maps, as the generator's configuration does."""

    def __init__(self, resolution: int, channels: Mapping[int, int]) -> None:
        super().__init__()
        self.resolution = resolution
        widths = {int(k): int(v) for k, v in channels.items()}
        self.fromrgb = _Conv(3, widths[resolution], 1)
        sizes = [2**i for i in range(int(math.log2(resolution)), 2, -1)]
        self.blocks = nn.Sequential(*[_Block(widths[size], widths[size // 2]) for size in sizes])
        last = widths[4]
        self.conv = _Conv(last + 1, last, 3)
        self.fc = Dense(last * 16, last, activate=True)
        self.out = Dense(last, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        x = self.blocks(self.fromrgb(pictures))
        x = self.conv(minibatch_deviation(x))
        result: Tensor = self.out(self.fc(x.float().flatten(1))).squeeze(1)
        return result
