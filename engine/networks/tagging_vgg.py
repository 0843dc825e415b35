"""The network that learnt to tag music (Pons, Serra 2019, "musicnn: pre-trained convolutional neural networks for music
audio tagging"; its VGG trained on MagnaTagATune), up to its last pooling: what instruments sound like tells rain from
fire, too."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchaudio.functional import melscale_fbanks, resample

TAGGER_RATE, WINDOW, HOP, BANDS = 16_000, 512, 256, 96
COMPRESSION = 10_000.0
PEAK = 0.7
"""The network was taught by music as it is sold; a window's peak is brought there."""
CHANNELS = 128
POOLS = (((4, 1), (2, 2)), ((2, 2), (2, 2)), ((2, 2), (2, 2)), ((2, 2), (2, 2)), ((4, 4), (4, 4)))
"""Of each layer: the size and the stride of the maximum behind it, over time and bands."""
HEARD_BANDS = {2: 1, 3: 2, 4: 1}
"""Layer → into how many ranges of pitch its answer is averaged."""
TAGGER_FEATURES = 3 * CHANNELS * sum(HEARD_BANDS.values())
EPSILON = 1e-3


@lru_cache(maxsize=4)
def _bank(device: torch.device) -> tuple[Tensor, Tensor]:
    """Mel filters (bins, ``BANDS``) as librosa makes them, and the window."""
    bank = melscale_fbanks(WINDOW // 2 + 1, 0.0, TAGGER_RATE / 2, BANDS, TAGGER_RATE, "slaney", "slaney")
    return bank.to(device), torch.hann_window(WINDOW, device=device)


def tagger_mel(waveform: Tensor, rate: int) -> Tensor:
    """(N, samples) of any level at ``rate`` Hz → log-mels (N, frames, ``BANDS``) as the network was taught with."""
    bank, window = _bank(waveform.device)
    heard = resample(waveform, rate, TAGGER_RATE)
    heard = heard * (PEAK / (heard.abs().amax(dim=1, keepdim=True) + 1e-6))
    spectrum = torch.stft(heard, WINDOW, HOP, window=window, center=True, return_complex=True)
    return (spectrum.abs().square().transpose(1, 2) @ bank * COMPRESSION + 1).log10()


class TaggingVGG(nn.Module):
    """Five convolutions over time and pitch; each is followed by a rectifier, its normalisation and a maximum."""

    def __init__(self) -> None:
        super().__init__()
        self.entry = nn.BatchNorm2d(1, eps=EPSILON)
        self.convs = nn.ModuleList(
            nn.Conv2d(CHANNELS if index else 1, CHANNELS, 3, padding=1) for index in range(len(POOLS))
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(CHANNELS, eps=EPSILON) for _ in POOLS)

    def forward(self, waveform: Tensor, rate: int) -> Tensor:
        """(N, samples) of any level, three seconds or longer → (N, ``TAGGER_FEATURES``): mean, maximum and spread over
        time of the last three layers."""
        x, found = self.entry(tagger_mel(waveform, rate)[:, None]).to(memory_format=torch.channels_last), []
        for index, (conv, norm, pool) in enumerate(zip(self.convs, self.norms, POOLS, strict=True)):
            x = F.max_pool2d(norm(F.relu(conv(x))), *pool)
            if index in HEARD_BANDS:
                heard = F.adaptive_avg_pool2d(x, (x.shape[2], HEARD_BANDS[index])).transpose(2, 3).flatten(1, 2)
                found += [heard.mean(dim=2), heard.amax(dim=2), heard.std(dim=2)]
        return torch.cat(found, dim=1)
