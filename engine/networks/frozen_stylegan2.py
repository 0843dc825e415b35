"""StyleGAN2's synthesis as latent optimisation runs it: frozen weights, one node of the graph per layer.

The numbers are those of ``engine.networks.stylegan2`` (up to rounding), with gradients to the W+ rows and the
structure only. What makes it fast and lean:

- one autograd node per layer keeps only the layer's input and output, and the output *is* the next layer's input:
  memory of one tensor per layer instead of eight;
- the gradient of the demodulation is read off the output (see ``_FrozenLayer.backward``), so the bare convolution
  need not be kept or computed again;
- weights are brought once into the wanted precision and layout (channels last);
- toRGB, whose weight is tiny, is modulated the fused way, and the picture is summed in float32.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.networks.stylegan2 import (
    SQRT2,
    SkipConv,
    Synthesis,
    SynthesisBlock,
    SynthesisLayer,
    ToRGB,
    at_least_float32,
    fit_noise,
    upsample_image,
)

_SLOPE = 0.2


def _sums(x: Tensor) -> Tensor:
    """(N, C, H, W) channels last → its sum over each picture, (N, C) at least float32.

    Lines are summed first, in the tensor's own precision (torch adds them up in float32 and rounds once), so that
    nothing of the picture's size is made.
    """
    return at_least_float32(x.permute(0, 2, 3, 1).sum(2)).sum(1)


class _FrozenLayer(torch.autograd.Function):
    """Modulated convolution, noise, bias, leaky ReLU: gradients to ``x``, ``styles`` and ``scale`` only.

    ``scale``, ``noise`` and ``bias`` hold the gain: out = clamp(lrelu(scale · conv(x·styles) + noise + bias)).
    """

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, styles: Tensor, scale: Tensor, weight: Tensor, blur: Tensor | None,
        bias: Tensor, noise: Tensor | None, clamp: float | None,
    ) -> Tensor:  # fmt: skip
        dtype = weight.dtype
        modulated = x * styles[:, :, None, None].to(dtype)
        if blur is None:
            y = F.conv2d(modulated, weight, padding=weight.shape[-1] // 2)
        else:
            y = F.conv_transpose2d(modulated, weight, stride=2)
            del modulated
            y = F.conv2d(y, blur, padding=1, groups=len(blur))
        torch.addcmul(bias[:, None, None], y, scale[:, :, None, None].to(dtype), out=y)
        if noise is not None:
            y.add_(noise)
        F.leaky_relu_(y, _SLOPE)
        if clamp is not None:
            y.clamp_(-clamp, clamp)
        ctx.save_for_backward(x, styles, scale, weight, blur, bias, noise, y)
        ctx.clamp = clamp
        return y

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        (grad,) = grads
        x, styles, scale, weight, blur, bias, noise, y = ctx.saved_tensors
        dtype = weight.dtype
        if ctx.clamp is not None:
            grad = grad.masked_fill(y.abs() >= ctx.clamp, 0.0)
        g = torch.ops.aten.leaky_relu_backward(grad, y, _SLOPE, True)
        # z = scale·u + noise + bias went into the leaky ReLU, whose slope cancels: g·z = grad·y. So
        # d/dscale = Σ g·u = (Σ grad·y − Σ g·noise − bias·Σ g) / scale, without u.
        rest = _sums(grad * y) - bias.float() * _sums(g)
        if noise is not None:
            rest = rest - _sums(g * noise)
        d_scale = (rest / scale).to(scale.dtype)
        g.mul_(scale[:, :, None, None].to(dtype))
        if blur is None:
            half = weight.shape[-1] // 2
            g = torch.ops.aten.convolution_backward(
                g, x, weight, None, [1, 1], [half, half], [1, 1], False, [0, 0], 1, [True, False, False]
            )[0]
        else:
            # The blur is symmetric: its adjoint is itself with the complementary padding.
            g = F.conv2d(g, blur, padding=2, groups=len(blur))
            g = F.conv2d(g, weight, stride=2)
        d_styles = _sums(g * x).to(styles.dtype)
        d_x = g.mul_(styles[:, :, None, None].to(dtype)) if ctx.needs_input_grad[0] else None
        return d_x, d_styles, d_scale, None, None, None, None, None


class _Layer:
    """One ``SynthesisLayer`` in its frozen form."""

    def __init__(self, layer: SynthesisLayer, dtype: torch.dtype, gain: float) -> None:
        self.source, self.dtype = layer, dtype
        self.gain = SQRT2 * gain
        weight = layer.weight.detach()
        self.energy = at_least_float32(weight).square().sum(dim=(2, 3))
        self.blur: Tensor | None = None
        if layer.up:
            weight = weight.transpose(0, 1)
            kernel = (layer.resample_filter * 4.0).to(dtype)
            self.blur = kernel[None, None].expand(weight.shape[1], 1, -1, -1).contiguous()
        self.weight = weight.to(dtype=dtype, memory_format=torch.channels_last)
        self.bias = (layer.bias.detach() * self.gain).to(dtype)
        self.noise: Tensor | None = None
        if layer.use_noise:
            self.noise = layer.noise_const * (layer.noise_strength.detach() * self.gain)
        self.clamp = None if layer.clamp is None else layer.clamp * gain

    def __call__(self, x: Tensor, w: Tensor) -> Tensor:
        styles = self.source.affine(w)
        scale = (styles.square() @ self.energy.t() + 1e-8).rsqrt() * self.gain
        noise = None
        if self.noise is not None:
            factor = 1 if self.blur is None else 2
            noise = fit_noise(self.noise, x.shape[2] * factor, x.shape[3] * factor).to(self.dtype)
        return _FrozenLayer.apply(x, styles, scale, self.weight, self.blur, self.bias, noise, self.clamp)


class _Colours:
    """One ``ToRGB``: (N, C, H, W) → (N, colours, H, W), at least float32."""

    def __init__(self, layer: ToRGB) -> None:
        self.source = layer
        self.weight, self.bias = layer.weight.detach()[:, :, 0, 0], layer.bias.detach()

    def __call__(self, x: Tensor, w: Tensor) -> Tensor:
        n, channels, height, width = x.shape
        styles = self.source.affine(w) * self.source.gain
        weight = (self.weight[None] * styles[:, None]).to(x.dtype)
        y = x.permute(0, 2, 3, 1).reshape(n, height * width, channels) @ weight.transpose(1, 2)
        picture = at_least_float32(y.transpose(1, 2).reshape(n, -1, height, width)) + self.bias[:, None, None]
        return picture if self.source.clamp is None else picture.clamp(-self.source.clamp, self.source.clamp)


class _Block:
    """One ``SynthesisBlock`` in its frozen form."""

    def __init__(self, block: SynthesisBlock, dtype: torch.dtype) -> None:
        self.resample_filter = block.resample_filter
        gain = 0.5**0.5 if block.resnet else 1.0
        self.skip: SkipConv | None = block.skip if block.resnet else None
        self.skip_gain = gain
        self.const = block.const.detach() if block.conv0 is None else None
        self.conv0 = None if block.conv0 is None else _Layer(block.conv0, dtype, 1.0)
        self.conv1 = _Layer(block.conv1, dtype, gain)
        self.colours = None if block.torgb is None else _Colours(block.torgb)

    def __call__(self, x: Tensor, image: Tensor | None, rows: list[Tensor]) -> tuple[Tensor, Tensor | None]:
        used = iter(rows)
        residual = self.skip(x, gain=self.skip_gain) if self.skip is not None else None
        if self.conv0 is not None:
            x = self.conv0(x, next(used))
        x = self.conv1(x, next(used))
        if residual is not None:
            x = residual + x
        if image is not None:
            image = upsample_image(image, self.resample_filter)
        if self.colours is not None:
            y = self.colours(x, next(used))
            image = y if image is None else image + y
        return x, image


class FrozenSynthesis:
    """W+ rows (N, num_ws, w_dim), optional structure (N, C, h, w) → picture (N, 3, H, W) float32, about [-1, 1].

    Made from a ``Synthesis`` whose weights no longer change (they are copied into ``dtype``); stored noise.
    """

    def __init__(self, synthesis: Synthesis, dtype: torch.dtype = torch.float32) -> None:
        self.config, self.dtype = synthesis.config, dtype
        blocks = [getattr(synthesis, f"b{resolution}") for resolution in self.config.block_resolutions]
        self._lengths = [block.num_conv for block in blocks]
        self._blocks = [_Block(block, dtype) for block in blocks]

    def __call__(self, ws: Tensor, structure: Tensor | None = None) -> Tensor:
        if bool(self.config.structure_channels) != (structure is not None):
            raise ValueError("a structure map is needed exactly when the generator was built for one")
        x = structure
        if x is None:
            const = self._blocks[0].const
            assert const is not None
            x = const.unsqueeze(0).expand(len(ws), -1, -1, -1)
        x = x.to(dtype=self.dtype, memory_format=torch.channels_last)
        image: Tensor | None = None
        row = 0
        for block, length in zip(self._blocks, self._lengths, strict=True):
            x, image = block(x, image, list(ws[:, row : row + length + 1].unbind(1)))
            row += length
        assert image is not None
        return image
