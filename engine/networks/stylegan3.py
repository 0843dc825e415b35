"""StyleGAN3 (Karras et al. 2021), configurations T and R, in plain torch operations.

As in ``stylegan2.py`` the modulation scales activations instead of weights: the published numbers, without
a weight gradient. Names in the state dict are those of NVlabs/stylegan3; a layer's name carries its size and
channels (``L7_52_25``), so it follows from the configuration. Noise does not exist here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.lowpass import design_lowpass, filtered_leaky_relu
from engine.networks.stylegan2 import SQRT2, Dense, MappingNetwork, at_least_float32


@dataclass(frozen=True)
class StyleGAN3Config:
    """Shape of a StyleGAN3. ``channels``: feature maps of the input and of layers 0 … ``layers``-1."""

    resolution: int = 64
    z_dim: int = 512
    w_dim: int = 512
    c_dim: int = 0
    mapping_layers: int = 2
    mapping_lr: float = 0.01
    embed_features: int | None = None
    layer_features: int | None = None
    img_channels: int = 3
    channels: tuple[int, ...] = ()
    layers: int = 14
    critical: int = 2
    first_cutoff: float = 2.0
    first_stopband: float = 2.0**2.1
    last_stopband_rel: float = 2.0**0.3
    margin: int = 10
    output_scale: float = 0.25
    conv_kernel: int = 3
    filter_size: int = 6
    lrelu_upsampling: int = 2
    radial: bool = False
    conv_clamp: float | None = 256.0

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> StyleGAN3Config:
        """Read a manifest's configuration."""
        values = dict(data)
        values["channels"] = tuple(int(n) for n in values.get("channels", ()))
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "channels": list(self.channels)}

    @property
    def num_ws(self) -> int:
        """Rows of W+: one for the Fourier input, one for every layer and for toRGB."""
        return self.layers + 2


def published_channels(config: StyleGAN3Config, base: int = 32768, most: int = 512) -> tuple[int, ...]:
    """Feature maps as NVIDIA's constructor chooses them from ``channel_base`` and ``channel_max``."""
    cutoffs = _bands(config)[0]
    return tuple(int(n) for n in np.rint(np.minimum((base / 2) / cutoffs, most))[: config.layers])


