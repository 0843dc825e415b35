"""StyleGAN2 synthesis written the plain way: weights are modulated, then one grouped convolution runs per layer.

A second, independent implementation to hold the fast one against. It follows the operations of the published
CPU code one by one, so that it agrees with its float32 numbers to the last bit where the machine allows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor


def fir(x: Tensor, kernel: Tensor, *, up: int, pad: tuple[int, int]) -> Tensor:
    """Insert zeros, pad, filter with the flipped kernel: x (N, C, H, W)."""
    n, c, h, w = x.shape
    x = x.reshape(n * c, h, 1, w, 1)
    x = F.pad(x, (0, up - 1, 0, 0, 0, up - 1)).reshape(n * c, 1, h * up, w * up)
    x = F.pad(x, (*pad, *pad))
    x = F.conv2d(x, kernel.flip(0, 1)[None, None])
    return x.reshape(n, c, *x.shape[2:])


class FusedReference:
    """``tensors`` as ``read_checkpoint`` names them; the ``skip`` architecture only."""

    def __init__(self, tensors: Mapping[str, Tensor], resolution: int, clamp: float | None = None) -> None:
        self.tensors, self.resolution, self.clamp = tensors, resolution, clamp

    def modulated(self, x: Tensor, name: str, row: Tensor, *, demodulate: bool, up: bool) -> Tensor:
        """One grouped convolution with the weights of each picture of the batch."""
        weight = self.tensors[f"{name}.weight"].unsqueeze(0)
        batch, outputs, inputs, size = len(x), weight.shape[1], weight.shape[2], weight.shape[3]
        gain = 1 / math.sqrt(row.shape[1])
        style = F.linear(row, self.tensors[f"{name}.affine.weight"] * gain, self.tensors[f"{name}.affine.bias"])
        weight = (1 / math.sqrt(inputs * size**2)) * weight * style.view(batch, 1, inputs, 1, 1)
        if demodulate:
            weight = weight * torch.rsqrt(weight.pow(2).sum([2, 3, 4]) + 1e-8).view(batch, outputs, 1, 1, 1)
        x = x.reshape(1, batch * inputs, *x.shape[2:])
        if up:
            weight = weight.transpose(1, 2).reshape(batch * inputs, outputs, size, size)
            x = F.conv_transpose2d(x, weight, stride=2, groups=batch)
            x = x.view(batch, outputs, *x.shape[2:])
            return fir(x, self.tensors[f"{name}.resample_filter"] * 4, up=1, pad=(1, 1))
        x = F.conv2d(x, weight.view(batch * outputs, inputs, size, size), padding=size // 2, groups=batch)
        return x.view(batch, outputs, *x.shape[2:])

    def clamped(self, x: Tensor) -> Tensor:
        """Activations within ±clamp."""
        return x if self.clamp is None else x.clamp(-self.clamp, self.clamp)

    def layer(self, x: Tensor, name: str, row: Tensor, *, up: bool) -> Tensor:
        """Convolution, noise, bias, leaky ReLU."""
        x = self.modulated(x, name, row, demodulate=True, up=up)
        x = x + self.tensors[f"{name}.noise_strength"] * self.tensors[f"{name}.noise_const"][None, None]
        x = F.leaky_relu(x + self.tensors[f"{name}.bias"][None, :, None, None], 0.2) * math.sqrt(2)
        return self.clamped(x)

    def synthesis(self, ws: Tensor) -> Tensor:
        """W+ rows (N, num_ws, w_dim) → picture (N, 3, R, R)."""
        rows = ws.unbind(1)
        x = self.tensors["synthesis.b4.const"].unsqueeze(0).repeat(len(ws), 1, 1, 1)
        image: Tensor | None = None
        row, size = 0, 4
        while size <= self.resolution:
            block = f"synthesis.b{size}"
            if size > 4:
                x = self.layer(x, f"{block}.conv0", rows[row], up=True)
                row += 1
            x = self.layer(x, f"{block}.conv1", rows[row], up=False)
            row += 1
            colour = self.modulated(x, f"{block}.torgb", rows[row], demodulate=False, up=False)
            colour = self.clamped(colour + self.tensors[f"{block}.torgb.bias"][None, :, None, None])
            if image is not None:
                colour = colour + fir(image, self.tensors[f"{block}.resample_filter"] * 4, up=2, pad=(2, 1))
            image, size = colour, size * 2
        assert image is not None
        return image
