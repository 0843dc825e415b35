"""From the catalogue to an installed pack: fetch (or take from a folder), check, convert, clean up."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from pathlib import Path

from engine.errors import CheckpointError, PackError
from engine.packs.add import AddReport, add_pack
from engine.packs.catalogue import CatalogueEntry
from engine.packs.fetch import fault_of, fetch
from engine.packs.hub_cache import cached_file
from engine.packs.licence import require_accepted
from engine.packs.manifest import check_pack_name
from engine.packs.speed import DownloadProgress
from engine.packs.store import PackStore
from engine.steps import Progress

_FOLDER = ".downloads"


def download_pack(
    store: PackStore,
    entry: CatalogueEntry,
    *,
    accepted: dict[str, str],
    name: str | None = None,
    from_folder: Path | None = None,
    keep: bool = False,
) -> Generator[DownloadProgress | Progress, None, AddReport]:
    """Install ``entry`` under its own or another ``name``; yields progress, returns a report; closing cancels.

    ``accepted`` is the record of ``licence.accept``. ``from_folder`` takes the file from there instead of the
    network (for machines without one), with the same checks; a copy that open_clip fetched before is taken
    where it lies. ``keep`` keeps the published file beside the
    converted pack. Raises ``PackError``, ``SaveError``, ``CheckpointError`` or ``DownloadError``.
    """
    require_accepted(entry, accepted)
    wanted = check_pack_name(name or entry.name)  # before gigabytes are fetched for it
    if wanted in store:
        raise PackError(f"The pack {wanted} is installed already; remove it first, or choose another --name.")
    if from_folder is not None:
        file = _file_in(entry, Path(from_folder))
        return (yield from add_pack(store, file, name=name, entry=entry, accepted=accepted))
    cached = cached_file(entry.urls)
    if cached is not None and not fault_of(entry, cached):
        return (yield from add_pack(store, cached, name=wanted, entry=entry, accepted=accepted))
    folder = store.writable_root / _FOLDER
    file = yield from fetch(entry, folder, accepted=accepted)
    try:
        report = yield from add_pack(store, file, name=name, entry=entry, accepted=accepted)
    except CheckpointError:
        # Without a published digest only conversion can tell that what arrived is wrong; do not offer it again.
        _discard(file, folder)
        raise
    if not keep:
        _discard(file, folder)
    return report


def _discard(file: Path, folder: Path) -> None:
    file.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        shutil.rmtree(folder, ignore_errors=True)


def _file_in(entry: CatalogueEntry, folder: Path) -> Path:
    """The entry's file in a folder, checked like a download. Raises ``PackError``."""
    path = folder / entry.file
    if not path.is_file():
        raise PackError(
            f"{folder} has no {entry.file}; fetch {entry.urls[0]} on a machine with a network, save it there under "
            "that name and repeat."
        )
    if fault := fault_of(entry, path):
        raise PackError(f"{path} cannot be used: {fault}")
    return path
