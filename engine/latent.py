"""The latent: what a generator renders. W+ rows and, in F/W+ space, a structure map with its delta."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True)
class Latent:
    """A point a generator can render.

    ``w`` (num_ws, w_dim) float32. ``structure`` (C, h, w) the source's map, None for constant-input
    generators. ``structure_delta`` the spatial delta, same shape, None at the source.
    ``tuned_delta`` maps generator weights to differences learned by pivotal tuning for this one
    picture (never written into the pack). ``redraw`` (K, 2 + d): for K proposals of the instant mapper
    that are part of the delta, its weight, its field seed and its guide vector, so that the same edit
    can be drawn again at another size.
    """

    w: Tensor
    structure: Tensor | None = None
    structure_delta: Tensor | None = None
    tuned_delta: dict[str, Tensor] | None = None
    redraw: Tensor | None = None

    @property
    def edited_structure(self) -> Tensor | None:
        """``structure`` + ``structure_delta``."""
        if self.structure is None or self.structure_delta is None:
            return self.structure
        return self.structure + self.structure_delta

    def detached(self) -> Latent:
        """A copy on the CPU that nothing else changes."""

        def copy(x: Tensor | None) -> Tensor | None:
            return None if x is None else x.detach().float().cpu().clone()

        return replace(
            self,
            w=self.w.detach().float().cpu().clone(),
            structure=copy(self.structure),
            structure_delta=copy(self.structure_delta),
            redraw=copy(self.redraw),
        )

    def tensors(self) -> dict[str, Tensor]:
        """Named tensors for a file: ``w``, ``structure``?, ``structure_delta``?, ``redraw``?, ``tuned_delta.NAME``*."""
        named: dict[str, Tensor] = {"w": self.w}
        for name in ("structure", "structure_delta", "redraw"):
            value = getattr(self, name)
            if value is not None:
                named[name] = value
        for name, value in (self.tuned_delta or {}).items():
            named[f"tuned_delta.{name}"] = value
        return {name: value.detach().cpu().contiguous() for name, value in named.items()}

    @classmethod
    def from_tensors(cls, named: dict[str, Tensor]) -> Latent:
        """The inverse of ``tensors``; a plain ``latent`` is accepted as ``w``. Raises KeyError without either."""
        w = named["w"] if "w" in named else named["latent"]
        prefix = "tuned_delta."
        tuned = {k[len(prefix) :]: v.float() for k, v in named.items() if k.startswith(prefix)}

        def spatial(name: str) -> Tensor | None:
            return named[name].float().reshape(named[name].shape[-3:]) if name in named else None

        redraw = named["redraw"].float() if "redraw" in named else None
        return cls(
            w.float().reshape(w.shape[-2:]), spatial("structure"), spatial("structure_delta"), tuned or None, redraw
        )


def between(source: Latent, edited: Latent, amount: float) -> Latent:
    """The point ``amount`` of the way from ``source`` to ``edited`` (0 source, 1 edited, 2 beyond)."""
    delta = None if edited.structure_delta is None else edited.structure_delta * amount
    redraw = edited.redraw
    if redraw is not None:
        redraw = torch.cat([redraw[:, :1] * amount, redraw[:, 1:]], 1)
    return replace(
        edited,
        w=source.w + (edited.w - source.w) * amount,
        structure=source.structure,
        structure_delta=delta,
        redraw=redraw,
    )


def distance(a: Latent, b: Latent) -> float:
    """Root mean square difference over W+ rows and structure together."""
    parts = [(a.w - b.w).flatten()]
    if a.edited_structure is not None and b.edited_structure is not None:
        parts.append((a.edited_structure - b.edited_structure).flatten())
    return float(torch.cat(parts).square().mean().sqrt())
