"""StyleGAN2 in plain torch operations, with an optional spatial start (F/W+).

One class, two kinds of pack. Published generators start from a learned constant (W+ space); the
packs trained here start from a ``structure`` map that the inversion encoder reads out of the
picture (F/W+ space: Swapping Autoencoder, Park et al. 2020; BDInvert, Kang et al. 2021).

Modulation scales the *activations* (x·s → conv(W) → ·d) instead of the weights. The numbers are
those of the published fused form (Karras et al. 2020, Eq. 1–3), but with frozen weights no weight
gradient is ever formed, which makes one optimisation step several times cheaper.

Names in the state dict are those of NVlabs/stylegan2-ada-pytorch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SQRT2 = math.sqrt(2.0)


@dataclass(frozen=True)
class GeneratorConfig:
    """Shape of a generator; everything a checkpoint's tensors do not say by themselves.

    ``channels`` maps resolution to feature maps. ``structure_channels`` > 0 replaces the constant
    by an input of that many channels at ``start_resolution``; the first block then has two
    convolutions. ``conv_clamp`` clamps activations (NVIDIA's mixed-precision files use 256).
    """

    resolution: int = 64
    z_dim: int = 64
    w_dim: int = 64
    c_dim: int = 0
    mapping_layers: int = 8
    channels: Mapping[int, int] = field(default_factory=dict)
    start_resolution: int = 4
    structure_channels: int = 0
    conv_clamp: float | None = None
    architecture: str = "skip"
    img_channels: int = 3
    # Below: rarely changed by those who publish weights, but read from their files all the same.
    mapping_lr: float = 0.01
    embed_features: int | None = None
    layer_features: int | None = None
    use_noise: bool = True

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> GeneratorConfig:
        """Read a manifest's configuration (JSON turns the channel keys into strings)."""
        values = dict(data)
        values["channels"] = {int(k): int(v) for k, v in dict(values.get("channels", {})).items()}
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "channels": {str(k): v for k, v in self.channels.items()}}

    @property
    def block_resolutions(self) -> list[int]:
        """Resolutions of the synthesis blocks, coarse to fine."""
        first, last = int(math.log2(self.start_resolution)), int(math.log2(self.resolution))
        return [2**i for i in range(first, last + 1)]

    @property
    def num_ws(self) -> int:
        """How many W+ rows the synthesis network takes."""
        convs = 2 * len(self.block_resolutions) - (0 if self.structure_channels else 1)
        return convs + 1


def resample_kernel() -> Tensor:
    """The separable [1, 3, 3, 1] filter, normalised to sum 1, as a (4, 4) kernel."""
    taps = (1.0, 3.0, 3.0, 1.0)
    # Plain numbers (k/64 is exact): tensor arithmetic here would import symbolic mathematics on "meta".
    return torch.tensor([[a * b / 64.0 for b in taps] for a in taps])


def at_least_float32(x: Tensor) -> Tensor:
    """Half precision is lifted; float64 (which tests compare in) stays."""
    return x if x.dtype is torch.float64 else x.float()


def upsample_image(image: Tensor, kernel: Tensor) -> Tensor:
    """Double the size of (N, C, H, W) with the FIR filter (the skip connection of toRGB)."""
    channels = image.shape[1]
    weight = (kernel * 4.0).to(image.dtype)[None, None].expand(channels, 1, -1, -1)
    return F.conv_transpose2d(image, weight, stride=2, padding=1, groups=channels)


def blur_after_transpose(x: Tensor, kernel: Tensor) -> Tensor:
    """FIR filter after a stride-2 transposed convolution, gain 4: (N, C, 2H+1, 2W+1) → (N, C, 2H, 2W)."""
    channels = x.shape[1]
    weight = (kernel * 4.0).to(x.dtype)[None, None].expand(channels, 1, -1, -1)
    return F.conv2d(x, weight, padding=1, groups=channels)


class Dense(nn.Module):
    """Fully connected layer with equalised learning rate. x (N, in) → (N, out)."""

    def __init__(
        self, inputs: int, outputs: int, *, activate: bool = False, lr: float = 1.0, bias: float = 0.0
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / lr)
        self.bias = nn.Parameter(torch.full((outputs,), float(bias)))
        self.weight_gain = lr / math.sqrt(inputs)
        self.bias_gain = lr
        self.activate = activate

    def forward(self, x: Tensor) -> Tensor:
        x = F.linear(x, self.weight * self.weight_gain, self.bias * self.bias_gain)
        return F.leaky_relu(x, 0.2) * SQRT2 if self.activate else x


class MappingSizes(Protocol):
    """What a mapping network needs to know; StyleGAN2 and StyleGAN3 share it."""

    @property
    def num_ws(self) -> int: ...  # rows of W+
    @property
    def z_dim(self) -> int: ...
    @property
    def w_dim(self) -> int: ...
    @property
    def c_dim(self) -> int: ...  # length of the class vector; 0: unconditional
    @property
    def mapping_layers(self) -> int: ...
    @property
    def mapping_lr(self) -> float: ...
    @property
    def embed_features(self) -> int | None: ...  # None: w_dim
    @property
    def layer_features(self) -> int | None: ...  # None: w_dim


