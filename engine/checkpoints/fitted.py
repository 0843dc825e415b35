"""Choosing from a published state dict exactly what one of our networks needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor, nn

from engine.checkpoints.refusal import Refusal, quoted
from engine.networks.unfilled import unfilled

_COUNTER = "num_batches_tracked"  # written since torch 0.4.1, and of no use when nothing is trained


def shapes_of(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    """Names → shapes; reads no numbers where the mapping is an open file (``StoredTensors``)."""
    known = getattr(tensors, "shapes", None)
    return known if known is not None else {name: tuple(tensor.shape) for name, tensor in tensors.items()}


class _Under(Mapping[str, Tensor]):
    """The entries below one prefix, without it; a tensor is only fetched from the file when it is asked for."""

    def __init__(self, tensors: Mapping[str, Tensor], prefix: str) -> None:
        self._tensors, self._prefix = tensors, prefix
        self._names = [name.removeprefix(prefix) for name in tensors if self._matches(name)]

    def __getitem__(self, name: str) -> Tensor:
        return self._tensors[self._prefix + name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._prefix + name in self._tensors

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Names → shapes, without fetching."""
        return {n.removeprefix(self._prefix): s for n, s in shapes_of(self._tensors).items() if self._matches(n)}

    def _matches(self, name: str) -> bool:
        return name.startswith(self._prefix)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def under(tensors: Mapping[str, Tensor], prefix: str) -> Mapping[str, Tensor]:
    """The entries whose names begin with ``prefix``, without it."""
    return _Under(tensors, prefix)


def bare(tensors: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """The same names without the ``module.`` that DataParallel puts before every one of them."""
    if tensors and all(name.startswith("module.") for name in tensors):
        return under(tensors, "module.")
    return tensors


def fitted(
    tensors: Mapping[str, Tensor],
    make: Callable[[], nn.Module],
    constant: tuple[str, ...] = (),
    keep_half: bool = False,
) -> dict[str, Tensor]:
    """The state dict of ``make()`` filled from ``tensors`` in float32; other names in the file are ignored.

    ``constant`` names buffers that may be missing, in which case the network's own value is taken;
    ``keep_half`` leaves half precision as it is stored (large models would double). Raises Refusal naming the
    first tensor that is missing or has another shape or is not made of numbers.
    """
    # A few more than there are weights: constants, and what is made on the way to them.
    with torch.device("meta"), unfilled(at_most=8 * len(tensors) + 1000):
        wanted = make().state_dict()
    found = filled(tensors, wanted, constant, keep_half)
    missing = [name for name in wanted if name not in found]
    if missing:
        own = make().state_dict()
        found.update({name: own[name] for name in missing})
    return found


def like_of(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Tensor]:
    """A state dict of these shapes without numbers (on "meta"): counters whole, everything else float32."""
    return {
        name: torch.empty(shape, dtype=torch.int64 if name.endswith(_COUNTER) else torch.float32, device="meta")
        for name, shape in shapes.items()
    }


def filled(
    tensors: Mapping[str, Tensor],
    wanted: Mapping[str, Tensor],
    constant: tuple[str, ...] = (),
    keep_half: bool = False,
) -> dict[str, Tensor]:
    """``fitted`` to the names, shapes and types of ``wanted``; constants that are missing are left out."""
    found: dict[str, Tensor] = {}
    for name, like in wanted.items():
        if name not in tensors:
            if name.endswith(_COUNTER):
                found[name] = torch.zeros((), dtype=torch.int64)
            elif name not in constant:
                raise Refusal(f"its tensor {name} is missing")
            continue
        tensor = tensors[name]
        if tuple(tensor.shape) != tuple(like.shape):
            raise Refusal(f"its tensor {quoted(name)} has the shape {tuple(tensor.shape)}, not {tuple(like.shape)}")
        if like.is_floating_point():
            if not tensor.is_floating_point():
                raise Refusal(f"its tensor {quoted(name)} holds {tensor.dtype}, not decimal numbers")
            if not (keep_half and tensor.dtype in (torch.float16, torch.bfloat16)):
                tensor = tensor.float()
        found[name] = tensor
    return found
