"""Removing a pack the artist added; the bundled ones stay."""

from __future__ import annotations

import os
import shutil

from engine.errors import PackError, SaveError
from engine.packs.manifest import is_pack_name
from engine.packs.store import PackStore


def remove_pack(store: PackStore, name: str) -> int:
    """Delete an added (or an incomplete) pack and return the bytes freed.

    Raises ``PackError`` for unknown and for bundled packs, ``SaveError`` when a file cannot be deleted.
    """
    root = store.writable_root
    stem = name.removesuffix(".incomplete")
    if not is_pack_name(stem) or not (root / name).is_dir():
        if name in store:
            raise PackError(f"The pack {name} comes with the program and cannot be removed.")
        known = ", ".join(n for n in store.names() if (root / n).is_dir()) or "none was added"
        raise PackError(f"There is no added pack named {name} in {root}; added packs: {known}.")
    folder, doomed = root / name, root / f"{stem}.removed"
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    try:
        # Renaming first makes the removal atomic: a crash half-way leaves no half pack.
        shutil.rmtree(doomed, ignore_errors=True)
        os.replace(folder, doomed)
        shutil.rmtree(doomed)
    except OSError as error:
        raise SaveError(f"{folder} could not be removed; close what uses it and try again.", error) from error
    return size
