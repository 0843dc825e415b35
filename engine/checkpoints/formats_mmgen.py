"""OpenMMLab's StyleGAN2 (mmgeneration, e.g. the official LSUN church weights) → our names.

Numerically rosinality's generator under other names, kept as ``generator_ema.*`` beside the raw generator and
the critic. (Its mapping input is divided by rms + 1e-6 instead of the root of the mean square + 1e-8: 1e-6 apart.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from torch import Tensor

from engine.checkpoints import formats_rosinality
from engine.checkpoints.converted import Converted
from engine.checkpoints.fitted import under
from engine.checkpoints.stored_names import Renamed

FORMAT = "OpenMMLab StyleGAN2"
_PREFIXES = ("generator_ema.", "generator.", "")
_RULES = [
    (re.compile(r"^style_mapping\.(\d+)\.linear\.weight_orig$"), r"style.\1.weight"),
    (re.compile(r"^style_mapping\.(\d+)\.bias$"), r"style.\1.bias"),
    (re.compile(r"^constant_input\.input$"), "input.input"),
    (re.compile(r"^injected_noise_(\d+)$"), r"noises.noise_\1"),
    (re.compile(r"\.style_modulation\.linear\.weight_orig$"), ".modulation.weight"),
    (re.compile(r"\.style_modulation\.bias$"), ".modulation.bias"),
    (re.compile(r"\.conv\.weight_orig$"), ".conv.weight"),
    (re.compile(r"\.noise_injector\.weight$"), ".noise.weight"),
]


def _prefix(tensors: Mapping[str, Tensor]) -> str | None:
    return next((p for p in _PREFIXES if f"{p}conv1.conv.style_modulation.bias" in tensors), None)


def matches(tensors: Mapping[str, Tensor]) -> bool:
    """Whether these names hold an OpenMMLab StyleGAN2 generator."""
    return _prefix(tensors) is not None


def convert(tensors: Mapping[str, Tensor], extra: Mapping[str, Any]) -> Converted:
    """The averaged generator. Raises Refusal naming the first tensor that is missing or does not fit."""
    generator = under(tensors, _prefix(tensors) or "")
    names = {}
    for theirs in generator:
        ours = theirs
        for pattern, replacement in _RULES:
            ours = pattern.sub(replacement, ours)
        names[ours] = theirs
    return replace(formats_rosinality.convert(Renamed(generator, names), {}), format=FORMAT)
