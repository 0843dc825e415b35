"""What the panel says about each installed pack: read once, away from the window. Qt-free, torch-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import SgimError
from engine.packs.catalogue import CATALOGUE, CatalogueEntry
from engine.packs.manifest import Manifest
from engine.packs.store import PackStore

_FLOAT16_FILES_GROW = 2  # packs keep half floats on disk; networks compute with float32

# Measured on two CPU cores (KNOWLEDGE §3): an edit at 256² takes 1.7 GB, at 1024² 2.8 GB, with 0.6 GB of weights.
_RUNTIME_BYTES = 1.05e9
_BYTES_PER_PIXEL = 1120.0
_TUNING_COPIES = 3  # pivotal tuning keeps a gradient and two moments for every weight of the generator


@dataclass(frozen=True)
class PackRow:
    """One installed pack. ``size`` bytes on disk; ``fault`` a sentence when its manifest cannot be read."""

    name: str
    bundled: bool
    size: int
    part_sizes: Mapping[str, int]
    manifest: Manifest | None
    fault: str = ""

    @property
    def entry(self) -> CatalogueEntry | None:
        """The catalogue's entry this pack was fetched from, if it was."""
        if self.manifest is None:
            return next((entry for entry in CATALOGUE if entry.name == self.name), None)
        return next((entry for entry in CATALOGUE if self.manifest.source in entry.urls), None)

    @property
    def can_edit(self) -> bool:
        """Whether the pack has what an edit needs: a generator and a joint embedder."""
        return self.manifest is not None and {"generator", "joint_embedder"} <= set(self.manifest.parts)


def pack_rows(store: PackStore) -> list[PackRow]:
    """All installed packs, the bundled ones first."""
    rows = [_row(store, name) for name in store.names()]
    return sorted(rows, key=lambda row: (not row.bundled, row.name))


def _row(store: PackStore, name: str) -> PackRow:
    bundled = (store.bundled / name).is_dir()
    try:
        pack = store.open(name)
    except SgimError as error:
        return PackRow(name, bundled, 0, {}, None, error.sentence)
    sizes = {}
    for kind, part in pack.manifest.parts.items():
        path = pack.file(part.file)
        sizes[kind] = path.stat().st_size if path.is_file() else 0
    return PackRow(name, bundled, pack.size_bytes(), sizes, pack.manifest)


def memory_needed(row: PackRow, fidelity: str = "balanced") -> int:
    """Bytes an edit with this pack takes at its peak, to within about a third."""
    if row.manifest is None:
        return 0
    weights = sum(row.part_sizes.values()) * _FLOAT16_FILES_GROW
    tuned = row.part_sizes.get("generator", 0) * _FLOAT16_FILES_GROW * _TUNING_COPIES if fidelity == "high" else 0
    return round(_RUNTIME_BYTES + weights + tuned + row.manifest.resolution**2 * _BYTES_PER_PIXEL)
