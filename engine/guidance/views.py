"""Views of the rendered picture: random crops and flips against adversarial solutions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

Box = tuple[float, float, float, float]


def make_views(seed: int, crops: int, size: int, box: Box | None = None) -> Callable[[Tensor, int], Tensor]:
    """A function (picture (1, 3, H, W), step) → (1 + crops, 3, size, size).

    The first view is the whole picture (or ``box`` = left, top, right, bottom in [0, 1], the region);
    the others are random crops of it, half of them mirrored. The choice depends on seed and step only.
    """
    from engine.embedding.picture_resize import area_resize

    def views(picture: Tensor, step: int) -> Tensor:
        height, width = picture.shape[2:]
        left, top, right, bottom = (0, 0, width, height)
        if box is not None:
            left, right = int(box[0] * width), max(int(box[0] * width) + 8, int(round(box[2] * width)))
            top, bottom = int(box[1] * height), max(int(box[1] * height) + 8, int(round(box[3] * height)))
        whole = picture[:, :, top:bottom, left:right]
        out = [area_resize(whole, size)]
        rng = np.random.default_rng((seed, step))
        for _ in range(crops):
            scale = rng.uniform(0.65, 0.95)
            h, w = max(4, int(whole.shape[2] * scale)), max(4, int(whole.shape[3] * scale))
            y, x = int(rng.integers(0, whole.shape[2] - h + 1)), int(rng.integers(0, whole.shape[3] - w + 1))
            piece = area_resize(whole[:, :, y : y + h, x : x + w], size)
            out.append(piece.flip(-1) if rng.random() < 0.5 else piece)
        return torch.cat(out)

    return views


def region_box(region: np.ndarray) -> Box | None:
    """Bounding box, in fractions, of where ``region`` (H, W) in [0, 1] exceeds 0.1; None when all or nothing."""
    inside = region > 0.1
    if not inside.any() or inside.all():
        return None
    rows, cols = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    height, width = region.shape
    return cols[0] / width, rows[0] / height, (cols[-1] + 1) / width, (rows[-1] + 1) / height


def resize_picture(picture: Tensor, height: int, width: int) -> Tensor:
    """Antialiased bilinear resize of (N, 3, H, W)."""
    return F.interpolate(picture, size=(height, width), mode="bilinear", antialias=True, align_corners=False)
