"""How a sound is spread over pitch and how it beats: what tells crickets from birds, waves from wind, drops from
crackles: statistics of the log-mel and its modulation spectrum. No weights."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.networks.mel_bank import mel_bank

WINDOW, HOP = 1024, 172
BANDS, LOWEST_HZ, HIGHEST_HZ = 64, 60.0, 11_000.0
BEATEN_BANDS = BANDS // 2
BEATS_HZ = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
SHORTEST = 512
"""Frames; fewer are followed by silence, so that the slowest beat has a bin."""
ABOVE = 20
"""Bands above this one (about 1 kHz) are asked which is loudest: there insects keep theirs and birds glide."""
RHYTHM_FEATURES = 3 * BANDS + (len(BEATS_HZ) - 1) * BEATEN_BANDS + 8


def _beats(mel: Tensor, rate: int) -> Tensor:
    """Log-mels (N, frames, ``BANDS``) → how strongly each pair of bands beats in each octave of ``BEATS_HZ``."""
    pairs = mel.unflatten(2, (BEATEN_BANDS, 2)).mean(dim=3)
    pairs = pairs - pairs.mean(dim=1, keepdim=True)
    frames = pairs.shape[1]
    taper = torch.hann_window(frames, periodic=False, device=mel.device)[:, None]
    power = torch.fft.rfft(pairs * taper, n=max(SHORTEST, frames), dim=1).abs().square()
    hertz = torch.fft.rfftfreq(max(SHORTEST, frames), HOP / rate).to(mel.device)
    octaves = zip(BEATS_HZ, BEATS_HZ[1:], strict=False)
    found = [power[:, (hertz >= low) & (hertz < high)].mean(dim=1) for low, high in octaves]
    return (torch.stack(found, dim=1) + 1e-3).log().flatten(1)


def rhythm_features(waveform: Tensor, rate: int) -> Tensor:
    """(N, samples) within ±1 at ``rate`` Hz, half a second or longer → (N, ``RHYTHM_FEATURES``): the log-mel's mean
    against its own, spread and range over time per band; its beats; how peaked it is and how its peak moves."""
    bank, hann = mel_bank(
        window=WINDOW, lowest=LOWEST_HZ, highest=HIGHEST_HZ, bands=BANDS, rate=rate, device=waveform.device,
        norm="slaney",
    )  # fmt: skip
    # Scaled so that a full sine is of power 1/4.
    spectrum = torch.stft(waveform, WINDOW, HOP, window=hann / hann.sum(), center=False, return_complex=True)
    mel = (spectrum.abs().square().transpose(1, 2) @ bank + 1e-9).log()
    mean = mel.mean(dim=1)
    ends = torch.quantile(mel, torch.tensor([0.1, 0.9], device=mel.device), dim=1)
    flat = mel.mean(dim=2) - mel.exp().mean(dim=2).log()
    peak = mel.amax(dim=2) - mel.mean(dim=2)
    top = mel[:, :, ABOVE:].argmax(dim=2).float()
    jump = top.diff(dim=1).abs()
    said = [
        flat.exp().mean(dim=1).log(), flat.exp().std(dim=1, correction=0),
        peak.mean(dim=1), peak.std(dim=1, correction=0),
        jump.mean(dim=1), (jump == 0).float().mean(dim=1), top.mean(dim=1) / 10, top.std(dim=1, correction=0),
    ]  # fmt: skip
    spread = mel.std(dim=1, correction=0)
    return torch.cat(
        [mean - mean.mean(dim=1, keepdim=True), spread, ends[1] - ends[0], _beats(mel, rate), torch.stack(said, dim=1)],
        dim=1,
    )
