"""What kind of file this is, by its first bytes; and what it holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import torch

from engine.checkpoints import torch_legacy, torch_zip
from engine.checkpoints.file_bytes import Cursor, FileBytes
from engine.checkpoints.limits import MAX_HEADER, Budget
from engine.checkpoints.refusal import Refusal
from engine.checkpoints.safe_pickle import Machine
from engine.checkpoints.stand_ins import ModuleState, Options
from engine.checkpoints.stored_tensors import Storage, StoredTensor

_SAFETENSORS_TYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
_AGAIN = "Download it again."
_GET_WEIGHTS = "Choose a weights file (.pkl, .pt, .pth or .safetensors)."
# First bytes of what people mistake for weights: (bytes, what it is, what to do).
_OTHERS = [
    (b"version https://git-lfs", "it is a Git LFS pointer, not the weights themselves", "Run git lfs pull first."),
    (b"\x1f\x8b", "it is a gzip archive", "Unpack it and add the file inside."),
    (b"BZh", "it is a bzip2 archive", "Unpack it and add the file inside."),
    (b"\xfd7zXZ", "it is an xz archive", "Unpack it and add the file inside."),
    (b"7z\xbc\xaf", "it is a 7-zip archive", "Unpack it and add the file inside."),
    (b"Rar!", "it is a RAR archive", "Unpack it and add the file inside."),
    (b"\x89HDF", "it is a Keras or HDF5 file, which SGIM Studio cannot read", _GET_WEIGHTS),
    (b"\x89PNG", "it is a picture", _GET_WEIGHTS),
    (b"\xff\xd8\xff", "it is a picture", _GET_WEIGHTS),
    (b"%PDF", "it is a PDF document", _GET_WEIGHTS),
    (b"RIFF", "it is a sound, video or picture", _GET_WEIGHTS),
    (b"GGUF", "it is a language model in GGUF format", _GET_WEIGHTS),
]


def sniff(file: FileBytes) -> str:
    """ "zip", "legacy", "pickle" or "safetensors"; raises Refusal saying what the file is otherwise."""
    head = file.read(0, min(file.size, 1024))
    if not head:
        raise Refusal("it is empty", _AGAIN)
    if head.startswith(torch_zip.FIRST_BYTES):
        return "zip"
    if head.startswith(torch_legacy.FIRST_BYTES):
        return "legacy"
    if head[0] == 0x80 and len(head) > 2 and head[1] <= 5:
        return "pickle"
    if len(head) > 9 and head[8:9] == b"{" and 2 <= int.from_bytes(head[:8], "little") <= file.size - 8:
        return "safetensors"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype", b"<html", b"<head", b"<?xml", b"<!--")) or b"<html" in text:
        raise Refusal(
            "it is a web page, not weights: the site answered with a page (often a quota or login notice)",
            "Open the download link in a browser, download the real file and add that.",
        )
    for start, what, remedy in _OTHERS:
        if head.startswith(start):
            raise Refusal(what, remedy)
    if text.startswith((b"{", b"[")):
        raise Refusal("it is a JSON text, not weights", _GET_WEIGHTS)
    if not any(head):
        raise Refusal("it begins with zeros only, as an unfinished download does", _AGAIN)
    raise Refusal("it does not begin like any weights file known here", _GET_WEIGHTS)


def read_safetensors(file: FileBytes) -> dict[str, StoredTensor]:
    """Names → tensors still on disk. Raises Refusal."""
    size = int.from_bytes(file.read(0, 8), "little")
    if size > min(MAX_HEADER, file.size - 8):
        raise Refusal("its header is damaged", _AGAIN)
    header = json.loads(file.read(8, size))
    if not isinstance(header, dict):
        raise Refusal("its header is damaged", _AGAIN)
    data = file.window().part(8 + size, file.size - 8 - size)
    found: dict[str, StoredTensor] = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        dtype = _SAFETENSORS_TYPES.get(entry["dtype"])
        shape, (start, end) = entry["shape"], entry["data_offsets"]
        if dtype is None or not all(type(n) is int and n >= 0 for n in (*shape, start, end)):
            raise Refusal("its header is damaged", _AGAIN)
        storage = Storage(dtype, 0)
        storage.window, storage.count = data.part(start, end - start), (end - start) // storage.item_size
        stride, step = [], 1
        for extent in reversed(shape):
            stride.append(step)
            step *= extent
        found[name] = StoredTensor(storage, dtype, 0, tuple(shape), tuple(reversed(stride)))
    return found


@dataclass(frozen=True)
class Contents:
    """What a file holds: how it was stored, and the root object, tensors still on disk."""

    container: str
    root: Any

    @property
    def from_nvidia(self) -> bool:
        """Whether the root is one of NVIDIA's pickled networks."""
        return self.container == "pickle" and self.network() is not None

    def network(self) -> ModuleState | None:
        """NVIDIA's averaged generator, if there is one (a TorchScript archive's root is a module too)."""
        root = self.root
        if isinstance(root, ModuleState) and self.container == "zip":
            return None
        if isinstance(root, dict):
            root = root.get("G_ema", root.get("G"))
        return root if isinstance(root, ModuleState) else None


def read_contents(file: FileBytes) -> Contents:
    """Parse the file without running anything in it. Raises Refusal."""
    container = sniff(file)
    budget = Budget(file.size)
    if container == "zip":
        return Contents(container, torch_zip.read_zip(file, budget))
    if container == "legacy":
        return Contents(container, torch_legacy.read_legacy_stream(file.window(), budget))
    if container == "safetensors":
        return Contents(container, read_safetensors(file))
    root = Machine(Cursor(file.window()), budget).load()
    if root == torch_legacy.MAGIC:  # torch.save with a later pickle protocol than its usual one
        return Contents("legacy", torch_legacy.read_legacy_stream(file.window(), budget))
    return Contents(container, root)


def plain_value(value: Any, depth: int = 0) -> Any:
    """Settings out of a file as plain JSON-like values; anything else becomes None. Small and shallow only."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return value[:4096]
    if depth >= 4:
        return None
    if isinstance(value, Options):
        value = value.values or {}
    if isinstance(value, dict) and len(value) <= 500:
        return {key: plain_value(item, depth + 1) for key, item in value.items() if isinstance(key, str)}
    if isinstance(value, (list, tuple)) and len(value) <= 500:
        return [plain_value(item, depth + 1) for item in value]
    return None
