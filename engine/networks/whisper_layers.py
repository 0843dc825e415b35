"""The first layers of Whisper's encoder (Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak
Supervision"; its size "base"): what was learnt from 680,000 hours of recordings, few of them clean, hears more than
speech."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchaudio.functional import resample

from engine.networks.mel_bank import mel_bank

WHISPER_RATE, WINDOW, HOP, BANDS = 16_000, 400, 160, 80
PEAK = 0.7
"""A window's peak is brought there: its log-mel is not free of level."""
WIDTH, HEADS, HEARD_LAYERS = 512, 8, 2
WHISPER_FEATURES = 2 * HEARD_LAYERS * WIDTH


def whisper_mel(waveform: Tensor, rate: int) -> Tensor:
    """(N, samples) of any level at ``rate`` Hz → log-mels (N, ``BANDS``, frames) as Whisper takes them."""
    # Filters as librosa makes them.
    bank, window = mel_bank(
        window=WINDOW, lowest=0.0, highest=WHISPER_RATE / 2, bands=BANDS, rate=WHISPER_RATE, device=waveform.device,
        norm="slaney", scale="slaney",
    )  # fmt: skip
    heard = waveform * (PEAK / (waveform.abs().amax(dim=1, keepdim=True) + 1e-6))
    spectrum = torch.stft(resample(heard, rate, WHISPER_RATE), WINDOW, HOP, window=window, return_complex=True)
    mel = (bank.T @ spectrum[..., :-1].abs().square()).clamp_min(1e-10).log10()
    return (torch.maximum(mel, mel.amax(dim=(1, 2), keepdim=True) - 8) + 4) / 4


def positions(count: int, device: torch.device) -> Tensor:
    """Sines and cosines (count, ``WIDTH``) that tell a layer which moment it hears."""
    steps = torch.exp(-math.log(10_000) / (WIDTH // 2 - 1) * torch.arange(WIDTH // 2, device=device))
    angles = torch.arange(count, device=device)[:, None] * steps
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class WhisperLayers(nn.Module):
    """Two convolutions over time and ``HEARD_LAYERS`` of the transformer behind them."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(BANDS, WIDTH, 3, padding=1)
        self.conv2 = nn.Conv1d(WIDTH, WIDTH, 3, stride=2, padding=1)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, 0.0, F.gelu, batch_first=True, norm_first=True)
            for _ in range(HEARD_LAYERS)
        )

    def forward(self, waveform: Tensor, rate: int) -> Tensor:
        """(N, samples) of any level, half a second to thirty → (N, ``WHISPER_FEATURES``): mean and spread over time of
        each layer."""
        x = F.gelu(self.conv2(F.gelu(self.conv1(whisper_mel(waveform, rate))))).transpose(1, 2)
        x, found = x + positions(x.shape[1], x.device), []
        for layer in self.layers:
            x = layer(x)
            found += [x.mean(dim=1), x.std(dim=1)]
        return torch.cat(found, dim=1)
