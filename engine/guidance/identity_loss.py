"""Identity loss: how far the edited face has moved from the source's identity (Eq. 16 of the 2024 paper)."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.networks.ir_se50 import IRSE50, identity_similarity, identity_vectors


class IdentityLoss:
    """1 − cosine of ArcFace vectors of the edited picture and of the source, averaged over the batch.

    The source's vectors are computed once and carry no gradient. Only meant for human faces: for any
    other domain do not make one (the network then is not even loaded). The network is put in ``eval()``
    and its weights are frozen.
    """

    def __init__(self, network: IRSE50, source: Tensor) -> None:
        """``source`` (N or 1,3,H,W), aligned faces in [-1,1]."""
        self._network = network.eval().requires_grad_(False)
        with torch.no_grad():
            self._source = identity_vectors(self._network, source)

    def similarity(self, pictures: Tensor) -> Tensor:
        """(N,3,H,W) in [-1,1] → (N,) cosine with the source, in [-1,1]; differentiable."""
        vectors = identity_vectors(self._network, pictures)
        return identity_similarity(vectors, self._source.expand_as(vectors))

    def __call__(self, pictures: Tensor) -> Tensor:
        """(N,3,H,W) in [-1,1] → scalar in [0,2]; the gradient is exactly zero outside the face crop."""
        return (1.0 - self.similarity(pictures)).mean()
