"""Learning-rate schedule of latent optimisation, as published with StyleCLIP and kept by its heirs."""

from __future__ import annotations

import math

RAMP_DOWN = 0.25
RAMP_UP = 0.05


def learning_rate(t: float, peak: float) -> float:
    """Rate at progress ``t`` in [0, 1): cosine ramp-down over the last quarter, linear ramp-up at first."""
    down = min(1.0, (1.0 - t) / RAMP_DOWN)
    return peak * (0.5 - 0.5 * math.cos(down * math.pi)) * min(1.0, t / RAMP_UP)
