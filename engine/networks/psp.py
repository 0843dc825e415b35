"""pSp (pixel2style2pixel) encoder: every row of W+ is drawn on its own."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.networks.pyramid_encoder import PyramidEncoder


class PSPEncoder(PyramidEncoder):
    """GradualStyleEncoder of eladrich/pixel2style2pixel; arguments as ``PyramidEncoder``."""

    def codes(self, pictures: Tensor) -> Tensor:
        """(N,3,256,256) in [-1,1] → (N,rows,w_dim)."""
        return torch.stack(self.row_codes(pictures), dim=1)
