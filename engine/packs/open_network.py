"""A part of a pack as a network that is ready to use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import PackError
from engine.packs.store import Pack

if TYPE_CHECKING:
    import torch
    from torch import nn


def open_network(pack: Pack, kind: str, *, as_stored: bool = False) -> nn.Module:
    """Build the part ``kind`` of ``pack``, load its weights, freeze it; on the CPU, in evaluation mode.

    Half-precision weights are widened to float32, unless ``as_stored`` (then they stay in the mapped file).
    Raises ``PackError`` when the part is missing, unknown to this version, or does not fit its weights.
    """
    part = pack.part(kind)
    tensors = pack.tensors(kind, promote=not as_stored)
    return network_of(part.architecture, part.config, tensors, f"{kind.replace('_', ' ')} of {pack.name}")


def network_of(
    architecture: str, config: Mapping[str, Any], tensors: Mapping[str, torch.Tensor], what: str
) -> nn.Module:
    """The network ``architecture`` with exactly these weights (not copied), frozen, in evaluation mode."""
    from engine.networks.unfilled import unfilled

    try:
        # A few more than there are weights: constants, and what is made on the way to them.
        with unfilled(at_most=8 * len(tensors) + 1000):
            network = _build(architecture, dict(config))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RuntimeError, MemoryError) as error:
        raise PackError(
            f"The {what} cannot be built ({architecture}); add the pack again or update the program.", error
        ) from error
    try:
        network.load_state_dict(dict(tensors), strict=True, assign=True)
    except (RuntimeError, KeyError) as error:
        raise PackError(f"The weights of the {what} do not fit its settings; add the pack again.", error) from error
    return network.eval().requires_grad_(False)


def _build(architecture: str, config: dict[str, Any]) -> nn.Module:
    if architecture == "open_clip":
        from engine.networks.open_clip_model import build_open_clip

        return build_open_clip(config)
    from engine.networks.registry import build

    return build(architecture, config)
