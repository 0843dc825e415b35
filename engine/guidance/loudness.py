"""Loudness scales the edit: absolute level after gain, through a saturating curve."""

from __future__ import annotations

import math

QUIETEST, RANGE = 0.5, 0.55
MIDDLE_LUFS, WIDTH_LU = -52.0, 8.0
PER_LU, REFERENCE_LUFS = 0.0025, -50.0


def loudness_amount(level_lufs: float) -> float:
    """How far along source→edited a sound of this absolute level takes the picture: about 0.5 (barely audible) … 1.19.

    A logistic curve: field recordings lie between −48 and −15 LUFS and are all to be seen, a fireside at −40 LUFS as
    far as text takes the picture. A slight slope under it keeps louder more, at any level; nothing explodes at the
    ends.
    """
    level = min(max(level_lufs, -70.0), 6.0)
    curve = RANGE / (1.0 + math.exp(-(level - MIDDLE_LUFS) / WIDTH_LU))
    return QUIETEST + curve + PER_LU * (level - REFERENCE_LUFS)
