"""Layer masks as values: which layer belongs to which group, and the numbers as a table. Qt-free."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Group = Literal["coarse", "middle", "fine"]

# StyleGAN's convention for 18 layers: 4×4 and 8×8 are coarse, 16×16 and 32×32 middle, the rest fine.
_COARSE_SHARE = 4 / 18
_MIDDLE_SHARE = 4 / 18


@dataclass(frozen=True)
class MaskSeries:
    """One guide's mask: ``weights`` g (num_ws,), sums to 1; ``moved`` ‖Δw_i‖ (num_ws,), ≥ 0."""

    guide: Literal["sound", "text"]
    weights: np.ndarray
    moved: np.ndarray

    @property
    def layers(self) -> int:
        """How many W+ rows."""
        return len(self.weights)


def layer_groups(layers: int) -> list[Group]:
    """The group of each of ``layers`` rows; every group has at least one row from three rows on."""
    if layers >= 12:  # 256² and larger: the published convention by resolution
        coarse, middle = 4, 4
    else:
        coarse, middle = max(1, round(layers * _COARSE_SHARE)), max(1, round(layers * _MIDDLE_SHARE))
    return [("coarse" if row < coarse else "middle" if row < coarse + middle else "fine") for row in range(layers)]


def mask_table(series: Sequence[MaskSeries], pinned: dict[int, float] | None = None) -> str:
    """The masks as CSV text: a line per layer, counted from 1 as in the paper."""
    pinned = pinned or {}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [f"{name}_{one.guide}" for one in series for name in ("g", "moved")]
    writer.writerow(["layer", "group", *names, "pinned"])
    layers = max((one.layers for one in series), default=0)
    for layer, group in enumerate(layer_groups(layers)):
        values = [f"{column[layer]:.6g}" for one in series for column in (one.weights, one.moved)]
        writer.writerow([layer + 1, group, *values, f"{pinned[layer]:.6g}" if layer in pinned else ""])
    return out.getvalue()
