"""A network that learnt to see, looking at sounds: EfficientNet-Lite0 on the log-mel (Liu 2020; Tan, Le 2019).

What was learnt from a million photographs tells edges and textures apart, in a spectrogram as well: such networks,
tuned on a few recordings, hear better than those that start from nothing (Palanisamy, Singhania, Yao 2020, "Rethinking
CNN models for audio classification").
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from engine.networks.mel_bank import mel_bank

SPECTROGRAM_RATE, WINDOW, HOP, BANDS, LOWEST_HZ = 22_050, 1024, 441, 128, 30.0
RANGE_DB, SPREAD_DB = 80.0, 20.0
ARCHITECTURE = "tf_efficientnet_lite0"
DROPOUT = 0.3


def spectrogram(waveform: Tensor) -> Tensor:
    """(N, samples) of any level at 22,050 Hz → log-mels (N, ``BANDS``, frames), fifty a second.

    In units of 20 dB about their mean; nothing lies more than 80 dB under the loudest.
    """
    bank, window = mel_bank(
        window=WINDOW, lowest=LOWEST_HZ, highest=SPECTROGRAM_RATE / 2, bands=BANDS, rate=SPECTROGRAM_RATE,
        device=waveform.device,
    )  # fmt: skip
    heard = waveform / (waveform.abs().amax(dim=1, keepdim=True) + 1e-6)
    power = torch.stft(heard, WINDOW, HOP, window=window, return_complex=True)[..., :-1].abs().square()
    mel = 10 * (bank.T @ power).clamp_min(1e-10).log10()
    mel = torch.maximum(mel, mel.amax(dim=(1, 2), keepdim=True) - RANGE_DB)
    return (mel - mel.mean(dim=(1, 2), keepdim=True)) / SPREAD_DB


class SpectrogramListener(nn.Module):
    """Windows of one clip (N, samples) at 22,050 Hz → log-odds (N, labels)."""

    def __init__(self, labels: int) -> None:
        super().__init__()
        import timm

        self.network = timm.create_model(
            ARCHITECTURE, pretrained=False, in_chans=1, num_classes=labels, drop_rate=DROPOUT, drop_path_rate=0.1
        )

    @property
    def classifier(self) -> nn.Linear:
        """The last layer: one row per label."""
        return cast(nn.Linear, self.network.classifier)

    def scores(self, spectrograms: Tensor) -> Tensor:
        """Spectrograms (N, ``BANDS``, frames), any number of frames from 32 on → log-odds (N, labels)."""
        scores: Tensor = self.network(spectrograms[:, None].contiguous(memory_format=torch.channels_last))
        return scores

    def forward(self, waveform: Tensor) -> Tensor:
        return self.scores(spectrogram(waveform))
