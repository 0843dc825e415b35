"""Identity loss: how far the edited face has moved from the source's identity (Eq. 16 of the 2024 paper)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


class IdentityLoss:
    """1 − cosine of the identity vectors of the edited picture and of the source, averaged over the batch.

    The source's vectors are computed once and carry no gradient. Only meant for human faces: for any
    other domain do not make one (the network then is not even loaded).
    """

    def __init__(self, identity: Callable[[Tensor], Tensor], source: Tensor) -> None:
        """``identity``: aligned faces (N,3,H,W) in [-1,1] → unit vectors (N,d); ``source`` (N or 1,3,H,W)."""
        self._identity = identity
        with torch.no_grad():
            self._source = identity(source)

    def similarity(self, pictures: Tensor) -> Tensor:
        """(N,3,H,W) in [-1,1] → (N,) cosine with the source, in [-1,1]; differentiable."""
        return (self._identity(pictures) * self._source).sum(-1)

    def __call__(self, pictures: Tensor) -> Tensor:
        """(N,3,H,W) in [-1,1] → scalar in [0,2]; the gradient is exactly zero outside the face crop."""
        return (1.0 - self.similarity(pictures)).mean()
