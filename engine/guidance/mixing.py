"""Mixing a sound-guided and a text-guided latent of one source (Eq. 19 and layer-wise style mixing)."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from engine.errors import RequestError
from engine.latent import Latent

SPLIT_OF_THE_PAPER = 9
"""At 18 layers, rows 1–9 come from the sound and 10–18 from the text (paper §4)."""


def default_split(num_ws: int) -> int:
    """The paper's 9 of 18, scaled to another number of rows."""
    return max(1, round(num_ws * SPLIT_OF_THE_PAPER / 18))


def _blend(a: Tensor | None, b: Tensor | None, weight_b: float) -> Tensor | None:
    if a is None or b is None:
        return a if b is None else b * weight_b
    return a * (1 - weight_b) + b * weight_b


def _redraws(a: Tensor | None, b: Tensor | None, weight_a: float, weight_b: float) -> Tensor | None:
    scaled = [torch.cat([r[:, :1] * k, r[:, 1:]], 1) for r, k in ((a, weight_a), (b, weight_b)) if r is not None and k]
    return torch.cat(scaled) if scaled else None


def interpolate(sound: Latent, text: Latent, alpha: float) -> Latent:
    """Eq. 19: w = (1−α)·w_a + α·w_t, the spatial delta likewise. α in [0, 1]; 0 is the sound's."""
    if not 0.0 <= alpha <= 1.0:
        raise RequestError(f"The mix {alpha} is out of range; choose 0 (sound) to 1 (text).")
    return replace(
        sound,
        w=sound.w * (1 - alpha) + text.w * alpha,
        structure_delta=_blend(sound.structure_delta, text.structure_delta, alpha),
        redraw=_redraws(sound.redraw, text.redraw, 1 - alpha, alpha),
    )


def split_layers(sound: Latent, text: Latent, layer: int) -> Latent:
    """Rows 1…``layer`` from the sound, the rest from the text. The structure is coarse: it follows the sound,
    unless every row is the text's."""
    num_ws = sound.w.shape[0]
    if not 0 <= layer <= num_ws:
        raise RequestError(f"The split {layer} is out of range; this pack has {num_ws} layers, choose 0 to {num_ws}.")
    coarse = sound if layer > 0 else text
    return replace(coarse, w=torch.cat([sound.w[:layer], text.w[layer:]]))