class MappingNetwork(nn.Module):
    """z (N, z_dim), optional class c (N, c_dim) → w (N, num_ws, w_dim), truncated towards ``w_avg``."""

    w_avg: Tensor

    def __init__(self, config: MappingSizes) -> None:
        super().__init__()
        self.num_ws, self.z_dim, self.c_dim = config.num_ws, config.z_dim, config.c_dim
        self.layers = config.mapping_layers
        inputs = config.z_dim
        if config.c_dim:
            embedded = config.embed_features or config.w_dim
            self.embed = Dense(config.c_dim, embedded)
            inputs += embedded
        for i in range(self.layers):
            outputs = config.w_dim if i == self.layers - 1 else config.layer_features or config.w_dim
            setattr(self, f"fc{i}", Dense(inputs, outputs, activate=True, lr=config.mapping_lr))
            inputs = outputs
        self.register_buffer("w_avg", torch.zeros(config.w_dim))

    def forward(
        self, z: Tensor, c: Tensor | None = None, truncation_psi: float = 1.0, truncation_cutoff: int | None = None
    ) -> Tensor:
        x = second_moment(at_least_float32(z))
        if self.c_dim:
            if c is None:
                raise ValueError("this generator is conditional: it needs a class vector")
            x = torch.cat([x, second_moment(self.embed(at_least_float32(c)))], dim=1)
        for i in range(self.layers):
            x = getattr(self, f"fc{i}")(x)
        w = x.unsqueeze(1).repeat(1, self.num_ws, 1)
        if truncation_psi != 1.0:
            cutoff = self.num_ws if truncation_cutoff is None else truncation_cutoff
            w[:, :cutoff] = self.w_avg.lerp(w[:, :cutoff], truncation_psi)
        return w


