"""Records to fill a session with, as small as they can be and still real."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

import numpy as np
from PIL import Image

from engine.request import Request, SoundGuide
from sgim_desktop.document.document import Document
from sgim_desktop.document.values import ClipItem, Inversion, ResultItem, SourceItem, new_id


def named(data: bytes) -> tuple[str, bytes]:
    """Bytes under their sha256."""
    return hashlib.sha256(data).hexdigest(), data


def picture_bytes(seed: int = 0, width: int = 64, height: int = 48) -> bytes:
    """A PNG of smooth colours."""
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.stack([x * 255 // width, y * 255 // height, np.full_like(x, (37 * seed) % 256)], -1)
    buffer = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def add_source(document: Document, seed: int = 0) -> SourceItem:
    """A picture in the document."""
    name, data = named(picture_bytes(seed))
    item = SourceItem(new_id(), document.next_position("sources"), name, f"picture {seed}.png", 64, 48, name)
    document.add_source(item, {name: data})
    return item


def add_clip(document: Document, seed: int = 0) -> ClipItem:
    """A sound in the document; its bytes are not decoded here."""
    name, data = named(f"sound {seed}".encode() * 500)
    item = ClipItem(new_id(), document.next_position(), name, f"sound {seed}.wav", 5.0, 32000)
    document.add_clip(item, {name: data})
    return item


def result(source: SourceItem, inversion: Inversion, seed: int = 0, kind: str = "sound") -> tuple[ResultItem, dict]:
    """A result and its blobs."""
    picture, pixels = named(picture_bytes(seed, 32, 32))
    latent, numbers = named(np.full(64, seed, np.float32).tobytes())
    request = Request(
        pack="starter-scenes",
        picture_sha256=source.sha256,
        picture_name=source.name,
        sounds=(SoundGuide("s" * 64, "rain.ogg", 0.5, 2.0, -3.0),),
        seed=seed,
    )
    item = ResultItem(
        id=new_id(),
        position=float(seed),
        source_id=source.id,
        inversion_id=inversion.id,
        run="run",
        kind=kind,  # type: ignore[arg-type]
        request=request,
        similarity_before=0.1,
        similarity_after=0.3,
        identity=None,
        latent_distance=0.5,
        layer_mask=(0.25, 0.25, 0.25, 0.25),
        moved=(0.1, 0.2, 0.3, 0.4),
        latent=latent,
        picture=picture,
        thumbnail=picture,
    )
    return item, {picture: pixels, latent: numbers}


def inversion(source: SourceItem) -> Inversion:
    """An inversion without blobs."""
    return Inversion(new_id(), 1.0, source.id, "starter-scenes", "balanced", 0, None, True, "", "", "", 20.0)


def add_result(document: Document, source: SourceItem, seed: int = 0, kind: str = "sound") -> ResultItem:
    """A result in the document."""
    known = document.inversions_of(source.id)
    if not known:
        document.add_inversion(inversion(source), {})
        known = document.inversions_of(source.id)
    item, blobs = result(source, known[-1], seed, kind)
    item = replace(item, position=document.next_position("results"))
    document.add_results([item], blobs, select=item.id)
    return item


def state(document: Document) -> dict[str, object]:
    """Everything undo, saving and reopening must keep."""
    return {
        "sources": document.sources,
        "clips": document.clips,
        "results": document.results,
        "settings": document.settings,
    }
