"""torch's zip serialisation (since 1.6), and the same inside TorchScript archives.

The table of contents is read here rather than by ``zipfile``: torch stores every entry uncompressed,
so an entry is a byte range of the file, and a compressed one (a possible bomb) is refused.
"""

from __future__ import annotations

import struct

import torch

from engine.checkpoints.file_bytes import Cursor, FileBytes, Window
from engine.checkpoints.limits import MAX_HEADER, MAX_ZIP_ENTRIES, Budget
from engine.checkpoints.refusal import Refusal
from engine.checkpoints.safe_pickle import Machine
from engine.checkpoints.stored_tensors import Storage

FIRST_BYTES = b"PK\x03\x04"
_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_ENTRY, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
_FULL = 0xFFFFFFFF
_DAMAGED = "its zip container is damaged or cut short"
_AGAIN = "Download it again."


def _damaged() -> Refusal:
    return Refusal(_DAMAGED, _AGAIN)


def _table_of_contents(file: FileBytes) -> tuple[int, int, int]:
    """Offset, size and number of entries of the central directory."""
    tail_size = min(file.size, 22 + 65535)
    tail = file.read(file.size - tail_size, tail_size)
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        raise _damaged()
    count, size, offset = struct.unpack_from("<HII", tail, at + 10)
    locator = file.size - tail_size + at - 20
    if (offset == _FULL or size == _FULL or count == 0xFFFF) and locator >= 0:
        head, _, place, _ = struct.unpack("<4sIQI", file.read(locator, 20))
        if head != _LOCATOR64 or place + 56 > file.size:
            raise _damaged()
        record = file.read(place, 56)
        if record[:4] != _END64:
            raise _damaged()
        count, size, offset = struct.unpack_from("<QQQ", record, 32)
    if count > MAX_ZIP_ENTRIES or size > MAX_HEADER or offset + size > file.size:
        raise _damaged()
    return offset, size, count


def _wide_fields(extra: bytes, fields: list[int]) -> list[int]:
    """Replace 0xFFFFFFFF fields by the 8-byte values of the zip64 extra block, in order."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            block, used, wide = extra[at + 4 : at + 4 + length], 0, []
            for value in fields:
                if value == _FULL and used + 8 <= len(block):
                    value, used = int.from_bytes(block[used : used + 8], "little"), used + 8
                wide.append(value)
            return wide
        at += 4 + length
    return fields


def list_entries(file: FileBytes) -> dict[str, Window]:
    """Entry name → its bytes in the file. Raises Refusal for compressed, encrypted or damaged containers."""
    offset, size, count = _table_of_contents(file)
    table = file.read(offset, size)
    found: dict[str, Window] = {}
    at = 0
    for _ in range(count):
        if table[at : at + 4] != _ENTRY or at + 46 > len(table):
            raise _damaged()
        flags, method = struct.unpack_from("<HH", table, at + 8)
        packed, unpacked, name_size, extra_size, comment_size = struct.unpack_from("<IIHHH", table, at + 20)
        (header,) = struct.unpack_from("<I", table, at + 42)
        name = table[at + 46 : at + 46 + name_size].decode("utf-8")
        extra = table[at + 46 + name_size : at + 46 + name_size + extra_size]
        unpacked, packed, header = _wide_fields(extra, [unpacked, packed, header])
        at += 46 + name_size + extra_size + comment_size
        if "/code/" in name:
            continue  # TorchScript packs its source text, which nobody here reads
        if method != 0 or packed != unpacked or flags & 1:
            raise Refusal("its zip entries are compressed, which torch never does", "Download the original file again.")
        if header + 30 > file.size:
            raise _damaged()
        local = file.read(header, 30)
        if local[:4] != _LOCAL:
            raise _damaged()
        start = header + 30 + sum(struct.unpack_from("<HH", local, 26))
        if start + unpacked > file.size or name in found:
            raise _damaged()
        found[name] = Window(file, start, start + unpacked)
    return found


def read_zip(file: FileBytes, budget: Budget) -> object:
    """The object stored in a torch zip file; its tensors stay on disk. Raises Refusal."""
    entries = list_entries(file)
    roots = [name for name in entries if name == "data.pkl" or name.endswith("/data.pkl")]
    if len(roots) != 1:
        raise Refusal(
            "it is a zip file, but not one that torch wrote", "If it is an archive, unpack it and add the file inside."
        )
    folder = roots[0].removesuffix("data.pkl")
    order = entries.get(folder + "byteorder")
    if order is not None and order.read(16).strip() != b"little":
        raise Refusal("its numbers are stored in big-endian order")
    storages: dict[str, Storage] = {}

    def find_storage(dtype: torch.dtype | None, key: str, count: int) -> Storage:
        known = storages.get(key)
        if known is None:
            window = entries.get(f"{folder}data/{key}")
            known = Storage(dtype, count, window)
            if window is None or len(window) < known.byte_count:
                raise Refusal("the numbers of one of its tensors are missing")
            storages[key] = known
        if known.dtype != dtype or known.count != count:
            raise Refusal("two of its tensors disagree about the numbers they share")
        return known

    return Machine(Cursor(entries[roots[0]]), budget, find_storage=find_storage).load()
