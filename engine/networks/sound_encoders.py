"""Networks that listen: log-mel (N, 1, mels, frames) in [-1, 1] → unit vectors (N, d) in the joint space."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.networks.second_listener import SecondListener

SWIN_KINDS: dict[str, dict[str, Any]] = {
    # The paper's encoder at full size, and one that two CPU cores can train.
    "swin_tiny": {"embed_dim": 96, "depths": (2, 2, 6, 2), "num_heads": (3, 6, 12, 24), "patch_size": 4},
    "swin_small": {"embed_dim": 32, "depths": (2, 2, 2), "num_heads": (2, 4, 8), "patch_size": 4},
}


class SwinSoundEncoder(nn.Module):
    """Swin transformer on the mel picture (paper §4.1). ``mels`` × ``frames`` is fixed by the weights.

    The window is (w_mel, w_frame) tokens per attention block; ``window`` must divide the deepest token grid, or be
    larger than it (timm then shrinks it).
    """

    def __init__(self, out_dim: int, mels: int, frames: int, kind: str = "swin_tiny", window: int = 4,
                 drop_path: float = 0.0) -> None:
        super().__init__()
        from timm.models.swin_transformer import SwinTransformer

        self.body = SwinTransformer(
            img_size=cast(int, (mels, frames)), in_chans=1, num_classes=0, window_size=window,
            drop_path_rate=drop_path, **SWIN_KINDS[kind],
        )
        self.head = nn.Linear(int(self.body.num_features), out_dim)

    def forward(self, mel: Tensor) -> Tensor:
        return functional.normalize(self.head(self.body(mel)).float(), dim=-1)


class ResNetSoundEncoder(nn.Module):
    """ResNet-50 (workshop 2021) or ResNet-18 (CVPR 2022) with a one-channel input; any mel size ≥ 32×32."""

    def __init__(self, out_dim: int, depth: int = 18) -> None:
        super().__init__()
        from torchvision.models import resnet18, resnet50

        if depth not in (18, 50):
            raise ValueError("A ResNet sound encoder has 18 or 50 layers.")
        self.body = (resnet18 if depth == 18 else resnet50)(weights=None, num_classes=out_dim)
        self.body.conv1 = nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)

    def forward(self, mel: Tensor) -> Tensor:
        return functional.normalize(self.body(mel).float(), dim=-1)


class _ConvBlock(nn.Module):
    """Depthwise 5×5 → LayerNorm → widen → GELU → narrow, added to its input (the ConvNeXt block)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(width, width, 5, padding=2, groups=width)
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, 3 * width)
        self.narrow = nn.Linear(3 * width, width)
        self.scale = nn.Parameter(torch.full((width,), 0.1))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        y = self.narrow(functional.gelu(self.widen(y))) * self.scale
        return x + y.permute(0, 3, 1, 2)


