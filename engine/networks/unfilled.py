"""Building a network whose weights are about to be replaced: nothing is drawn at random, no page is touched.

With ``torch.device("meta")`` around it only shapes are made. Alone, it keeps the constants a module computes for
itself, and the weights lie in memory that nobody has touched yet. Drawing random numbers on "meta" is what makes
PyTorch import symbolic mathematics (seconds, and 70 MB); here nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

_DRAWN = {torch.randn, torch.rand}
_MADE = _DRAWN | {torch.empty, torch.zeros, torch.ones, torch.full}
_SCALED = {Tensor.__truediv__, Tensor.div, Tensor.__mul__, Tensor.mul}
_FILLED_IN_PLACE = {Tensor.normal_, Tensor.uniform_, Tensor.zero_, Tensor.fill_, Tensor.erfinv_}


class unfilled(TorchFunctionMode):  # noqa: N801 - reads as `with unfilled():`
    """While inside, new parameters hold whatever the memory held. Load every one of them afterwards.

    ``at_most`` tensors may be made, when given; more are a ``ValueError`` (a configuration that builds for ever).
    """

    def __init__(self, at_most: int | None = None) -> None:
        super().__init__()
        self._left = at_most

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if self._left is not None and func in _MADE:
            self._left -= 1
            if self._left < 0:
                raise ValueError("its configuration describes far more tensors than there are weights")
        if func in _DRAWN:
            kwargs.pop("generator", None)
            made = torch.empty(*args, **kwargs)
            made.is_unfilled = True  # type: ignore[attr-defined]
            return made
        if func in _FILLED_IN_PLACE and isinstance(args[0], torch.nn.Parameter):
            return args[0]
        if getattr(func, "__module__", "") == "torch.nn.init":  # arrives whole, and would fill with no mode around it
            filled = kwargs["tensor"] if "tensor" in kwargs else args[0]
            if isinstance(filled, torch.nn.Parameter):
                return filled
        if func in _SCALED and isinstance(args[1], int | float) and getattr(args[0], "is_unfilled", False):
            return args[0]  # multiplying would touch the memory, and start symbolic mathematics on "meta"
        return func(*args, **kwargs)
