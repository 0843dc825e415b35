"""Mel filters and their window, made once for each way in which the listeners' networks hear."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor
from torchaudio.functional import melscale_fbanks


@lru_cache(maxsize=16)
def mel_bank(
    *,
    window: int,
    lowest: float,
    highest: float,
    bands: int,
    rate: int,
    device: torch.device,
    norm: str | None = None,
    scale: str = "htk",
) -> tuple[Tensor, Tensor]:
    """Filters (window // 2 + 1, bands) from ``lowest`` to ``highest`` Hz for sounds of ``rate`` Hz, and a Hann window
    of ``window`` samples; ``norm`` and ``scale`` as in torchaudio. Both are shared: do not write into them."""
    bank = melscale_fbanks(window // 2 + 1, lowest, highest, bands, rate, norm, scale)
    return bank.to(device), torch.hann_window(window).to(device)
