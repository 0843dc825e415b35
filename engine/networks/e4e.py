"""e4e (encoder for editing): row 0 is drawn in W, the other rows are offsets from it."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.networks.pyramid_encoder import PyramidEncoder


class E4EEncoder(PyramidEncoder):
    """Encoder4Editing of omertov/encoder4editing in its final ("Inference") stage; arguments as ``PyramidEncoder``."""

    def codes(self, pictures: Tensor) -> Tensor:
        """(N,3,256,256) in [-1,1] → (N,rows,w_dim)."""
        base, *offsets = self.row_codes(pictures)
        return torch.stack([base, *(base + offset for offset in offsets)], dim=1)
