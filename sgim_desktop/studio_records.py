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

from engine.request import Request
from sgim_desktop.document.reading import pixels_of_png, png_of, thumbnail_png
from sgim_desktop.document.values import Frame, Inversion, ResultItem, SourceItem, new_id

if TYPE_CHECKING:
    from engine.latent import Latent
    from engine.results import Result, Source

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
    """A latent as safetensors."""
    from safetensors.torch import save

    return save(latent.detached().tensors())


def latent_from_bytes(data: bytes) -> Latent:
    """The inverse of ``latent_bytes``."""
    from safetensors.torch import load

    from engine.latent import Latent

    return Latent.from_tensors(load(data))


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
        extra={
            "alignment": None if source.alignment is None else list(source.alignment.values),
            "frame": list(frame_of(source)),
            "note": source.note,
        },
    )


def frame_of(source: Source) -> Frame:
    """Which part of the original the crop is: the face's frame, the whole picture, or its central square."""
    if source.alignment is not None:
        return source.alignment.values
    width, height = float(source.picture.width), float(source.picture.height)
    crop_height, crop_width = source.crop.shape[:2]
    if crop_height != crop_width or width == height:
        return (0.0, 0.0, width, height, 0.0)
    side = min(width, height)
    return ((width - side) / 2, (height - side) / 2, side, side, 0.0)


def source_from_record(inversion: Inversion, item: SourceItem, read_blob: ReadBlob) -> Source:
    """The engine's source again, from the session."""
    from engine.alignment.frame import Alignment
    from engine.media.pictures import load_picture
    from engine.results import Source

    alignment = inversion.extra.get("alignment")
    return Source(
        picture=load_picture(read_blob(item.sha256), item.name),
        crop=pixels_of_png(read_blob(inversion.crop)),
        latent=latent_from_bytes(read_blob(inversion.latent)),
        reconstruction=pixels_of_png(read_blob(inversion.reconstruction)),
        psnr=inversion.psnr,
        identity=inversion.identity,
        pack=inversion.pack,
        fidelity=inversion.fidelity,
        alignment=None if alignment is None else Alignment(*alignment),
        note=str(inversion.extra.get("note", "")),
    )


def result_record(
    result: Result,
    item: SourceItem,
    inversion: Inversion,
    run: str,
    position: float,
    box: BlobBox,
    seen: np.ndarray,
) -> ResultItem:
    """The record of a result; its blobs go into ``box``. ``seen`` (H, W, 3) uint8: how it looks, for the thumbnail."""
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
        kind=result.kind,  # type: ignore[arg-type]
        request=result.request,
        similarity_before=float(result.similarity_before),
        similarity_after=float(result.similarity_after),
        identity=_number(result.identity),
        latent_distance=float(result.latent_distance),
        layer_mask=tuple(float(v) for v in result.layer_mask),
        moved=tuple(float(v) for v in result.moved),
        latent=box.put(latent_bytes(result.latent)),
        picture=box.put(png_of(result.picture)),
        thumbnail=box.put(thumbnail_png(seen)),
        steps=box.put(gzip.compress(json.dumps(steps).encode(), mtime=0)),
        path=box.put(_array_bytes(path)) if path.size else "",
        seconds={name: float(value) for name, value in result.seconds.items()},
        extra={
            "heard": [[float(start), float(end)] for start, end in result.heard],
            "level_lufs": _number(result.level_lufs),
            "amount": float(result.amount),
        },
    )


def result_from_record(item: ResultItem, read_blob: ReadBlob) -> Result:
    """The engine's result again, from the session."""
    from engine.results import Result

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
        picture=pixels_of_png(read_blob(item.picture)),
        steps=tuple(json.loads(gzip.decompress(read_blob(item.steps)))) if item.steps else (),
        seconds=dict(item.seconds),
        w_path=_array(read_blob(item.path)) if item.path else np.zeros((0, 1, 1), np.float16),
        heard=tuple((start, end) for start, end in item.extra.get("heard", ())),
        level_lufs=item.extra.get("level_lufs"),
        amount=item.extra.get("amount", 1.0),
    )


def _array_bytes(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _array(data: bytes) -> np.ndarray:
    return np.load(io.BytesIO(data), allow_pickle=False)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def at_step(source: Source, result: Result, step: int | None) -> Result:
    """The result as it was after ``step``: its W+ rows then, its spatial delta in proportion."""
    path = result.w_path
    if step is None or len(path) == 0 or step >= len(path) - 1:
        return result
    import torch

    from engine.latent import between

    share = (step + 1) / len(path)
    rows = torch.from_numpy(np.asarray(path[max(0, step)], np.float32))
    latent = dataclasses.replace(between(source.latent, result.latent, share), w=rows)
    return dataclasses.replace(result, latent=latent)
