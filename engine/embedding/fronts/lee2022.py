"""Front end of Lee et al. 2022 (kuai-lab), mel scramble included."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor
from torch.nn import functional as F
from torchaudio.functional import melscale_fbanks

from engine.embedding.fronts.waveform import spread_starts, wave_at
from engine.media.sound import Sound

RATE, N_FFT, HOP, MELS, FRAMES = 44_100, 2048, 512, 128, 864
MOST_WINDOWS = 4
_FRAMES_AT_ONCE = 4096  # an hour of sound is transformed in pieces, or its spectrogram would take 5 GB


@cache
def _filters() -> Tensor:
    filters = melscale_fbanks(N_FFT // 2 + 1, 0.0, RATE / 2, MELS, RATE, norm="slaney", mel_scale="slaney")
    return filters.double().T


def mel_power(wave: Tensor) -> Tensor:
    """(n,) at 44.1 kHz → (128, 1 + n//512) mel power: periodic Hann, centred with reflect padding, Slaney filters.

    Computed in float64 and rounded once. A wave too short to be reflected is padded with silence first.
    """
    if len(wave) <= N_FFT // 2:
        wave = F.pad(wave, (0, N_FFT // 2 + 1 - len(wave)))
    padded = F.pad(wave.double()[None], (N_FFT // 2, N_FFT // 2), mode="reflect")[0]
    window = torch.hann_window(N_FFT, periodic=True, dtype=torch.float64)
    frames = 1 + (len(padded) - N_FFT) // HOP
    pieces = []
    for first in range(0, frames, _FRAMES_AT_ONCE):
        last = min(first + _FRAMES_AT_ONCE, frames)
        piece = padded[first * HOP : (last - 1) * HOP + N_FFT]
        spectrum = torch.fft.rfft(piece.unfold(0, N_FFT, HOP) * window)
        pieces.append((_filters() @ spectrum.abs().square().T).float())
    return torch.cat(pieces, dim=1)


def normalised_decibels(power: Tensor) -> Tensor:
    """Mel power → [0,1]: decibels below the clip's own maximum, 80 dB deep. This removes the clip's loudness."""
    decibels = 10 * torch.log10(power.double().clamp(min=1e-10))
    decibels = decibels - decibels.max()
    return (decibels.clamp(min=-80.0) / 80 + 1).float()


def scrambled(mel: Tensor, first: int = 0) -> Tensor:
    """Frames ``first``… of (128, frames) in [0,1] → (1,128,512), the network's input.

    864 frames are cut, or zeros added at the right; resized to 512 mel rows × 128 time columns, and then
    *reshaped* to 128×512 (row r holds resized rows 4r..4r+3 end to end). The authors meant a transpose,
    but trained with this, so their weights need it.
    """
    cut = mel[:, first : first + FRAMES]
    cut = F.pad(cut, (0, FRAMES - cut.shape[1]))
    resized = F.interpolate(cut[None, None], size=(512, 128), mode="bilinear", align_corners=False)
    return resized.reshape(1, 128, 512)


def lee2022_front(sound: Sound) -> tuple[Tensor, list[tuple[float, float]]]:
    """Sound → ((windows,1,128,512), windows heard in seconds); at most four windows of ten seconds."""
    mel = normalised_decibels(mel_power(wave_at(sound, RATE)))
    starts = spread_starts(mel.shape[1], FRAMES, MOST_WINDOWS)
    heard = [(s * HOP / RATE, min((s + FRAMES) * HOP / RATE, sound.seconds)) for s in starts]
    return torch.stack([scrambled(mel, s) for s in starts]), heard
