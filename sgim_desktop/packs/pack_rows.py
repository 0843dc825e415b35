"""What the panel says about each installed pack: read once, away from the window. Qt-free, torch-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import SgimError
from engine.packs.catalogue import CATALOGUE, CatalogueEntry
from engine.packs.manifest import Manifest
from engine.packs.memory import estimate_edit, stored_numbers
from engine.packs.store import PackStore

_FLOAT32 = 4
_TUNING_COPIES = 3  # pivotal tuning keeps a gradient and two moments for every weight of the generator


@dataclass(frozen=True)
class PackRow:
    """One installed pack. ``size`` bytes on disk; ``edit_memory`` bytes an edit takes, ``tuning_memory`` what
    pivotal tuning adds; ``fault`` a sentence when its manifest cannot be read."""

    name: str
    bundled: bool
    size: int
    part_sizes: Mapping[str, int]
    manifest: Manifest | None
    fault: str = ""
    edit_memory: int = 0
    tuning_memory: int = 0

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
    generator = pack.manifest.parts.get("generator")
    numbers = 0 if generator is None else stored_numbers(pack.file(generator.file))
    try:
        edit = estimate_edit(pack).total
    except (ValueError, TypeError, KeyError, AttributeError):  # a manifest that is no use; the edit will say why
        edit = 0
    tuning = numbers * _FLOAT32 * _TUNING_COPIES
    return PackRow(name, bundled, pack.size_bytes(), sizes, pack.manifest, "", edit, tuning)


def memory_needed(row: PackRow, fidelity: str = "balanced") -> int:
    """Bytes an edit with this pack takes at its peak (``engine.packs.memory``); 0 when that is not known."""
    return row.edit_memory + (row.tuning_memory if fidelity == "high" else 0)
