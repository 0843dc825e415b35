"""Between the engine's values (tensors) and the document's records (blobs). Runs in the engine thread only."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from engine.request import Request
from sgim_desktop.document.importing import png_of, thumbnail_png
from sgim_desktop.document.values import Inversion, ResultItem, SourceItem, new_id

if TYPE_CHECKING:
    from engine.latent import Latent
    from engine.studio import Result, Source

ReadBlob = Callable[[str], bytes]


class BlobBox:
    """Collects bytes under their sha256."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        """Keep ``data``; its name."""
        name = hashlib.sha256(data).hexdigest()
        self.blobs[name] = data
        return name


def latent_bytes(latent: Latent) -> bytes:
    """A latent as safetensors: ``w``, ``structure``, ``structure_delta``, ``tuned_delta.NAME``."""
    from safetensors.torch import save

    tensors = {"w": latent.w}
    if latent.structure is not None:
        tensors["structure"] = latent.structure
    if latent.structure_delta is not None:
        tensors["structure_delta"] = latent.structure_delta
    for name, tensor in (latent.tuned_delta or {}).items():
        tensors[f"tuned_delta.{name}"] = tensor
    return save({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()})


def latent_from_bytes(data: bytes) -> Latent:
    """The inverse of ``latent_bytes``."""
    from safetensors.torch import load

    from engine.latent import Latent

    tensors = load(data)
    prefix = "tuned_delta."
    tuned = {name[len(prefix) :]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    return Latent(
        w=tensors["w"],
        structure=tensors.get("structure"),
        structure_delta=tensors.get("structure_delta"),
        tuned_delta=tuned or None,
    )


def inversion_record(source: Source, item: SourceItem, request: Request, box: BlobBox, position: float) -> Inversion:
    """The record of an inverted source; its blobs go into ``box``."""
    return Inversion(
        id=new_id(),
        position=position,
        source_id=item.id,
        pack=request.pack,
        fidelity=request.fidelity,
        seed=request.seed,
        face=request.face,
        align=request.align,
        latent=box.put(latent_bytes(source.latent)),
        crop=box.put(png_of(source.crop)),
        reconstruction=box.put(png_of(source.reconstruction)),
        psnr=float(source.psnr),
        identity=_number(source.identity),
    )


def result_record(
    result: Result, item: SourceItem, inversion: Inversion, run: str, position: float, box: BlobBox
) -> ResultItem:
    """The record of a result; its blobs go into ``box``."""
    steps = [
        {"step": int(s["step"]), "loss": float(s["loss"]), "similarity": float(s["similarity"])} for s in result.steps
    ]
    path = np.asarray(result.w_path, np.float16)
    return ResultItem(
        id=new_id(),
        position=position,
        source_id=item.id,
        inversion_id=inversion.id,
        run=run,
        kind=result.kind,
        request=result.request,
        similarity_before=float(result.similarity_before),
        similarity_after=float(result.similarity_after),
        identity=_number(result.identity),
        latent_distance=float(result.latent_distance),
        layer_mask=tuple(float(v) for v in result.layer_mask),
        moved=tuple(float(v) for v in result.moved),
        latent=box.put(latent_bytes(result.latent)),
        picture=box.put(png_of(result.picture)),
        thumbnail=box.put(thumbnail_png(result.picture)),
        steps=box.put(gzip.compress(json.dumps(steps).encode(), mtime=0)),
        path=box.put(_array_bytes(path)) if path.size else "",
        seconds={name: float(value) for name, value in result.seconds.items()},
    )


def result_from_record(item: ResultItem, read_blob: ReadBlob) -> Result:
    """The engine's result again, from the session."""
    from engine.studio import Result

    return Result(
        request=item.request,
        kind=item.kind,
        latent=latent_from_bytes(read_blob(item.latent)),
        layer_mask=np.array(item.layer_mask, np.float32),
        moved=np.array(item.moved, np.float32),
        similarity_before=item.similarity_before,
        similarity_after=item.similarity_after,
        identity=item.identity,
        latent_distance=item.latent_distance,
        picture=_pixels(read_blob(item.picture)),
        steps=tuple(json.loads(gzip.decompress(read_blob(item.steps)))) if item.steps else (),
        seconds=dict(item.seconds),
        w_path=_array(read_blob(item.path)) if item.path else np.zeros((0, 0, 0), np.float16),
    )


def _pixels(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        return np.array(image.convert("RGB"))


def _array_bytes(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _array(data: bytes) -> np.ndarray:
    return np.load(io.BytesIO(data), allow_pickle=False)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def at_step(result: Result, step: int | None) -> Result:
    """The result as it was after ``step`` (W+ rows only; the spatial delta in proportion)."""
    path = result.w_path
    if step is None or len(path) == 0 or step >= len(path) - 1:
        return result
    import torch

    rows = torch.from_numpy(np.asarray(path[max(0, step)], np.float32))
    delta = result.latent.structure_delta
    share = (step + 1) / len(path)
    latent = dataclasses.replace(result.latent, w=rows, structure_delta=None if delta is None else delta * share)
    return dataclasses.replace(result, latent=latent)