class _Shrink(nn.Module):
    """LayerNorm over channels, then a strided convolution that halves both sides."""

    def __init__(self, narrow: int, wide: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(narrow)
        self.conv = nn.Conv2d(narrow, wide, 2, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.conv(self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2))
        return result


class ConvSoundEncoder(nn.Module):
    """A convolutional stem and a few ConvNeXt blocks, LayerNorm throughout: the one for two CPU cores and for DDP.

    LayerNorm rather than BatchNorm because a batch split over ranks must give the same numbers as a whole one
    (SyncBatchNorm is CUDA-only), and because one recording must embed the same alone or in company. The mel axis is
    kept apart until the end (mean and maximum over time, then all mel rows side by side), since pitch carries
    meaning; any number of frames ≥ 16 works, ``mels`` is fixed.
    """

    def __init__(self, out_dim: int, mels: int, widths: tuple[int, ...] = (32, 64, 128, 192),
                 depths: tuple[int, ...] = (1, 1, 2, 1)) -> None:
        super().__init__()
        if len(widths) != len(depths):
            raise ValueError("A convolutional sound encoder needs as many widths as depths.")
        reduced = mels // 4 // 2 ** (len(widths) - 1)
        if reduced < 1:
            raise ValueError(f"{mels} mel bands are too few for {len(widths)} stages.")
        self.stem = nn.Conv2d(1, widths[0], 4, stride=4)
        stages: list[nn.Module] = []
        for i, (width, depth) in enumerate(zip(widths, depths, strict=True)):
            if i:
                stages.append(_Shrink(widths[i - 1], width))
            stages += [_ConvBlock(width) for _ in range(depth)]
        self.stages = nn.Sequential(*stages)
        self.norm = nn.LayerNorm(2 * reduced * widths[-1])
        self.head = nn.Linear(2 * reduced * widths[-1], out_dim)

    def forward(self, mel: Tensor) -> Tensor:
        x = self.stages(self.stem(mel))
        # Mean says how dense a sound is over the window, maximum that it happened at all.
        pooled = torch.cat([x.mean(dim=3), x.amax(dim=3)], dim=1).flatten(1)
        return functional.normalize(self.head(self.norm(pooled)).float(), dim=-1)


class TwoListeners(nn.Module):
    """An encoder of log-mels, which is what a call is answered with, and beside it a ``second`` listener of waveforms.

    ``meanings`` (K, d): the text vectors of the labels both learnt, of which the second gives the odds; ``expected``
    (K,): how much more often than others a label is; ``quiet`` (d,): the direction in which faint sounds lean
    (``engine.embedding.joint.towards_meanings``).
    """

    def __init__(self, first: nn.Module, labels: int, out_dim: int) -> None:
        super().__init__()
        self.first, self.second = first, SecondListener(labels)
        self.register_buffer("meanings", torch.zeros(labels, out_dim))
        self.register_buffer("expected", torch.ones(labels))
        self.register_buffer("quiet", torch.zeros(out_dim))

    def forward(self, mel: Tensor) -> Tensor:
        vectors: Tensor = self.first(mel)
        return vectors


def build_sound_encoder(config: dict[str, Any]) -> nn.Module:
    """The ``sgim_sound_encoder`` architecture: ``kind`` conv | swin_small | swin_tiny | resnet18 | resnet50.

    ``out_dim`` d of the joint embedder; ``mels`` and ``frames`` of the mel front end; conv also takes ``widths`` and
    ``depths``, Swin ``window`` and ``drop_path``. With ``second_labels`` K, a second listener of K labels beside it.
    Raises ValueError for anything else.
    """
    config = dict(config)
    if "second_labels" in config:
        labels = int(config.pop("second_labels"))
        return TwoListeners(build_sound_encoder(config), labels, int(config["out_dim"]))
    kind = config.pop("kind", "conv")
    out_dim, mels, frames = (int(config.pop(name)) for name in ("out_dim", "mels", "frames"))
    if kind == "conv":
        shape = {name: tuple(config.pop(name)) for name in ("widths", "depths") if name in config}
        network: nn.Module = ConvSoundEncoder(out_dim, mels, **shape)
    elif kind in SWIN_KINDS:
        options = {name: config.pop(name) for name in ("window", "drop_path") if name in config}
        network = SwinSoundEncoder(out_dim, mels, frames, kind, **options)
    elif kind in ("resnet18", "resnet50"):
        network = ResNetSoundEncoder(out_dim, int(kind.removeprefix("resnet")))
    else:
        raise ValueError(f"'{kind}' is no sound encoder; choose conv, swin_small, swin_tiny, resnet18 or resnet50.")
    if config:
        raise ValueError(f"A {kind} sound encoder does not take {', '.join(sorted(config))}.")
    return network


def make_sound_encoder(**config: Any) -> nn.Module:
    """:func:`build_sound_encoder` with its configuration as keywords, for the registry."""
    return build_sound_encoder(config)
