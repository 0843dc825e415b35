"""Writing results to files, in the engine thread."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sgim_desktop.document.document import new_id
from sgim_desktop.document.values import ResultItem
from sgim_desktop.export.formats import ExportChoice, file_stem, free_path
from sgim_desktop.jobs import ExportJob

if TYPE_CHECKING:
    from engine.media.pictures import Picture
    from sgim_desktop.engine_work import ExportSubject
    from sgim_desktop.run.conductor import Conductor


def export_results(
    conductor: Conductor, results: Sequence[ResultItem], choice: ExportChoice, soon: bool = False
) -> str:
    """Queue an export; the id its signals carry (``EngineThread.exported``, ``progressed``, ``failed``).
    ``soon``: it does not wait for the running edit."""
    items = []
    for result in results:
        found = conductor.parts_of(result)
        if found is not None:
            items.append((*found, result))
    regions = {
        item.request.region_sha256: mask
        for item in results
        if item.request.region_sha256 and (mask := conductor.region_of(item.request)) is not None
    }
    taken: set[Path] = set()
    job = ExportJob(
        new_id(), tuple(items), conductor.document.blob, lambda subject: write_result(subject, choice, taken), regions
    )
    conductor.submit(job, soon)
    return job.id


def write_result(subject: ExportSubject, choice: ExportChoice, taken: set[Path]) -> list[Path]:
    """One result in everything the artist ticked. Raises ``SaveError``."""
    from engine.media.openraster import save_openraster
    from engine.media.pictures import save_picture

    item = subject.result_item
    stem = file_stem(choice.template, item, subject.source_item, subject.index + 1)
    recipe = item.request.to_json()
    licence = subject.studio.loaded.manifest.licence
    written = []
    finished = subject.finished()
    path = free_path(choice.folder, stem, choice.suffix, taken)
    picture = _sized(finished, subject, choice)
    save_picture(
        path,
        picture,
        recipe=recipe,
        strip=choice.strip,
        quality=choice.quality,
        bit_depth=choice.bits,
        licence=licence,
    )
    written.append(path)
    if choice.openraster:
        path = free_path(choice.folder, stem, ".ora", taken)
        save_openraster(path, subject.original(), finished, subject.region(), strip=choice.strip)
        written.append(path)
    if choice.latent:
        path = free_path(choice.folder, stem, ".safetensors", taken)
        write_latent(path, subject)
        written.append(path)
    if choice.layer_mask:
        path = free_path(choice.folder, f"{stem}-layers", ".csv", taken)
        _write(path, layer_mask_csv(item).encode())
        written.append(path)
    return written


def layer_mask_csv(item: ResultItem) -> str:
    """One row per layer: its number, its weight g, how far it moved."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("layer", "g", "moved"))
    for layer, (weight, moved) in enumerate(zip(item.layer_mask, item.moved, strict=False), start=1):
        writer.writerow((layer, f"{weight:.8g}", f"{moved:.8g}"))
    return text.getvalue()


def write_latent(path: Path, subject: ExportSubject) -> None:
    """As ``sgim invert`` writes it, so that ``sgim render`` draws it."""
    from safetensors.torch import save

    item = subject.result_item
    metadata = {"pack": item.request.pack, "sha256": item.request.picture_sha256, "recipe": item.request.dumps()}
    _write(path, save(subject.result.latent.detached().tensors(), metadata=metadata))


def _write(path: Path, data: bytes) -> None:
    from engine.media.atomic_files import write_file

    write_file(path, data)


def _sized(finished: Picture, subject: ExportSubject, choice: ExportChoice) -> Picture:
    import cv2

    from engine.media.pictures import picture_from_pixels

    if choice.size == "model":
        strength = subject.result_item.request.strength
        return picture_from_pixels(subject.studio.render(subject.source, subject.result, strength=strength))
    longest = max(finished.width, finished.height)
    if choice.size == "original" or longest == choice.long_side:
        return finished
    scale = choice.long_side / longest
    size = (max(1, round(finished.width * scale)), max(1, round(finished.height * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    alpha = None if finished.alpha is None else cv2.resize(finished.alpha, size, interpolation=way)
    pixels = cv2.resize(finished.pixels, size, interpolation=way)
    return replace(finished, pixels=pixels, alpha=alpha)
