"""SoundNet, the network that learnt to hear from films (Aytar, Vondrick, Torralba 2016, "SoundNet: Learning Sound
Representations from Unlabeled Video"), and the listener the starter packs make of its first five layers."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.networks.rhythm import RHYTHM_FEATURES, rhythm_features

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
HEARD_FEATURES = 3 * sum(LAYERS[k].channels for k in HEARD_LAYERS)
FEATURES = HEARD_FEATURES + RHYTHM_FEATURES
LENGTH, RHYTHM_LENGTH = 8.0, 4.0
"""Of the two groups of features as the head takes them."""
MOST_SPREADS = 4.0
"""A feature farther from its mean than this many standard deviations says no more than that it is far."""


class SoundNetListener(nn.Module):
    """Waveforms (N, samples) at 22,050 Hz, any level → log-odds (N, labels) of what is heard.

    Each window is brought to the same peak: loudness is the other encoder's business. Mean, maximum and spread over
    time of conv3 … conv5, and the window's rhythm (``engine.networks.rhythm``), standardised by ``centre`` and
    ``spread`` (``FEATURES``,), go through one linear layer. Batch normalisation is folded into the convolutions; needs
    half a second of sound or more.
    """

    def __init__(self, labels: int) -> None:
        super().__init__()
        sizes = [1, *(layer.channels for layer in LAYERS)]
        self.layers = nn.ModuleList(
            nn.Conv1d(before, layer.channels, layer.kernel, layer.stride, layer.padding)
            for before, layer in zip(sizes, LAYERS, strict=False)
        )
        self.register_buffer("centre", torch.zeros(FEATURES))
        self.register_buffer("spread", torch.ones(FEATURES))
        self.head = nn.Linear(FEATURES, labels)

    def features(self, waveform: Tensor) -> Tensor:
        """(N, samples) → (N, ``FEATURES``), not standardised."""
        waveform = waveform / (waveform.abs().amax(dim=1, keepdim=True) + 1e-6)
        x, found = waveform[:, None], []
        for index, (layer, conv) in enumerate(zip(LAYERS, self.layers, strict=True)):
            x = F.relu(conv(x))
            if layer.pool > 1:
                x = F.max_pool1d(x, layer.pool)
            if index in HEARD_LAYERS:
                found += [x.mean(dim=2), x.amax(dim=2), x.std(dim=2)]
        return torch.cat([*found, rhythm_features(waveform, SOUNDNET_RATE)], dim=1)

    def standardised(self, features: Tensor) -> Tensor:
        """Features as the head takes them: the layers' about ``LENGTH`` long, the rhythm's ``RHYTHM_LENGTH``."""
        spread: Tensor = self.get_buffer("spread")
        far = ((features - self.get_buffer("centre")) / spread).clamp(-MOST_SPREADS, MOST_SPREADS)
        heard, rhythm = far.split((HEARD_FEATURES, RHYTHM_FEATURES), dim=1)
        return torch.cat(
            [heard * (LENGTH / HEARD_FEATURES**0.5), rhythm * (RHYTHM_LENGTH / RHYTHM_FEATURES**0.5)], dim=1
        )

    def forward(self, waveform: Tensor) -> Tensor:
        odds: Tensor = self.head(self.standardised(self.features(waveform)))
        return odds.float()
