"""torch's serialisation before 1.6: five pickles one after another, then the numbers of each storage.

NVIDIA's files hold one such stream inside the outer pickle for every tensor.
"""

from __future__ import annotations

import torch

from engine.checkpoints.file_bytes import Cursor, Window
from engine.checkpoints.limits import Budget
from engine.checkpoints.refusal import Refusal, quoted
from engine.checkpoints.safe_pickle import Machine
from engine.checkpoints.stored_tensors import Storage

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
FIRST_BYTES = b"\x80\x02\x8a\x0a" + MAGIC.to_bytes(10, "little") + b"."


def read_legacy_stream(window: Window, budget: Budget, level: int = 0) -> object:
    """The object stored in ``window``; its tensors stay on disk. Raises Refusal."""
    cursor = Cursor(window)
    storages: dict[str, Storage] = {}

    def find_storage(dtype: torch.dtype | None, key: str, count: int) -> Storage:
        known = storages.setdefault(key, Storage(dtype, count))
        if known.dtype != dtype or known.count != count:
            raise Refusal("two of its tensors disagree about the numbers they share")
        return known

    def plain() -> object:
        return Machine(cursor, budget, level=level).load()

    if plain() != MAGIC:
        raise Refusal("one of its torch streams does not begin as torch writes them")
    version = plain()
    if version != PROTOCOL:
        raise Refusal(f"its torch stream has the unknown version {quoted(version)}")
    system = plain()
    if not isinstance(system, dict) or system.get("little_endian") is False:
        raise Refusal("its numbers are stored in big-endian order")
    root = Machine(cursor, budget, find_storage=find_storage, level=level).load()
    keys = plain()
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys) or len(set(keys)) != len(keys):
        raise Refusal("the list of tensors at its end is damaged")
    for key in keys:
        storage = storages.get(key)
        if storage is None:
            raise Refusal("the list of tensors at its end is damaged")
        if int.from_bytes(cursor.take(8), "little", signed=True) != storage.count:
            raise Refusal("one of its tensors has another size than it says")
        storage.window = cursor.skip(storage.byte_count)
    if any(storage.window is None for storage in storages.values()):
        raise Refusal("the numbers of one of its tensors are missing")
    return root
