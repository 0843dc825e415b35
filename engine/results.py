"""What inversion and editing return: frozen values that keep the request that made them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from engine.alignment.frame import Alignment
    from engine.latent import Latent
    from engine.media.pictures import Picture
    from engine.request import Request


@dataclass(frozen=True)
class Source:
    """The picture being edited.

    ``crop`` uint8 (h, w, 3): what the networks see; ``latent`` on the CPU; ``reconstruction`` uint8 like
    ``crop``; ``psnr`` dB between the two; ``identity`` cosine of both in the identity network, or None;
    ``alignment`` the face's frame, None when the whole picture (or its central square) is the crop.
    """

    picture: Picture
    crop: np.ndarray
    latent: Latent
    reconstruction: np.ndarray
    psnr: float
    identity: float | None
    pack: str
    fidelity: str
    alignment: Alignment | None = None
    note: str = ""


@dataclass(frozen=True)
class Result:
    """One edit, finished or cancelled.

    ``kind`` "sound", "text" or "mixed"; ``layer_mask`` g (num_ws,); ``moved`` ‖Δw_i‖ (num_ws,);
    ``picture`` uint8 at pack resolution; ``steps`` of {step, loss, similarity}; ``seconds`` by phase;
    ``w_path`` float16 (steps, num_ws, w_dim) for scrubbing.
    """

    request: Request
    kind: str
    latent: Latent
    layer_mask: np.ndarray
    moved: np.ndarray
    similarity_before: float
    similarity_after: float
    identity: float | None
    latent_distance: float
    picture: np.ndarray
    steps: tuple[dict[str, Any], ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    w_path: np.ndarray = field(default_factory=lambda: np.zeros((0, 1, 1), np.float16))
    heard: tuple[tuple[float, float], ...] = ()
    level_lufs: float | None = None
    amount: float = 1.0
