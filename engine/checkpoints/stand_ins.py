"""Inert values that take the place of whatever classes a weights file names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.checkpoints.file_bytes import Window
from engine.checkpoints.limits import MAX_ARRAY, MAX_DIMENSIONS, MAX_TREE_DEPTH, MAX_TREE_NODES
from engine.checkpoints.refusal import Refusal
from engine.checkpoints.stored_tensors import StoredTensor

NUMBER_CODES = frozenset({"f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "b1"})


@dataclass(frozen=True)
class Name:
    """A global that the allow-list knows. ``make`` (ours) is what calling it does; None: it cannot be called."""

    module: str
    name: str
    make: Callable[[Any, tuple[Any, ...]], object] | None = None


@dataclass(eq=False)
class ModuleState:
    """A network module: its class name and its attributes, none of its code."""

    class_name: str
    state: dict[Any, Any] | None = None

    def attribute(self, name: str, default: Any = None) -> Any:
        """One attribute as stored."""
        return default if self.state is None else self.state.get(name, default)

    def children(self) -> dict[str, ModuleState]:
        """Direct sub-modules, whether kept in ``_modules`` (Python) or as attributes (TorchScript)."""
        state = self.state or {}
        inner = state.get("_modules", state)
        if not isinstance(inner, dict):
            raise Refusal("the list of parts of one of its networks is damaged")
        return {name: part for name, part in inner.items() if isinstance(name, str) and isinstance(part, ModuleState)}

    def own_tensors(self) -> dict[str, StoredTensor]:
        """Parameters and persistent buffers held by this very module."""
        state = self.state or {}
        if "_parameters" not in state:
            return {k: v for k, v in state.items() if isinstance(k, str) and isinstance(v, StoredTensor)}
        found: dict[str, StoredTensor] = {}
        for table in ("_parameters", "_buffers"):
            entries = state.get(table)
            if not isinstance(entries, dict):
                raise Refusal("the table of tensors of one of its networks is damaged")
            found.update({k: v for k, v in entries.items() if isinstance(k, str) and isinstance(v, StoredTensor)})
        return found

    def walk(self) -> Iterator[tuple[str, ModuleState]]:
        """Every module with its dotted name, this one (named "") first; raises Refusal on bombs."""
        nodes = 0
        waiting: list[tuple[str, ModuleState, int]] = [("", self, 0)]
        while waiting:
            name, module, depth = waiting.pop()
            nodes += 1
            if nodes > MAX_TREE_NODES or depth > MAX_TREE_DEPTH:
                raise Refusal("its networks are nested far deeper than any published ones")
            yield name, module
            for child, part in module.children().items():
                waiting.append((f"{name}.{child}" if name else child, part, depth + 1))

    def tensors(self) -> dict[str, StoredTensor]:
        """What ``state_dict()`` of this module would name."""
        found: dict[str, StoredTensor] = {}
        for prefix, module in self.walk():
            for name, tensor in module.own_tensors().items():
                found[f"{prefix}.{name}" if prefix else name] = tensor
        return found


@dataclass(eq=False)
class Options:
    """An ``argparse.Namespace``: names and values."""

    values: dict[Any, Any] | None = None


@dataclass(eq=False)
class NumpyType:
    """A numpy element type by its code, for example "f8"."""

    code: str

    def to_numpy(self) -> np.dtype[Any]:
        """Numbers only, little-endian."""
        if self.code not in NUMBER_CODES:
            raise Refusal("it holds a numpy array of something else than numbers")
        return np.dtype("<" + self.code)


@dataclass(eq=False)
class NumpyArray:
    """A numpy array; ``raw`` is read when it is asked for."""

    shape: tuple[int, ...] = ()
    dtype: NumpyType | None = None
    raw: Window | bytes | None = None
    fortran: bool = False

    def read(self) -> np.ndarray[Any, Any]:
        """The numbers, up to 64 MB."""
        if self.dtype is None or self.raw is None:
            raise Refusal("one of its numpy arrays has no numbers")
        kind = self.dtype.to_numpy()
        count = 1
        for size in self.shape:
            count *= size
        fits = len(self.shape) <= MAX_DIMENSIONS and 0 <= count * kind.itemsize <= MAX_ARRAY
        if not fits or len(self.raw) != count * kind.itemsize:
            raise Refusal("one of its numpy arrays has an impossible shape")
        raw = self.raw if isinstance(self.raw, bytes) else self.raw.read()
        flat = np.frombuffer(raw, dtype=kind).copy()
        return flat.reshape(self.shape, order="F" if self.fortran else "C")
