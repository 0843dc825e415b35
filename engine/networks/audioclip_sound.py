"""AudioCLIP's audio head, ESResNeXt-fbsp: a 44.1 kHz wave becomes a vector in its CLIP RN50 tower's space."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.networks.fbsp import FrequencyBSpline, framed


class _Bottleneck(nn.Module):
    """ResNeXt-50 32×4d bottleneck."""

    expansion = 4

    def __init__(self, channels_in: int, planes: int, stride: int) -> None:
        super().__init__()
        width, out = planes * 2, planes * self.expansion
        self.conv1 = nn.Conv2d(channels_in, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=32, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out)
        self.downsample: nn.Module | None = None
        if stride != 1 or channels_in != out:
            self.downsample = nn.Sequential(nn.Conv2d(channels_in, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x: Tensor) -> Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        out = torch.relu(self.bn1(self.conv1(x)))
        out = torch.relu(self.bn2(self.conv2(out)))
        return torch.relu(self.bn3(self.conv3(out)) + shortcut)


class _Gate(nn.Module):
    """Attention over time or frequency: what is max-pooled from the stage's input gates the stage's output."""

    def __init__(self, channels_in: int, channels_out: int, kernel: tuple[int, int]) -> None:
        super().__init__()
        padding = (kernel[0] // 2, kernel[1] // 2)
        self.conv_depth = nn.Conv2d(channels_in, channels_in, kernel, padding=padding, groups=channels_in)
        self.conv_point = nn.Conv2d(channels_in, channels_out, 1)
        self.bn = nn.BatchNorm2d(channels_out)

    def forward(self, before: Tensor, after: Tensor) -> Tensor:
        pooled = F.adaptive_max_pool2d(before, after.shape[-2:])
        return after * torch.sigmoid(self.bn(self.conv_point(self.conv_depth(pooled))))


def _stage(channels_in: int, planes: int, blocks: int, stride: int) -> nn.Sequential:
    first = _Bottleneck(channels_in, planes, stride)
    rest = (_Bottleneck(planes * _Bottleneck.expansion, planes, 1) for _ in range(blocks - 1))
    return nn.Sequential(first, *rest)


def _blackman_harris(length: int) -> Tensor:
    angle = 2 * math.pi * torch.arange(length, dtype=torch.float64, device="cpu") / length
    window = 0.35875 - 0.48829 * angle.cos() + 0.14128 * (2 * angle).cos() - 0.01168 * (3 * angle).cos()
    return window.float()


class AudioCLIPSound(nn.Module):
    """The ``audio.*`` entries of ``AudioCLIP-*-Training.pt`` (370 of them) without that prefix.

    The wave must be in the range of 16-bit integers (-32768..32767): the network's first step maps that range
    to [-1,1]. Kernels are made at run time in float32 with arguments up to 3200 radians, which limits how
    closely two machines can agree (1e-3 relative).
    """

    embedding_size = 1024
    sample_rate = 44_100
    n_fft, hop_length, win_length, bands = 2048, 561, 1654, 3

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("window", _blackman_harris(self.win_length))
        self.conv1 = nn.Conv2d(self.bands, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.layer1, self.att1 = _stage(64, 64, 3, 1), _Gate(64, 256, (3, 1))
        self.layer2, self.att2 = _stage(256, 128, 4, 2), _Gate(256, 512, (1, 5))
        self.layer3, self.att3 = _stage(512, 256, 6, 2), _Gate(512, 1024, (3, 1))
        self.layer4, self.att4 = _stage(1024, 512, 3, 2), _Gate(1024, 2048, (1, 5))
        self.att5 = _Gate(2048, 2048, (3, 5))
        self.fc = nn.Linear(2048, self.embedding_size)
        self.fbsp = FrequencyBSpline(self.n_fft // 2 + 1)

    def decibels(self, waves: Tensor) -> Tensor:
        """(N,1,samples) in -32768..32767 → (N,3,341,frames) in dB, three bands of frequencies as channels."""
        # The order of operations is the published one: it rounds small signals visibly.
        waves = ((waves - -32768.0) * 2.0) / 65535.0 + -1.0
        window = self.window
        assert isinstance(window, Tensor)
        frames = framed(waves[:, 0], window, self.hop_length)
        spare = self.n_fft - self.win_length
        spectrum = self.fbsp(F.pad(frames, (spare // 2, spare - spare // 2))).transpose(1, 2)
        rows = spectrum.shape[1] // self.bands
        power = spectrum[:, : rows * self.bands].square().sum(-1).unflatten(1, (self.bands, rows))
        return 10.0 * torch.log10(torch.where(power > 0.0, power, torch.full_like(power, 1e-18)))

    def forward(self, waves: Tensor) -> Tensor:
        """(N,1,samples) in -32768..32767 at 44.1 kHz → (N,1024), not normalised."""
        x = torch.relu(self.bn1(self.conv1(self.decibels(waves))))
        x = F.max_pool2d(x, 3, 2, 1)
        x = self.att1(x, self.layer1(x))
        x = self.att2(x, self.layer2(x))
        x = self.att3(x, self.layer3(x))
        x = self.att4(x, self.layer4(x))
        x = self.att5(x, x.mean(dim=(2, 3), keepdim=True))
        return self.fc(x.flatten(1))
