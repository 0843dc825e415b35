"""A new pack out of parts of others: any generator with any embedder; a sound head only with its own tower."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.errors import PackError
from engine.packs.fitting import encoder_refusal
from engine.packs.manifest import LatentStatistics, Manifest, Part, check_pack_name
from engine.packs.manifest_file import write_manifest
from engine.packs.pairing import refusal_of_pair
from engine.packs.store import Pack, PackStore
from engine.packs.weights_file import check_disk_space
from engine.packs.writer import pack_folder
from engine.steps import Progress

# Parts that were trained against one particular generator and one particular embedder.
_TRAINED_TOGETHER = ("mapper", "structure_editor")


def combine_packs(
    store: PackStore,
    name: str,
    generator: str,
    *,
    embedder: str | None = None,
    sound: str | None = None,
    encoder: str | None = None,
    identity: str | None = None,
) -> Generator[Progress, None, Pack]:
    """Make the pack ``name`` from the generator of one pack and parts of others, named by their packs.

    ``embedder`` defaults to the generator's pack; ``sound`` to the embedder's pack; ``encoder`` and
    ``identity`` to the generator's pack, where they exist. Files are linked where the disk allows, else copied.
    Raises ``PackError`` with the reason when parts do not fit, before anything is written.
    """
    check_pack_name(name)
    if name in store:
        raise PackError(f"A pack named {name} exists already; choose another --name, or remove it first.")
    chosen = _chosen(store, generator, embedder, sound, encoder, identity)
    _check(chosen)
    manifest = combined_manifest(name, chosen)
    target = store.writable_root / name
    files = [pack.file(pack.part(kind).file) for kind, pack in chosen.items()]
    check_disk_space(target.parent, sum(file.stat().st_size for file in files if file.is_file()))
    with pack_folder(target) as beside:
        for done, (kind, pack) in enumerate(chosen.items()):
            yield Progress("combining", done, len(chosen))
            link_or_copy(pack.file(pack.part(kind).file), beside / manifest.parts[kind].file)
        statistics = chosen["generator"].manifest.latent_statistics
        if statistics and manifest.latent_statistics:
            link_or_copy(chosen["generator"].file(statistics.file), beside / manifest.latent_statistics.file)
        write_manifest(beside, manifest)
    yield Progress("combining", len(chosen), len(chosen))
    return store.open(name)


def combined_manifest(name: str, chosen: dict[str, Pack]) -> Manifest:
    """The manifest of a pack made of these parts: limits, licences and acceptances of all of them are kept."""
    base = chosen["generator"].manifest
    packs = list({p.name: p.manifest for p in chosen.values()}.values())
    parts = {k: replace(p.part(k), file=f"{k}.safetensors") for k, p in chosen.items()}
    preprocessing: dict[str, Any] = {}
    for kind, key in (("joint_embedder", "picture"), ("sound_encoder", "mel")):
        if kind in chosen and key in chosen[kind].manifest.preprocessing:
            preprocessing[key] = chosen[kind].manifest.preprocessing[key]
    statistics = base.latent_statistics
    return base.changed(
        name=name,
        version="1",
        parts=parts,
        preprocessing=preprocessing,
        latent_statistics=statistics and replace(statistics, file=LatentStatistics.__name__.lower() + ".safetensors"),
        licence=_joined(m.licence for m in packs),
        source=_joined(f"{m.name}: {m.source}" for m in packs),
        training_data=_joined(m.training_data for m in packs),
        limits=_joined(m.limits for m in packs),
        consent=_joined(m.consent for m in packs),
        bias=_joined(m.bias for m in packs),
        accepted={f"{m.name} {key}": value for m in packs for key, value in m.accepted.items()},
    )


def link_or_copy(source: Path, target: Path) -> None:
    """A hard link where possible (pack files are never changed in place), else a copy."""
    if not source.is_file():
        raise PackError(f"{source} is missing from its pack; add the pack again.")
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _chosen(
    store: PackStore, generator: str, embedder: str | None, sound: str | None, encoder: str | None, identity: str | None
) -> dict[str, Pack]:
    """kind → the pack it is taken from. What was asked for by name must exist."""
    base = store.open(generator)
    base.part("generator")
    chosen = {"generator": base}
    for kind, asked, fallback in (
        ("inversion_encoder", encoder, base),
        ("joint_embedder", embedder, base),
        ("sound_encoder", sound, store.open(embedder) if embedder else base),
        ("identity", identity, base),
    ):
        pack = store.open(asked) if asked else fallback
        if asked:
            pack.part(kind)  # raises when the pack that was named has none
        if pack.has(kind):
            chosen[kind] = pack
    together = chosen.get("joint_embedder") is base and chosen.get("inversion_encoder") is base
    for kind in _TRAINED_TOGETHER:
        if base.has(kind) and together:
            chosen[kind] = base
    return chosen


def _check(chosen: dict[str, Pack]) -> None:
    def part(kind: str) -> Part | None:
        return chosen[kind].part(kind) if kind in chosen else None

    generator, encoder, embedder, sound = (
        part(k) for k in ("generator", "inversion_encoder", "joint_embedder", "sound_encoder")
    )
    assert generator is not None
    if encoder is not None and (refusal := encoder_refusal(generator, encoder)):
        raise PackError(refusal)
    if sound is not None and embedder is None:
        raise PackError(
            f"The sound encoder of {chosen['sound_encoder'].name} needs the joint embedder it was trained with; "
            "choose one with --embedder."
        )
    if sound is not None and embedder is not None and (refusal := refusal_of_pair(sound, embedder)):
        raise PackError(refusal)


def _joined(texts: Any) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text)) or ""
