"""Loudness scales the edit: absolute level after gain, through a saturating curve."""

from __future__ import annotations

import math

QUIETEST, RANGE = 0.5, 0.6
MIDDLE_LUFS, WIDTH_LU = -48.0, 8.0


def loudness_amount(level_lufs: float) -> float:
    """How far along source→edited a sound of this absolute level takes the picture: 0.5 (barely audible) … 1.1.

    A logistic curve: field recordings lie between −48 and −15 LUFS and are all to be seen; 12 dB more or
    18 dB less still tell apart, and nothing explodes at the ends.
    """
    return QUIETEST + RANGE / (1.0 + math.exp(-(level_lufs - MIDDLE_LUFS) / WIDTH_LU))
