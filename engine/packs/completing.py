"""A generator added alone gets the bundled joint embedder and sound encoder, so that it can be edited with at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.packs.combine import link_or_copy
from engine.packs.manifest import Manifest
from engine.packs.store import DEFAULT_PACK, PackStore


def complete_parts(manifest: Manifest, store: PackStore, folder: Path) -> tuple[Manifest, str]:
    """The manifest with the missing listening parts, whose files are put into ``folder``; and a note, or "".

    Any generator works with any embedder. Packs without a generator, and those with an embedder, stay as
    they are, as do all packs when the default pack is not installed.
    """
    if "generator" not in manifest.parts or "joint_embedder" in manifest.parts or DEFAULT_PACK not in store:
        return manifest, ""
    if "sound_encoder" in manifest.parts:
        return manifest, ""  # it needs its own tower, which the bundled one is not
    donor = store.open(DEFAULT_PACK)
    parts, preprocessing = dict(manifest.parts), dict(manifest.preprocessing)
    for kind, key in (("joint_embedder", "picture"), ("sound_encoder", "mel")):
        if donor.has(kind):
            part = donor.part(kind)
            link_or_copy(donor.file(part.file), folder / f"{kind}.safetensors")
            parts[kind] = replace(part, file=f"{kind}.safetensors")
            if key in donor.manifest.preprocessing:
                preprocessing[key] = donor.manifest.preprocessing[key]
    note = f"Its joint embedder is that of {DEFAULT_PACK}; sgim packs combine gives it another one."
    return manifest.changed(parts=parts, preprocessing=preprocessing), note
