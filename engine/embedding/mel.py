"""Sound → log-mel picture: the front end every sound encoder of ours listens through.

Loudness survives: decibels are measured against one FIXED reference (a full-scale sine), never against the
clip's own maximum. The published code used ``power_to_db(ref=max)``, which cancels any gain (KNOWLEDGE §1),
although the paper claims an intensity-aware representation.
"""

from __future__ import annotations

import functools
import math
from dataclasses import asdict, dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import PackError


@dataclass(frozen=True)
class MelConfig:
    """Everything that must agree between a sound encoder's weights and its input; stored in the pack's manifest.

    ``sample_rate`` Hz; ``n_fft``, ``hop`` samples; ``f_min``/``f_max`` Hz; ``frames`` columns of one window;
    ``db_floor`` dB relative to a full-scale sine: what is quieter counts as silence (maps to -1);
    ``db_ceiling`` dB that maps to +1.
    """

    sample_rate: int = 32_000
    n_fft: int = 1024
    hop: int = 320
    n_mels: int = 64
    f_min: float = 50.0
    f_max: float = 14_000.0
    frames: int = 512
    db_floor: float = -90.0
    db_ceiling: float = 0.0

    @property
    def window_samples(self) -> int:
        """Length of one window in samples."""
        return self.frames * self.hop

    @property
    def window_seconds(self) -> float:
        """Length of one window in seconds (5.12 by default)."""
        return self.window_samples / self.sample_rate

    def to_dict(self) -> dict[str, Any]:
        """Plain values for ``pack.json``."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> MelConfig:
        """The inverse of :meth:`to_dict`; raises PackError on an unknown or missing-typed name."""
        known = {f.name for f in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise PackError(f"The mel parameters name {', '.join(unknown)}, which this version does not know; "
                            "install a newer version of the program or verify the pack.")
        return cls(**values)


class LogMel(nn.Module):
    """Samples (B, n) in ±1 → (B, 1, n_mels, frames) in [-1, 1], float32, on the samples' device; differentiable.

    -1 is ``db_floor`` and below, +1 is ``db_ceiling`` and above, linear in decibels between. A gain of G dB
    therefore shifts every cell that is in range by exactly 2·G / (db_ceiling - db_floor).
    """

    def __init__(self, config: MelConfig) -> None:
        super().__init__()
        from torchaudio.transforms import MelSpectrogram

        self.config = config
        self.mel = MelSpectrogram(
            sample_rate=config.sample_rate, n_fft=config.n_fft, hop_length=config.hop, f_min=config.f_min,
            f_max=config.f_max, n_mels=config.n_mels, power=2.0, center=True, pad_mode="constant",
        )
        # A full-scale sine has |STFT| = sum(window) / 2 at its bin: this is 0 dB.
        self.reference = float(self.mel.spectrogram.window.sum() / 2) ** 2

    def forward(self, samples: Tensor) -> Tensor:
        config = self.config
        # Half precision cannot hold the 90 dB between a whisper and a shout: the front end is always float32.
        with torch.autocast(samples.device.type, enabled=False):
            power = self.mel(samples.float()) / self.reference
            decibels = 10.0 * torch.log10(power.clamp_min(10.0 ** (config.db_floor / 10.0)))
        # center=True gives one frame more than n / hop; the last one sees mostly padding.
        decibels = decibels[..., : samples.shape[-1] // config.hop]
        span = config.db_ceiling - config.db_floor
        scaled = (decibels - config.db_floor) * (2.0 / span) - 1.0
        return scaled.clamp(-1.0, 1.0).unsqueeze(1)


@functools.lru_cache(maxsize=8)
def _front_end(config: MelConfig, device: str) -> LogMel:
    return LogMel(config).to(device).requires_grad_(False)


def log_mel(samples: Tensor, config: MelConfig | None = None) -> Tensor:
    """Log-mel of samples (B, n) or (n,) in ±1: (B, 1, n_mels, n // hop), scaled to [-1, 1]; see :class:`LogMel`."""
    config = config or MelConfig()
    if samples.dim() == 1:
        samples = samples.unsqueeze(0)
    module: LogMel = _front_end(config, str(samples.device))
    result: Tensor = module(samples)
    return result


def cut_window(samples: Tensor, config: MelConfig, start: int = 0) -> Tensor:
    """One window (…, window_samples) of samples (…, n) from sample ``start``; a short clip is padded with silence.

    Padding is silence rather than repetition: repeating a click until it fills the window would make a rare
    sound a frequent one, and a clip's density is part of how intense it is.
    """
    piece = samples[..., start : start + config.window_samples]
    missing = config.window_samples - piece.shape[-1]
    return piece if missing == 0 else nn.functional.pad(piece, (0, missing))


def window_starts(length: int, config: MelConfig) -> list[int]:
    """First samples of evenly spread windows that together cover a clip of ``length`` samples.

    Neighbours overlap as little as covering the clip allows; a clip shorter than one window gets ``[0]``.
    """
    spare = length - config.window_samples
    if spare <= 0:
        return [0]
    count = math.ceil(spare / config.window_samples) + 1
    return [round(i * spare / (count - 1)) for i in range(count)]


def all_windows(samples: Tensor, config: MelConfig) -> Tensor:
    """Every window of a clip (n,) as (windows, window_samples), per :func:`window_starts`."""
    return torch.stack([cut_window(samples, config, s) for s in window_starts(samples.shape[-1], config)])
