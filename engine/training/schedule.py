"""Learning rates over a training."""

from __future__ import annotations

import math


def cyclic_cosine(step: int, total: int, cycles: int = 5, warmup: int = 0, lowest: float = 0.01) -> float:
    """Share of the learning rate at ``step`` of ``total``: ``cycles`` half cosines from 1 to ``lowest``.

    The paper says "cosine cyclic learning rate scheduler (Smith 2017)" and no number of cycles; with its 50 epochs,
    five give one restart every ten epochs. ``warmup`` steps rise linearly before the first.
    """
    if step < warmup:
        return (step + 1) / warmup
    length = max(1.0, (total - warmup) / max(1, cycles))
    within = ((step - warmup) % length) / length
    if step >= total:
        within = 1.0
    return lowest + (1.0 - lowest) * 0.5 * (1.0 + math.cos(math.pi * within))
