"""Adding published weights: converted to safetensors with a manifest, tried out, or not added at all."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import CheckpointError, PackError
from engine.packs.catalogue import CatalogueEntry, entry_of_file
from engine.packs.completing import complete_parts
from engine.packs.domain import guess_domain, published_defaults
from engine.packs.fitting import latent_shape
from engine.packs.freed_at_once import freed_at_once
from engine.packs.manifest import PART_KINDS, LatentStatistics, Manifest, Part, check_pack_name, is_pack_name
from engine.packs.manifest_file import MANIFEST_NAME, read_manifest, write_manifest
from engine.packs.open_network import network_of
from engine.packs.pairing import refusal_of_pack
from engine.packs.sniff import head_of, looks_like_page, looks_like_weights
from engine.packs.store import Pack, PackStore
from engine.packs.trial import all_finite, latent_statistics, trial_picture
from engine.packs.verify import verify_pack
from engine.packs.weights_file import check_disk_space, file_sha256, write_weights
from engine.packs.writer import pack_folder
from engine.steps import Progress

if TYPE_CHECKING:
    from engine.checkpoints.converted import Converted

PREVIEW = "preview.png"
_STATISTICS_FILE = "latent_statistics.safetensors"
# The trial stops at a side where its activations are small beside the file (measured peaks: 45, 90 and 100 MB), so
# that adding never needs more than 1.5 times the file; ``sgim packs verify`` draws at full size.
_TRIAL_SIDES = ((300_000_000, 128), (200_000_000, 64), (0, 32))
# A StyleGAN3 keeps up to a thousand feature maps wide to its end: 124 MB at a side of 32.
_STYLEGAN3_SIDES = ((150_000_000, 32), (90_000_000, 16), (0, 8))


@dataclass(frozen=True)
class AddReport:
    """What was added: the pack, which licence and source each part has, and what the artist should know."""

    pack: Pack
    licences: dict[str, str]
    sources: dict[str, str]
    notes: tuple[str, ...]


def add_pack(
    store: PackStore,
    source: Path,
    *,
    name: str | None = None,
    complete: bool = True,
    entry: CatalogueEntry | None = None,
    accepted: Mapping[str, str] | None = None,
) -> Generator[Progress, None, AddReport]:
    """Convert ``source`` into a pack of the store; yields progress, returns a report; closing it cancels.

    ``source`` is a published weights file, a folder of such files (one per part), or a pack's folder. ``name``
    defaults to the catalogue's or the file's. ``complete`` gives a generator without embedder the bundled
    default's, so that it can be edited with at once. ``entry`` and ``accepted`` come from a download.
    Nothing out of the file is executed. Interrupted, it leaves nothing (killed: a folder marked incomplete).
    Raises ``CheckpointError``, ``PackError`` or ``SaveError`` with one sentence.
    """
    source = Path(source)
    if not source.exists():
        raise PackError(f"{source} does not exist; check the name of the file or folder.")
    if (source / MANIFEST_NAME).is_file():
        return (yield from _add_ready_pack(store, source, name))
    files = _weights_files(source)
    size = sum(file.stat().st_size for file in files)
    yield Progress("reading", 0, len(files))
    entry = entry or entry_of_file("" if source.is_dir() else file_sha256(source), source.name)
    name = _free_name(store, name, entry, source)
    check_disk_space(store.writable_root, size)
    with freed_at_once(), pack_folder(store.writable_root / name) as beside:
        parts, notes, statistics = yield from _convert_all(files, beside, entry)
        manifest = _manifest(name, parts, source, entry, dict(accepted or {}), statistics)
        if complete:
            manifest, note = complete_parts(manifest, store, beside)
            notes += [note] if note else []
        if refusal := refusal_of_pack(manifest):
            raise PackError(refusal)
        write_manifest(beside, manifest)
    pack = store.open(name)
    return AddReport(
        pack,
        {kind: part.licence for kind, part in pack.manifest.parts.items()},
        {kind: part.source for kind, part in pack.manifest.parts.items()},
        tuple(dict.fromkeys(n for n in notes if n)),
    )


def _convert_all(
    files: list[Path], beside: Path, entry: CatalogueEntry | None
) -> Generator[Progress, None, tuple[dict[str, Part], list[str], LatentStatistics | None]]:
    """Every file's parts, written and tried; one file in memory at a time."""
    from engine.checkpoints.convert import read_checkpoint

    parts: dict[str, Part] = {}
    notes: list[str] = []
    statistics = None
    for done, file in enumerate(files):
        yield Progress("reading", done, len(files))
        found = read_checkpoint(file)
        about = entry or entry_of_file(file=file.name)
        queue = [found, *found.also]
        del found
        while queue:
            part = queue.pop(0)
            if part.kind in parts:
                words = part.kind.replace("_", " ")
                raise PackError(f"{file.parent} holds more than one {words}; add the files one by one.")
            yield Progress("converting", done, len(files))
            parts[part.kind] = _write_part(part, beside, file, about)
            notes.append(part.notes)
            yield Progress("drawing", done, len(files))
            statistics = _try_part(part, beside, file) or statistics
            del part
    yield Progress("drawing", len(files), len(files))
    return parts, notes, statistics


