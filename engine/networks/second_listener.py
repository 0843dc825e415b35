"""The starter packs' second listener: what published networks and the sound's rhythm say about its label."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.networks.rhythm import RHYTHM_FEATURES, rhythm_features
from engine.networks.soundnet import SOUNDNET_FEATURES, SOUNDNET_RATE, SoundNet
from engine.networks.spectrogram_listener import SpectrogramListener
from engine.networks.whisper_layers import HEARD_LAYERS, WHISPER_FEATURES, WhisperLayers

GROUPS = (SOUNDNET_FEATURES, RHYTHM_FEATURES, *(WHISPER_FEATURES // HEARD_LAYERS,) * HEARD_LAYERS)
LENGTHS = (8.0, 4.0, *(8.0,) * HEARD_LAYERS)
"""Of the groups of features as the heads take them."""
FEATURES = sum(GROUPS)
MOST_SPREADS = 4.0
"""A feature farther from its mean than this many standard deviations says no more than that it is far."""
DEEP_SCALE, HIDDEN = 2.0, 128
SPECTROGRAM_SHARE = 0.3
"""The best of 0.2 … 0.7 over two training folds, each held out once, with networks tuned for 320 steps: 0.877 of six
classes instead of 0.866 without."""


class SecondListener(nn.Module):
    """Windows of one clip (N, samples) at 22,050 Hz, any level → odds (labels,) of what is heard; they sum to 1.

    Each window is brought to the same peak: loudness is the other encoder's business. The features of ``SoundNet``,
    the window's rhythm (``engine.networks.rhythm``) and those of ``WhisperLayers``, standardised by ``centre`` and
    ``spread`` (``FEATURES``,), go through a linear ``head`` and through a ``deep`` one with a hidden layer, whose odds
    are averaged: they err on different sounds. So does ``spectrogram``, a network that looks at the sound; its odds
    count for ``SPECTROGRAM_SHARE``. Needs half a second of sound or more, and thirty at most.
    """

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.soundnet, self.whisper = SoundNet(), WhisperLayers()
        self.spectrogram = SpectrogramListener(labels)
        self.register_buffer("centre", torch.zeros(FEATURES))
        self.register_buffer("spread", torch.ones(FEATURES))
        self.head = nn.Linear(FEATURES, labels)
        self.deep = nn.Sequential(
            nn.Dropout(0.2), nn.Linear(FEATURES, HIDDEN), nn.GELU(), nn.Dropout(0.5), nn.Linear(HIDDEN, labels)
        )

    def features(self, waveform: Tensor) -> Tensor:
        """(N, samples) → (N, ``FEATURES``), not standardised."""
        waveform = waveform / (waveform.abs().amax(dim=1, keepdim=True) + 1e-6)
        rhythm = rhythm_features(waveform, SOUNDNET_RATE)
        return torch.cat([self.soundnet(waveform), rhythm, self.whisper(waveform, SOUNDNET_RATE)], dim=1)

    def standardised(self, features: Tensor) -> Tensor:
        """Features as the linear head takes them: the groups about ``LENGTHS`` long."""
        spread: Tensor = self.get_buffer("spread")
        far = ((features - self.get_buffer("centre")) / spread).clamp(-MOST_SPREADS, MOST_SPREADS)
        groups = zip(far.split(GROUPS, dim=1), LENGTHS, GROUPS, strict=True)
        return torch.cat([group * (length / count**0.5) for group, length, count in groups], dim=1)

    def deep_scores(self, standardised: Tensor) -> Tensor:
        """Standardised features (N, ``FEATURES``) → the deep head's log-odds (N, labels)."""
        scores: Tensor = self.deep(DEEP_SCALE * standardised)
        return scores

    def judged(self, standardised: Tensor) -> Tensor:
        """Standardised features of one clip's windows (N, ``FEATURES``) → its odds (labels,)."""
        plain = torch.softmax(self.head(standardised).mean(dim=0), dim=0)
        deep = torch.softmax(self.deep_scores(standardised), dim=1).mean(dim=0)
        return (0.5 * (plain + deep)).float()

    def forward(self, waveform: Tensor) -> Tensor:
        judged = self.judged(self.standardised(self.features(waveform)))
        seen = torch.softmax(self.spectrogram(waveform), dim=1).mean(dim=0)
        return (1 - SPECTROGRAM_SHARE) * judged + SPECTROGRAM_SHARE * seen
