"""Latents as safetensors files: tensors ``w``, ``structure``?, … and what they belong to as metadata."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from engine.errors import RequestError
from engine.latent import Latent
from engine.media.atomic_files import write_file

if TYPE_CHECKING:
    from engine.results import Source


def latent_metadata(source: Source) -> dict[str, str]:
    """What a latent belongs to: pack, sha256 and name of the original, fidelity, alignment ("X,Y,W,H,ANGLE")."""
    frame = source.alignment
    return {
        "format": "sgim-latent",
        "pack": source.pack,
        "sha256": source.picture.sha256,
        "name": source.picture.name.encode(errors="replace").decode(),  # a file name need not be text
        "fidelity": source.fidelity,
        "alignment": "" if frame is None else json.dumps([frame.x, frame.y, frame.w, frame.h, frame.angle])[1:-1],
    }


def save_latent(path: str | Path, latent: Latent, metadata: dict[str, str]) -> None:
    """Write atomically. Raises ``SaveError``."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in latent.tensors().items()}
    write_file(path, save(tensors, metadata))


def load_latent(path: str | Path) -> tuple[Latent, dict[str, str]]:
    """The latent of a file and its metadata; a plain ``latent`` (num_ws, w_dim) is accepted as ``w``.

    Raises ``RequestError`` naming the file when it is missing, damaged, or holds no latent.
    """
    file = Path(path)
    if not file.is_file():
        raise RequestError(f"There is no file {file}; choose a latent written by sgim invert.")
    try:
        with safe_open(str(file), framework="pt") as opened:
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
            metadata = dict(opened.metadata() or {})
    except (SafetensorError, OSError, ValueError) as error:
        raise RequestError(f"{file.name} is not a readable latent; write it again with sgim invert.", error) from error
    try:
        latent = Latent.from_tensors(tensors)
    except (KeyError, RuntimeError, IndexError) as error:
        raise RequestError(
            f"{file.name} holds no tensor w (num_ws, w_dim); write it again with sgim invert.", error
        ) from error
    if latent.w.dim() != 2 or not latent.w.isfinite().all():
        raise RequestError(f"The latent in {file.name} is not made of numbers (num_ws, w_dim); write it again.")
    structure, delta = latent.structure, latent.structure_delta
    if structure is not None and (structure.dim() != 3 or not structure.numel()):
        raise RequestError(f"The structure map in {file.name} is {tuple(structure.shape)}; write it again.")
    if delta is not None and (structure is None or delta.shape != structure.shape):
        raise RequestError(
            f"The spatial delta in {file.name} is {tuple(delta.shape)}, not as large as its structure map; "
            "write it again."
        )
    return latent, metadata