def _write_part(part: Converted, beside: Path, file: Path, entry: CatalogueEntry | None) -> Part:
    if part.kind not in PART_KINDS:
        raise CheckpointError(f"{file.name} holds a {part.kind}, which no pack has a place for; choose another file.")
    if bad := all_finite(part.tensors):
        raise CheckpointError(f"{file.name} holds values that are not finite ({bad}); get the file again.")
    target = f"{part.kind}.safetensors"
    sha256 = write_weights(beside / target, part.tensors)
    licence = entry.licence if entry else part.licence or "unknown"
    source = entry.source if entry else file.name
    return Part(part.kind, part.architecture, part.config, target, sha256, licence, source, part.tower, part.notes)


def _try_part(part: Converted, beside: Path, file: Path) -> LatentStatistics | None:
    """Build the network with its weights; a generator draws its preview and tells where its latents live."""
    if part.kind == "joint_embedder":
        return None  # conversion has just built it to fit its tensors; twice would double the memory needed
    network = network_of(part.architecture, part.config, part.tensors, f"{part.kind.replace('_', ' ')} in {file.name}")
    if part.kind != "generator":
        return None
    sides = _STYLEGAN3_SIDES if part.architecture == "stylegan3" else _TRIAL_SIDES
    side = next(side for size, side in sides if file.stat().st_size >= size)
    try:
        picture = trial_picture(network, largest=side)
    except PackError as error:
        raise CheckpointError(f"{file.name} was not added: {error.sentence}", error) from error
    from PIL import Image

    preview = Image.fromarray(picture)
    preview.thumbnail((256, 256))
    preview.save(beside / PREVIEW)
    sha256 = write_weights(beside / _STATISTICS_FILE, latent_statistics(network))
    return LatentStatistics(_STATISTICS_FILE, sha256)


def _manifest(
    name: str,
    parts: dict[str, Part],
    source: Path,
    entry: CatalogueEntry | None,
    accepted: dict[str, str],
    statistics: LatentStatistics | None,
) -> Manifest:
    domain = entry.domain if entry else guess_domain(source.stem, set(parts))
    preprocessing: dict[str, Any] = {}
    embedder = parts.get("joint_embedder")
    if embedder and isinstance(embedder.config.get("preprocessing"), Mapping):
        preprocessing["picture"] = dict(embedder.config["preprocessing"])
    licences = dict.fromkeys(part.licence for part in parts.values())
    return Manifest(
        name=name,
        domain=domain,
        resolution=latent_shape(parts["generator"])["resolution"] if "generator" in parts else 0,
        licence="; ".join(licences),
        source=entry.source if entry else str(source.name),
        training_data=entry.training_data if entry else "unknown",
        limits="Published research weights; what they draw is limited to what they were trained on.",
        consent=entry.consent if entry else "",
        bias="Repeats the biases of its training data.",
        parts=parts,
        preprocessing=preprocessing,
        latent_statistics=statistics,
        defaults=published_defaults(domain),
        accepted=accepted,
    )


def _add_ready_pack(store: PackStore, source: Path, name: str | None) -> Generator[Progress, None, AddReport]:
    """Copy a folder that is a pack already, after checking all of it."""
    manifest = read_manifest(source)
    name = _free_name(store, name or manifest.name, None, source)
    yield from verify_pack(Pack(source, manifest))
    check_disk_space(store.writable_root, Pack(source, manifest).size_bytes())
    with pack_folder(store.writable_root / name) as beside:
        for file in [*manifest.files(), *([PREVIEW] if (source / PREVIEW).is_file() else [])]:
            shutil.copyfile(source / file, beside / file)
        write_manifest(beside, replace(manifest, name=name))
    pack = store.open(name)
    licences = {kind: part.licence for kind, part in manifest.parts.items()}
    return AddReport(pack, licences, {kind: part.source for kind, part in manifest.parts.items()}, ())


def _weights_files(source: Path) -> list[Path]:
    """The weights file, or those in a folder. Raises ``PackError``; a web page gets its own sentence."""
    if source.is_file():
        files = [source]
    elif not source.is_dir():
        raise PackError(f"{source} is a pipe or device and no file; choose the weights file itself.")
    else:
        files = sorted(f for f in source.iterdir() if f.is_file() and looks_like_weights(head_of(f)))
    for file in files:
        if looks_like_page(head_of(file)):
            raise CheckpointError(
                f"{file.name} is a web page, not weights (a quota or sign-in page, perhaps); open its address in a "
                "browser and save the file itself."
            )
    if not files:
        raise PackError(f"{source} holds no weights files; choose the file, or the folder it lies in.")
    return files


def _free_name(store: PackStore, name: str | None, entry: CatalogueEntry | None, source: Path) -> str:
    if name is None:
        name = entry.name if entry else _slug(source.stem if source.is_file() else source.name)
    check_pack_name(name)
    if name in store:
        raise PackError(f"A pack named {name} exists already; choose another --name, or remove it first.")
    return name


def _slug(text: str) -> str:
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in text.lower()).strip("-_.")[:48]
    return kept if is_pack_name(kept) else f"pack-{kept}"[:64].rstrip("-_.") or "pack"
