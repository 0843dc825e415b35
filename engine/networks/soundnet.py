"""SoundNet, the network that learnt to hear from films (Aytar, Vondrick, Torralba 2016, "SoundNet: Learning Sound
Representations from Unlabeled Video"), up to its fifth layer."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SOUNDNET_RATE = 22_050


@dataclass(frozen=True)
class Layer:
    """One convolution over time, with the maximum pooling behind it (1: none)."""

    channels: int
    kernel: int
    stride: int
    padding: int
    pool: int


LAYERS = (
    Layer(16, 64, 2, 32, 8),
    Layer(32, 32, 2, 16, 8),
    Layer(64, 16, 2, 8, 1),
    Layer(128, 8, 2, 4, 1),
    Layer(256, 4, 2, 2, 4),
)
"""conv1 … conv5 of the 8-layer network; the later ones name objects and scenes of films and cost ten times as much."""
HEARD_LAYERS = (2, 3, 4)
SOUNDNET_FEATURES = 3 * sum(LAYERS[k].channels for k in HEARD_LAYERS)


class SoundNet(nn.ModuleList):
    """Waveforms (N, samples) at 22,050 Hz whose peak is 1 → (N, ``SOUNDNET_FEATURES``): mean, maximum and spread over
    time of conv3 … conv5.

    Batch normalisation is folded into the convolutions; needs half a second of sound or more.
    """

    def __init__(self) -> None:
        sizes = [1, *(layer.channels for layer in LAYERS)]
        super().__init__(
            nn.Conv1d(before, layer.channels, layer.kernel, layer.stride, layer.padding)
            for before, layer in zip(sizes, LAYERS, strict=False)
        )

    def forward(self, waveform: Tensor) -> Tensor:
        x, found = waveform[:, None], []
        for index, (layer, conv) in enumerate(zip(LAYERS, self, strict=True)):
            x = F.relu(conv(x))
            if layer.pool > 1:
                x = F.max_pool1d(x, layer.pool)
            if index in HEARD_LAYERS:
                found += [x.mean(dim=2), x.amax(dim=2), x.std(dim=2)]
        return torch.cat(found, dim=1)
