"""Safetensors files of a pack: written as a stream (constant memory, hashed on the way), read with a check.

The safetensors library serialises all tensors at once before it writes; adding a 380 MB checkpoint must not
hold a second copy, so the (tiny) format is written here tensor by tensor. Reading uses the library.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import PackError, SaveError

if TYPE_CHECKING:
    import torch

_CHUNK = 4 * 1024 * 1024
_FP16_LARGEST = 65504.0
_checked: dict[str, tuple[int, int, str]] = {}


def file_sha256(path: Path) -> str:
    """sha256 of a file as 64 hexadecimal digits, remembered in this process by path, size and modification time."""
    stat = path.stat()
    key = str(path.resolve())
    known = _checked.get(key)
    if known and known[:2] == (stat.st_size, stat.st_mtime_ns):
        return known[2]
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    _checked[key] = (stat.st_size, stat.st_mtime_ns, digest.hexdigest())
    return digest.hexdigest()


def write_weights(path: Path, tensors: Mapping[str, torch.Tensor], *, fp16: bool = False) -> str:
    """Write ``tensors`` as safetensors and return the file's sha256.

    ``fp16`` stores float32 tensors as float16, except those with values float16 cannot hold.
    Written beside and renamed; raises ``SaveError`` (no space, no permission).
    """
    names = {_dtype(t): n for n, t in _dtype_names().items()}
    kept = {name: _storable(tensor, fp16) for name, tensor in tensors.items()}
    # Widest elements first, as the library does, so that every tensor stays aligned.
    order = sorted(kept, key=lambda name: (-kept[name].element_size(), name))
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name in order:
        size = kept[name].numel() * kept[name].element_size()
        header[name] = {
            "dtype": names[kept[name].dtype],
            "shape": list(kept[name].shape),
            "data_offsets": [offset, offset + size],
        }
        offset += size
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    check_disk_space(path.parent, offset + len(head))
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    digest = hashlib.sha256()
    try:
        with beside.open("wb") as file:
            for block in (len(head).to_bytes(8, "little"), head):
                digest.update(block)
                file.write(block)
            for name in order:
                _write_tensor(file, digest, kept[name])
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SaveError(f"{path} could not be written; check free space and permissions.", error) from error
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def read_weights(path: Path, sha256: str = "", *, promote: bool = True) -> dict[str, torch.Tensor]:
    """Read a safetensors file after checking its sha256 (once per process while the file stays the same).

    ``promote``: float16/bfloat16 weights come back as float32, which every device computes with.
    Raises ``PackError`` naming the file when it is missing, damaged or not the one the manifest means.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from engine.packs.packed_weights import without_packed

    try:
        if sha256 and file_sha256(path) != sha256:
            raise PackError(f"{path} does not match the sha256 in its pack.json, so it is damaged; add the pack again.")
        tensors = without_packed(load_file(str(path)))
    except (FileNotFoundError, IsADirectoryError) as error:
        raise PackError(f"{path} is missing from its pack; add the pack again.", error) from error
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        raise PackError(f"{path} is not a readable safetensors file; add the pack again.", error) from error
    if promote:
        half = (torch.float16, torch.bfloat16)
        if any(t.dtype in half for t in tensors.values()):
            # The others are copied, too: one scalar left in the mapped file would keep all of it in memory.
            tensors = {name: t.float() if t.dtype in half else t.clone() for name, t in tensors.items()}
    return tensors


def check_disk_space(folder: Path, needed: int) -> None:
    """Raise ``SaveError`` unless ``needed`` bytes (and a margin of 1 %) fit on the disk of ``folder``."""
    place = folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < needed * 1.01 + 1_000_000:
        raise SaveError(
            f"{folder} needs {needed / 1e6:.0f} MB but only {free / 1e6:.0f} MB are free; "
            "free some space or set SGIM_PACKS to a folder on another disk."
        )


def _dtype_names() -> dict[str, str]:
    return {
        "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I64": "int64", "I32": "int32",
        "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool",
    }  # fmt: skip


def _dtype(name: str) -> torch.dtype:
    import torch

    dtype = getattr(torch, name)
    assert isinstance(dtype, torch.dtype)
    return dtype


def _storable(tensor: torch.Tensor, fp16: bool) -> torch.Tensor:
    import torch

    tensor = tensor.detach()
    if fp16 and tensor.dtype == torch.float32 and tensor.numel() > 1 and float(tensor.abs().max()) < _FP16_LARGEST:
        tensor = tensor.half()
    return tensor


def _write_tensor(file: object, digest: object, tensor: torch.Tensor) -> None:
    """Bytes of one tensor, little-endian C order, in blocks."""
    import torch

    if tensor.numel() == 0:
        return
    flat = tensor.cpu().contiguous().reshape(-1).view(torch.uint8).numpy()
    view = memoryview(flat.data)
    for start in range(0, len(view), _CHUNK):
        block = view[start : start + _CHUNK]
        digest.update(block)  # type: ignore[attr-defined]
        file.write(block)  # type: ignore[attr-defined]
