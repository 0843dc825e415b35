"""Kaiser-windowed low-pass filters and resampling with them (StyleGAN3, Karras et al. 2021, §3 and appendix C)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

_AT_ONCE = 1_000_000
"""Numbers of upsampled feature maps worked on together on a CPU where no gradient is wanted."""


def _kaiser(taps: int, width: float, rate: float) -> np.ndarray:
    """Kaiser window whose transition band is ``width`` (same unit as ``rate``) wide."""
    attenuation = 2.285 * (taps - 1) * math.pi * (width / (0.5 * rate)) + 7.95
    if attenuation > 50:
        beta = 0.1102 * (attenuation - 8.7)
    elif attenuation > 21:
        beta = 0.5842 * (attenuation - 21) ** 0.4 + 0.07886 * (attenuation - 21)
    else:
        beta = 0.0
    return np.kaiser(taps, beta)


def design_lowpass(taps: int, cutoff: float, width: float, rate: float, *, radial: bool = False) -> Tensor | None:
    """A filter of ``taps`` (1-D) or ``taps``×``taps`` (radial) values that sum to 1; None for a single tap."""
    if taps == 1:
        return None
    window = _kaiser(taps, width, rate)
    place = (np.arange(taps) - (taps - 1) / 2) / rate
    if radial:
        radius = np.hypot(*np.meshgrid(place, place))
        bessel = torch.special.bessel_j1(torch.from_numpy(2 * cutoff * math.pi * radius)).numpy()
        found = bessel / (math.pi * radius) * np.outer(window, window)
    else:
        found = np.sinc(2 * cutoff * place) * window
    return torch.from_numpy(found / found.sum()).float()


def _along(x: Tensor, taps: Tensor, axis: int, *, up: int, down: int, pads: tuple[int, int]) -> Tensor:
    """One axis of ``resample`` for x (N, C, H, W)."""
    count, channels = taps.shape[0], x.shape[1]
    shape = (channels, 1, count, 1) if axis == 2 else (channels, 1, 1, count)

    def on_axis(n: int) -> tuple[int, int]:
        return (n, 1) if axis == 2 else (1, n)

    def spread(filter_taps: Tensor) -> Tensor:
        return filter_taps.reshape(1, 1, *shape[2:]).expand(shape)

    if up > 1:
        # A strided transposed convolution skips the products with the inserted zeros. It begins count-1
        # samples before the padded form and lacks the zeros after the last sample.
        x = F.conv_transpose2d(x, spread(taps), stride=on_axis(up), groups=channels)
        lo, hi = pads[0] - (count - 1), pads[1] - (count - 1) + (up - 1)
        x = F.pad(x, (0, 0, lo, hi) if axis == 2 else (lo, hi))
        if down > 1:
            x = x[:, :, ::down] if axis == 2 else x[..., ::down]
        return x
    if any(pads):
        x = F.pad(x, (0, 0, *pads) if axis == 2 else pads)
    return F.conv2d(x, spread(taps.flip(0)), stride=on_axis(down), groups=channels)


def resample(
    x: Tensor, taps: Tensor | None, *, up: int = 1, down: int = 1, pads: Sequence[int] = (0, 0, 0, 0)
) -> Tensor:
    """Insert up-1 zeros after each sample, pad (left, right, top, bottom; negative crops), filter, keep every
    ``down``-th sample; gain ``up``² so that brightness stays. x (N, C, H, W); ``taps`` (t,) separable or (t, t).
    """
    left, right, top, bottom = pads
    if taps is None:
        if up != 1 or down != 1:
            raise ValueError("changing the sampling rate needs a filter")
        return F.pad(x, (left, right, top, bottom)) if any(pads) else x
    taps = taps.to(x.dtype)
    # One filter for all channels, as a grouped convolution: five to ten times faster on a CPU than
    # treating the channels as a batch.
    if taps.ndim == 1:
        x = _along(x, taps * up, 3, up=up, down=down, pads=(left, right))
        return _along(x, taps * up, 2, up=up, down=down, pads=(top, bottom))
    if up != 1:
        raise ValueError("radial filters only ever reduce the sampling rate")
    kernel = taps.flip(0, 1).expand(x.shape[1], 1, -1, -1)
    return F.conv2d(F.pad(x, (left, right, top, bottom)), kernel, stride=down, groups=x.shape[1])


def filtered_leaky_relu(
    x: Tensor,
    up_taps: Tensor | None,
    down_taps: Tensor | None,
    bias: Tensor,
    *,
    up: int,
    down: int,
    pads: Sequence[int],
    gain: float,
    slope: float,
    clamp: float | None,
) -> Tensor:
    """Bias, up, leaky ReLU × gain, clamp, down: the alias-free non-linearity, in this order.

    Channels do not mix, so that a picture drawn without gradients takes a few of them at a time: inside, feature
    maps are up to sixteen times larger, which for a published network means a gigabyte for one small layer.
    """

    def some(x: Tensor, bias: Tensor) -> Tensor:
        x = x + bias.to(x.dtype)[None, :, None, None]
        x = resample(x, up_taps, up=up, pads=pads)
        x = F.leaky_relu(x, slope) if slope != 1.0 else x
        x = x * gain
        if clamp is not None:
            x = x.clamp(-clamp, clamp)
        return resample(x, down_taps, down=down)

    channels = x.shape[1]
    together = max(1, _AT_ONCE * channels // max(1, x.numel() * up * up))
    if together >= channels or x.device.type != "cpu" or (torch.is_grad_enabled() and x.requires_grad):
        return some(x, bias)
    pieces = [some(*piece) for piece in zip(x.split(together, dim=1), bias.split(together), strict=True)]
    return torch.cat(pieces, dim=1)
