"""What long work reports while it runs: immutable values, numpy only, never live tensors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np  # the window imports this module before its first paint; numpy would cost it 0.1 s


@dataclass(frozen=True)
class Progress:
    """A phase of long work that is not an optimisation step (inverting, loading, finishing)."""

    phase: str
    done: int
    total: int


@dataclass(frozen=True)
class Step:
    """One optimisation step as reported.

    ``loss`` total; ``losses`` by name; ``similarity`` cosine of picture and guide in the joint
    space; ``layer_mask`` g (num_ws,), sums to 1; ``moved`` ‖Δw_i‖ per row (num_ws,);
    ``preview`` now and then an RGB picture (H, W, 3) uint8; ``guide`` "sound" or "text";
    ``latent`` the W+ rows after the step (num_ws, w_dim) float32, for scrubbing.
    """

    index: int
    total: int
    guide: str
    loss: float
    similarity: float
    layer_mask: np.ndarray
    moved: np.ndarray
    losses: dict[str, float]
    preview: np.ndarray | None = None
    latent: Any = None