def _bands(config: StyleGAN3Config) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Per layer: cutoff, sampling rate, half width of the transition band (cycles per picture), and size."""
    last_cutoff = config.resolution / 2
    last_stopband = last_cutoff * config.last_stopband_rel
    exponents = np.minimum(np.arange(config.layers + 1) / (config.layers - config.critical), 1)
    cutoffs = config.first_cutoff * (last_cutoff / config.first_cutoff) ** exponents
    stopbands = config.first_stopband * (last_stopband / config.first_stopband) ** exponents
    rates = np.exp2(np.ceil(np.log2(np.minimum(stopbands * 2, config.resolution))))
    half_widths = np.maximum(stopbands, rates / 2) - cutoffs
    sizes = rates + config.margin * 2
    sizes[-2:] = config.resolution
    return cutoffs, rates, half_widths, sizes


class FourierInput(nn.Module):
    """w (N, w_dim) → Fourier features (N, C, size, size), moved by what w says and by the user's ``transform``.

    ``transform`` (3, 3) is the *inverse* of the wanted movement of the picture (unit: half the picture's side).
    """

    transform: Tensor
    freqs: Tensor
    phases: Tensor

    def __init__(self, w_dim: int, channels: int, size: int, rate: float, bandwidth: float) -> None:
        super().__init__()
        self.size, self.rate, self.bandwidth = size, float(rate), float(bandwidth)
        # On the CPU even where only shapes are made: arithmetic on "meta" would import symbolic mathematics.
        freqs = torch.randn(channels, 2, device="cpu")
        radii = freqs.square().sum(dim=1, keepdim=True).sqrt()
        self.weight = nn.Parameter(torch.randn(channels, channels))
        self.affine = Dense(w_dim, 4)
        self.affine.weight.data.zero_()
        self.affine.bias.data.copy_(torch.tensor([1.0, 0.0, 0.0, 0.0]))
        self.register_buffer("transform", torch.eye(3, device="cpu"))
        self.register_buffer("freqs", freqs / (radii * radii.square().exp().pow(0.25)) * bandwidth)
        self.register_buffer("phases", torch.rand(channels, device="cpu") - 0.5)

    def forward(self, w: Tensor) -> Tensor:
        count = w.shape[0]
        t = self.affine(at_least_float32(w))
        t = t / t[:, :2].norm(dim=1, keepdim=True)
        cos, sin, dx, dy = t.unbind(dim=1)
        one, zero = torch.ones_like(cos), torch.zeros_like(cos)
        turn = torch.stack([cos, -sin, zero, sin, cos, zero, zero, zero, one], dim=1).reshape(count, 3, 3)
        shift = torch.stack([one, zero, -dx, zero, one, -dy, zero, zero, one], dim=1).reshape(count, 3, 3)
        moved = turn @ shift @ self.transform.unsqueeze(0)
        freqs = self.freqs.unsqueeze(0)
        phases = self.phases.unsqueeze(0) + (freqs @ moved[:, :2, 2:]).squeeze(2)
        freqs = freqs @ moved[:, :2, :2]
        # Frequencies pushed beyond the band by scaling fade out instead of aliasing.
        amplitudes = (1 - (freqs.norm(dim=2) - self.bandwidth) / (self.rate / 2 - self.bandwidth)).clamp(0, 1)
        scale = 0.5 * self.size / self.rate
        theta = torch.tensor([[scale, 0.0, 0.0], [0.0, scale, 0.0]], dtype=t.dtype, device=w.device)
        grid = F.affine_grid(theta.unsqueeze(0), [1, 1, self.size, self.size], align_corners=False)
        x = (grid.unsqueeze(3) @ freqs.permute(0, 2, 1).unsqueeze(1).unsqueeze(2)).squeeze(3)
        x = torch.sin((x + phases[:, None, None]) * (math.pi * 2)) * amplitudes[:, None, None]
        x = x @ (self.weight / math.sqrt(self.weight.shape[0])).t()
        return x.permute(0, 3, 1, 2)


class AliasFreeLayer(nn.Module):
    """Modulated convolution and filtered non-linearity; the last one (``is_rgb``) makes colours."""

    up_filter: Tensor | None
    down_filter: Tensor | None
    magnitude_ema: Tensor

    def __init__(self, config: StyleGAN3Config, index: int) -> None:
        super().__init__()
        cutoffs, rates, half_widths, sizes = _bands(config)
        before = max(index - 1, 0)
        self.is_rgb = index == config.layers
        inputs = config.channels[before]
        outputs = config.img_channels if self.is_rgb else config.channels[index]
        kernel = 1 if self.is_rgb else config.conv_kernel
        self.kernel, self.clamp = kernel, config.conv_clamp
        self.affine = Dense(config.w_dim, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.register_buffer("magnitude_ema", torch.ones([]))
        inner = max(rates[before], rates[index]) * (1 if self.is_rgb else config.lrelu_upsampling)
        self.up, self.down = round(inner / rates[before]), round(inner / rates[index])
        up_taps = config.filter_size * self.up if self.up > 1 and not self.is_rgb else 1
        down_taps = config.filter_size * self.down if self.down > 1 and not self.is_rgb else 1
        radial = config.radial and index < config.layers - config.critical
        up = design_lowpass(up_taps, cutoffs[before], half_widths[before] * 2, inner)
        down = design_lowpass(down_taps, cutoffs[index], half_widths[index] * 2, inner, radial=radial)
        self.register_buffer("up_filter", up)
        self.register_buffer("down_filter", down)
        pad = (int(sizes[index]) - 1) * self.down + 1
        pad += up_taps + down_taps - 2 - (int(sizes[before]) + kernel - 1) * self.up
        first = (pad + self.up) // 2
        self.pads = (first, pad - first) * 2
        self.name = f"L{index}_{int(sizes[index])}_{outputs}"

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """x (N, inputs, H, W), one row of W+ w (N, w_dim) → (N, outputs, H', W')."""
        return self.outputs(*self.modulated(x, w))

    def modulated(self, x: Tensor, w: Tensor) -> tuple[Tensor, Tensor]:
        """x scaled as w says, and the scales (N, inputs)."""
        styles = self.affine(at_least_float32(w))
        if self.is_rgb:
            styles = styles / math.sqrt(self.weight[0].numel())
        else:
            # One mean over the whole batch, as published; demodulation takes it out again but for its epsilon.
            styles = styles * styles.square().mean().rsqrt()
        return x * (styles * self.magnitude_ema.rsqrt())[:, :, None, None].to(x.dtype), styles

    def outputs(self, x: Tensor, styles: Tensor, some: slice = slice(None)) -> Tensor:
        """All feature maps of the layer, or some (they do not depend on each other), from what ``modulated`` gave."""
        weight, scale = self.weight[some], None
        if not self.is_rgb:
            weight = weight * weight.square().mean(dim=(1, 2, 3), keepdim=True).rsqrt()
            energy = weight.square().sum(dim=(2, 3))
            scale = (styles.square() @ energy.t() + 1e-8).rsqrt()[:, :, None, None]
        x = F.conv2d(x, weight.to(x.dtype), padding=self.kernel - 1)
        if scale is not None:
            x = x * scale.to(x.dtype)
        return filtered_leaky_relu(
            x,
            self.up_filter,
            self.down_filter,
            self.bias[some],
            up=self.up,
            down=self.down,
            pads=self.pads,
            gain=1.0 if self.is_rgb else SQRT2,
            slope=1.0 if self.is_rgb else 0.2,
            clamp=self.clamp,
        )


class AliasFreeSynthesis(nn.Module):
    """W+ rows (N, num_ws, w_dim) → picture (N, 3, R, R), about [-1, 1]."""

    def __init__(self, config: StyleGAN3Config) -> None:
        super().__init__()
        cutoffs, rates, _, sizes = _bands(config)
        self.config = config
        self.input = FourierInput(config.w_dim, config.channels[0], int(sizes[0]), rates[0], cutoffs[0])
        self.layer_names = []
        for index in range(config.layers + 1):
            layer = AliasFreeLayer(config, index)
            setattr(self, layer.name, layer)
            self.layer_names.append(layer.name)

    def forward(
        self, ws: Tensor, structure: Tensor | None = None, noise_mode: str = "const", stop_at: int | None = None
    ) -> Tensor:
        """``noise_mode`` and ``stop_at`` are accepted like StyleGAN2's and change nothing: neither exists here."""
        if noise_mode not in ("const", "none"):
            raise ValueError(f"unknown noise mode {noise_mode!r}")
        if structure is not None:
            raise ValueError("StyleGAN3 takes no structure map")
        rows = ws.unbind(dim=1)
        x = self.input(rows[0])
        for name, w in zip(self.layer_names, rows[1:], strict=True):
            x = getattr(self, name)(x, w)
        return at_least_float32(x) * self.config.output_scale


class Generator(nn.Module):
    """Mapping and synthesis, with the same calls as ``stylegan2.Generator``."""

    def __init__(self, config: StyleGAN3Config) -> None:
        super().__init__()
        if not config.channels:
            raise ValueError("a StyleGAN3 configuration needs its channels")
        self.config = config
        self.mapping = MappingNetwork(config)
        self.synthesis = AliasFreeSynthesis(config)

    @property
    def num_ws(self) -> int:
        """Rows of W+."""
        return self.config.num_ws

    @property
    def w_dim(self) -> int:
        """Length of one W+ row."""
        return self.config.w_dim

    @property
    def resolution(self) -> int:
        """Side of the picture in pixels."""
        return self.config.resolution

    def move(self, inverse: Tensor) -> None:
        """Turn, shift or scale everything the generator draws: ``inverse`` (3, 3) as ``FourierInput.transform``."""
        self.synthesis.input.transform.copy_(inverse)

    def forward(self, z: Tensor, c: Tensor | None = None, truncation_psi: float = 1.0) -> Tensor:
        return self.synthesis(self.mapping(z, c, truncation_psi))
