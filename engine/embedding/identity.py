"""Who a portrait shows, as a unit vector: the identity network of a pack behind one function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from engine.packs.open_network import open_network
from engine.packs.store import Pack

if TYPE_CHECKING:
    import torch
    from torch import Tensor

PUBLISHED_ARCHITECTURE = "ir_se50"


def open_identity(pack: Pack, device: torch.device | str = "cpu") -> Callable[[Tensor], Tensor]:
    """A function aligned portraits (N,3,H,W) in [-1,1] → (N,d) unit vectors, differentiable.

    The published ArcFace IR-SE50 sees its own crop of the picture, any other identity network the face oval.
    Raises ``PackError`` when the pack has no identity network or it does not fit its weights.
    """
    network = open_network(pack, "identity").to(device)
    if pack.part("identity").architecture == PUBLISHED_ARCHITECTURE:
        from engine.networks import ir_se50

        published = cast(ir_se50.IRSE50, network)
        return lambda pictures: ir_se50.identity_vectors(published, pictures)
    from engine.networks import identity

    own = cast(identity.IdentityNetwork, network)
    return lambda pictures: identity.identity_vectors(own, pictures)