def second_moment(x: Tensor) -> Tensor:
    """Scale each row to unit mean square."""
    return x * (x.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()


def modulated_conv(x: Tensor, weight: Tensor, styles: Tensor, *, demodulate: bool, up_kernel: Tensor | None) -> Tensor:
    """Non-fused modulated convolution: x (N, I, H, W), weight (O, I, k, k), styles (N, I)."""
    scale = None
    if demodulate:
        energy = at_least_float32(weight).square().sum(dim=(2, 3))
        scale = (at_least_float32(styles).square() @ energy.t() + 1e-8).rsqrt()[:, :, None, None].to(x.dtype)
    x = x * styles[:, :, None, None].to(x.dtype)
    weight = weight.to(x.dtype)
    if up_kernel is None:
        x = F.conv2d(x, weight, padding=weight.shape[-1] // 2)
    else:
        x = F.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
        x = blur_after_transpose(x, up_kernel)
    return x if scale is None else x * scale


def fit_noise(noise: Tensor, height: int, width: int) -> Tensor:
    """Stored noise (R, R) tiled and cut to (height, width): a larger structure draws a larger picture."""
    if noise.shape == (height, width):
        return noise
    tiles = (-(-height // noise.shape[0]), -(-width // noise.shape[1]))
    return noise.repeat(*tiles)[:height, :width]


class SynthesisLayer(nn.Module):
    """Modulated 3×3 convolution, noise, bias, leaky ReLU."""

    noise_const: Tensor
    resample_filter: Tensor

    def __init__(self, inputs: int, outputs: int, resolution: int, config: GeneratorConfig, *, up: bool) -> None:
        super().__init__()
        self.up, self.clamp = up, config.conv_clamp
        self.affine = Dense(config.w_dim, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 3, 3))
        self.use_noise = config.use_noise
        if self.use_noise:
            self.register_buffer("noise_const", torch.randn(resolution, resolution))
            self.noise_strength = nn.Parameter(torch.zeros([]))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.register_buffer("resample_filter", resample_kernel())

    def forward(self, x: Tensor, w: Tensor, *, noise: bool, gain: float = 1.0) -> Tensor:
        kernel = self.resample_filter if self.up else None
        x = modulated_conv(x, self.weight, self.affine(w), demodulate=True, up_kernel=kernel)
        if noise and self.use_noise:
            x = x + (fit_noise(self.noise_const, x.shape[2], x.shape[3]) * self.noise_strength).to(x.dtype)
        x = F.leaky_relu(x + self.bias.to(x.dtype)[None, :, None, None], 0.2) * (SQRT2 * gain)
        return x if self.clamp is None else x.clamp(-self.clamp * gain, self.clamp * gain)


class ToRGB(nn.Module):
    """Modulated 1×1 convolution to colours, without demodulation."""

    def __init__(self, inputs: int, config: GeneratorConfig) -> None:
        super().__init__()
        self.affine = Dense(config.w_dim, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(config.img_channels, inputs, 1, 1))
        self.bias = nn.Parameter(torch.zeros(config.img_channels))
        self.gain, self.clamp = 1.0 / math.sqrt(inputs), config.conv_clamp

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        y = modulated_conv(x, self.weight, self.affine(w) * self.gain, demodulate=False, up_kernel=None)
        y = y + self.bias.to(y.dtype)[None, :, None, None]
        return y if self.clamp is None else y.clamp(-self.clamp, self.clamp)


class SkipConv(nn.Module):
    """The residual 1×1 path of the ``resnet`` architecture: blur, then double the size."""

    resample_filter: Tensor

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 1, 1))
        self.gain = 1.0 / math.sqrt(inputs)
        self.register_buffer("resample_filter", resample_kernel())

    def forward(self, x: Tensor, gain: float) -> Tensor:
        x = F.conv2d(x, (self.weight * self.gain).to(x.dtype))
        return upsample_image(x, self.resample_filter) * gain


class SynthesisBlock(nn.Module):
    """Two layers at one resolution and, for the skip architecture, a toRGB."""

    resample_filter: Tensor

    def __init__(self, resolution: int, config: GeneratorConfig) -> None:
        super().__init__()
        self.config, self.resolution = config, resolution
        self.is_first = resolution == config.start_resolution
        self.is_last = resolution == config.resolution
        outputs = config.channels[resolution]
        inputs = 0 if self.is_first else config.channels[resolution // 2]
        self.resnet = config.architecture == "resnet" and not self.is_first
        self.register_buffer("resample_filter", resample_kernel())
        if self.is_first and not config.structure_channels:
            self.const = nn.Parameter(torch.randn(outputs, resolution, resolution))
            self.conv0: SynthesisLayer | None = None
        else:
            source = config.structure_channels if self.is_first else inputs
            self.conv0 = SynthesisLayer(source, outputs, resolution, config, up=not self.is_first)
        self.conv1 = SynthesisLayer(outputs, outputs, resolution, config, up=False)
        has_rgb = self.is_last or config.architecture == "skip"
        self.torgb = ToRGB(outputs, config) if has_rgb else None
        if self.resnet:
            self.skip = SkipConv(inputs, outputs)

    @property
    def num_conv(self) -> int:
        """How many W+ rows the block consumes before its toRGB (which shares the next block's row)."""
        return 1 if self.conv0 is None else 2

    def forward(
        self, x: Tensor | None, image: Tensor | None, ws: Tensor, *, noise: bool
    ) -> tuple[Tensor, Tensor | None]:
        rows = iter(ws.unbind(dim=1))
        if self.conv0 is None:
            x = self.const.unsqueeze(0).expand(ws.shape[0], -1, -1, -1)
            x = self.conv1(x, next(rows), noise=noise)
        elif self.resnet:
            assert x is not None
            y = self.skip(x, gain=math.sqrt(0.5))
            x = self.conv0(x, next(rows), noise=noise)
            x = self.conv1(x, next(rows), noise=noise, gain=math.sqrt(0.5))
            x = y + x
        else:
            assert x is not None
            x = self.conv0(x, next(rows), noise=noise)
            x = self.conv1(x, next(rows), noise=noise)
        if image is not None:
            image = upsample_image(image, self.resample_filter)
        if self.torgb is not None:
            y = at_least_float32(self.torgb(x, next(rows)))
            image = y if image is None else image + y
        assert x is not None
        return x, image


class Synthesis(nn.Module):
    """W+ rows (N, num_ws, w_dim), optional structure (N, C, h, w) → picture (N, 3, H, W), about [-1, 1]."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.config = config
        for resolution in config.block_resolutions:
            setattr(self, f"b{resolution}", SynthesisBlock(resolution, config))

    def forward(
        self, ws: Tensor, structure: Tensor | None = None, noise_mode: str = "const", stop_at: int | None = None
    ) -> Tensor:
        if noise_mode not in ("const", "none"):
            raise ValueError(f"unknown noise mode {noise_mode!r}")
        if bool(self.config.structure_channels) != (structure is not None):
            raise ValueError("a structure map is needed exactly when the generator was built for one")
        x, image, row = structure, None, 0
        for resolution in self.config.block_resolutions:
            block: SynthesisBlock = getattr(self, f"b{resolution}")
            rows = ws[:, row : row + block.num_conv + 1]
            x, image = block(x, image, rows, noise=noise_mode == "const")
            row += block.num_conv
            if stop_at is not None and resolution >= stop_at and image is not None:
                break
        assert image is not None
        return image


class Generator(nn.Module):
    """Mapping and synthesis. See the module text for shapes."""

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.config = config
        self.mapping = MappingNetwork(config)
        self.synthesis = Synthesis(config)

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

    def forward(self, z: Tensor, c: Tensor | None = None, truncation_psi: float = 1.0) -> Tensor:
        return self.synthesis(self.mapping(z, c, truncation_psi))
