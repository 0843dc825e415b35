"""Tensors as a file describes them: read one by one, only when somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.checkpoints.file_bytes import Window
from engine.checkpoints.limits import MAX_DIMENSIONS, MAX_EXPANSION, MAX_TENSORS, MIN_DESCRIBED
from engine.checkpoints.refusal import Refusal, quoted

# How each element type lies on disk, and what torch calls it. bfloat16 is unknown to numpy and passes as int16.
DISK_TYPES: dict[torch.dtype, str] = {
    torch.float32: "<f4",
    torch.float64: "<f8",
    torch.float16: "<f2",
    torch.bfloat16: "<i2",
    torch.int64: "<i8",
    torch.int32: "<i4",
    torch.int16: "<i2",
    torch.int8: "i1",
    torch.uint8: "u1",
    torch.bool: "u1",
}


@dataclass
class Storage:
    """A run of ``count`` elements in the file. ``dtype`` is None for untyped storages (elements are bytes)."""

    dtype: torch.dtype | None
    count: int
    window: Window | None = None

    @property
    def item_size(self) -> int:
        """Bytes of one element."""
        return 1 if self.dtype is None else np.dtype(DISK_TYPES[self.dtype]).itemsize

    @property
    def byte_count(self) -> int:
        """Bytes of the whole run."""
        return self.count * self.item_size


@dataclass(frozen=True)
class StoredTensor:
    """A strided view of a storage, checked to lie inside of it."""

    storage: Storage
    dtype: torch.dtype
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.dtype not in DISK_TYPES:
            raise Refusal(f"it holds tensors of type {quoted(self.dtype)}, which no published weights use")
        numbers = (self.offset, *self.shape, *self.stride)
        if len(self.shape) != len(self.stride) or len(self.shape) > MAX_DIMENSIONS or min(numbers) < 0:
            raise Refusal("one of its tensors has an impossible shape")
        if self.numel and (self.offset + self.extent) * self.item_size > self.storage.byte_count:
            raise Refusal("one of its tensors reaches beyond the numbers stored for it")

    @property
    def item_size(self) -> int:
        """Bytes of one element."""
        return np.dtype(DISK_TYPES[self.dtype]).itemsize

    @property
    def numel(self) -> int:
        """Number of elements described."""
        count = 1
        for size in self.shape:
            count *= size
        return count

    @property
    def extent(self) -> int:
        """Elements of storage between the first and the last one described."""
        return 1 + sum((size - 1) * step for size, step in zip(self.shape, self.stride, strict=True))

    def read(self) -> Tensor:
        """The numbers, in memory of their own. A zero stride stays a view of one number."""
        if not self.numel:
            return torch.empty(self.shape, dtype=self.dtype)
        if self.storage.window is None:
            raise Refusal("the numbers of one of its tensors are missing")
        window = self.storage.window.part(self.offset * self.item_size, self.extent * self.item_size)
        numbers = np.empty(self.extent, dtype=DISK_TYPES[self.dtype])
        window.file.read_into(window.start, numbers.view(np.uint8).data)
        flat = torch.from_numpy(numbers)
        if self.dtype is torch.bool:
            flat = flat != 0
        elif self.dtype is torch.bfloat16:
            flat = flat.view(torch.bfloat16)
        return flat.as_strided(self.shape, self.stride)


class StoredTensors(Mapping[str, Tensor]):
    """Names → tensors of an open file. ``self[name]`` reads that tensor from disk, each time anew.

    Ask ``shapes`` first where a shape is enough.
    """

    def __init__(self, stored: Mapping[str, StoredTensor], file_size: int) -> None:
        if len(stored) > MAX_TENSORS:
            raise Refusal(f"it names {len(stored)} tensors, far more than any published weights file")
        described = sum(item.numel * item.item_size for item in stored.values())
        if described > max(MIN_DESCRIBED, MAX_EXPANSION * file_size):
            raise Refusal(f"its {file_size} bytes claim to unfold into {described >> 20} MB of tensors")
        self._stored = dict(stored)
        self._file_size = file_size
        self.shapes: dict[str, tuple[int, ...]] = {name: item.shape for name, item in stored.items()}

    def __getitem__(self, name: str) -> Tensor:
        return self._stored[name].read()

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)

    def __contains__(self, name: object) -> bool:
        return name in self._stored

    def within(self, prefix: str) -> StoredTensors:
        """Those whose names start with ``prefix``, without it; still unread."""
        cut = len(prefix)
        inner = {name[cut:]: item for name, item in self._stored.items() if name.startswith(prefix)}
        return StoredTensors(inner, self._file_size)
