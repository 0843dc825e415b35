"""Wav2CLIP (descriptinc/lyrebird-wav2clip): a 16 kHz wave becomes a CLIP ViT-B/32 vector."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.networks.resnet18 import ResNet18Features

N_FFT, HOP = 512, 353


class Spectrogram(nn.Module):
    """Power spectrogram, periodic Hann window, centred, reflect padding; the window is a stored buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(N_FFT, periodic=True, device="cpu"))

    def forward(self, waves: Tensor) -> Tensor:
        """(N,samples) → (N,257,frames)."""
        window = self.window
        assert isinstance(window, Tensor)
        spectrum = torch.stft(waves, N_FFT, HOP, window=window, center=True, pad_mode="reflect", return_complex=True)
        return spectrum.abs().square()


class _AudioEncoder(ResNet18Features):
    def __init__(self) -> None:
        super().__init__(1)
        self.spectrogram = Spectrogram()


class _AudioTransform(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        # Index 2 was dropout in training: it has no weights, but its place keeps the published names.
        self.sequential = nn.Sequential(nn.Linear(512, 512), nn.ReLU(), nn.Identity(), nn.Linear(512, 512))

    def forward(self, x: Tensor) -> Tensor:
        return self.sequential(x)


class Wav2CLIP(nn.Module):
    """Encoder and transform of ``Wav2CLIP.pt``.

    The published network standardises its log spectrogram with one mean and one deviation over the *whole
    batch*, so a clip's vector depends on its neighbours. Here every clip of a batch gets its own statistics,
    which equals the published network given one clip at a time; ``shared_statistics=True`` is the published
    behaviour for batches.
    """

    embedding_size = 512
    sample_rate = 16_000

    def __init__(self) -> None:
        super().__init__()
        self.audio_encoder = _AudioEncoder()
        self.audio_transform = _AudioTransform()

    def log_spectrogram(self, waves: Tensor, shared_statistics: bool = False) -> Tensor:
        """(N,samples) at 16 kHz in [-1,1] → (N,1,257,frames), standardised."""
        x = torch.log(self.audio_encoder.spectrogram(waves) + 1e-7)[:, None]
        axes = (0, 1, 2, 3) if shared_statistics else (1, 2, 3)
        return (x - x.mean(dim=axes, keepdim=True)) / (x.std(dim=axes, keepdim=True) + 1e-9)

    def encoder_features(self, waves: Tensor, shared_statistics: bool = False) -> Tensor:
        """(N,samples) → (N,512) before the transform to CLIP's space."""
        return self.audio_encoder(self.log_spectrogram(waves, shared_statistics))

    def forward(self, waves: Tensor, shared_statistics: bool = False) -> Tensor:
        """(N,samples) at 16 kHz in [-1,1], at least 257 samples → (N,512), not normalised."""
        return self.audio_transform(self.encoder_features(waves, shared_statistics))
