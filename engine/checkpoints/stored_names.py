"""The tensors of a file under other names, still unread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from torch import Tensor


class Renamed(Mapping[str, Tensor]):
    """``names`` maps new names to those in ``tensors``."""

    def __init__(self, tensors: Mapping[str, Tensor], names: Mapping[str, str]) -> None:
        self._tensors, self._names = tensors, dict(names)

    def __getitem__(self, name: str) -> Tensor:
        return self._tensors[self._names[name]]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
