"""The trainable time-frequency transform of AudioCLIP: complex frequency B-spline wavelets."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def framed(waves: Tensor, window: Tensor, hop: int) -> Tensor:
    """(N,samples) → (N,frames,len(window)), windowed; zeros are shared out at both ends to fill the last frame."""
    length, samples = len(window), waves.shape[-1]
    frames = 1 if samples <= length else 1 + math.ceil((samples - length) / hop)
    missing = (frames - 1) * hop + length - samples
    if missing > 0:
        waves = F.pad(waves, (missing // 2, missing - missing // 2))
    return waves.unfold(-1, length, hop) * window


class FrequencyBSpline(nn.Module):
    """Linear transform to ``bins`` complex numbers with kernels made from three parameters per bin.

    kernel = sqrt(fb) · sinc(fb·t/m)^m · exp(-i·fc·t), t over [-π, π], divided by sqrt(samples).
    ``m`` is the spline's order, ``fb`` its bandwidth, ``fc`` its centre.
    """

    _EPS = 1e-8

    def __init__(self, bins: int) -> None:
        super().__init__()
        self.m = nn.Parameter(torch.zeros(bins))
        self.fb = nn.Parameter(torch.ones(bins))
        self.fc = nn.Parameter(torch.arange(bins, dtype=torch.float32, device="cpu"))  # on "meta" it imports sympy
        self.bias = nn.Parameter(torch.zeros(0))  # published without a bias, yet stored

    def kernels(self, samples: int) -> Tensor:
        """(bins,samples,2), real and imaginary parts."""
        t = math.pi * torch.linspace(-1.0, 1.0, samples, dtype=self.fc.dtype, device=self.fc.device)[None] + self._EPS
        m, fb, fc = self.m[:, None], self.fb[:, None], self.fc[:, None]
        argument = fb * t / (m + self._EPS)
        window = torch.where(argument == 0, torch.ones_like(argument), torch.sin(argument) / argument)
        # window^m on the principal branch: a negative base turns by m·π.
        magnitude = window.square() ** (0.5 * m)
        phase = m * torch.atan2(torch.zeros_like(window), window)
        real, imaginary = magnitude * torch.cos(phase), magnitude * torch.sin(phase)
        cosine, sine = torch.cos(fc * t), -torch.sin(fc * t)
        parts = (real * cosine - imaginary * sine, real * sine + imaginary * cosine)
        return fb.sqrt()[..., None] * torch.stack(parts, dim=-1) / samples**0.5

    def forward(self, frames: Tensor) -> Tensor:
        """(N,frames,samples) → (N,frames,bins,2)."""
        kernels = self.kernels(frames.shape[-1])
        return torch.stack((F.linear(frames, kernels[..., 0]), F.linear(frames, kernels[..., 1])), dim=-1)
