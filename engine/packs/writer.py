"""Writing a whole pack folder so that it is either complete or clearly not there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import PackError, SaveError
from engine.packs.manifest import LatentStatistics, Manifest
from engine.packs.manifest_file import write_manifest
from engine.packs.store import INCOMPLETE_MARKER
from engine.packs.weights_file import write_weights

if TYPE_CHECKING:
    import torch

STATISTICS = "latent_statistics"


@contextmanager
def pack_folder(folder: Path, *, replace_existing: bool = False) -> Iterator[Path]:
    """Yield ``FOLDER.incomplete`` (with a marker in it) to be filled; on leaving well it becomes ``folder``.

    On an error or a cancel everything written is removed; after a crash only the marked folder is left,
    which no store opens and which the next attempt clears. Raises ``PackError`` when ``folder`` exists
    already and ``replace_existing`` is not set, ``SaveError`` when it cannot be written.
    """
    folder = Path(folder)
    if folder.exists() and not replace_existing:
        raise PackError(f"A pack already lives in {folder}; choose another --name, or remove it first.")
    beside = folder.with_name(folder.name + ".incomplete")
    old = folder.with_name(folder.name + ".replaced")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        (beside / INCOMPLETE_MARKER).write_text("Adding this pack was not finished. It can be deleted.\n")
    except OSError as error:
        raise SaveError(f"{folder} could not be created; check free space and permissions.", error) from error
    try:
        yield beside
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
            os.replace(folder, old)
        os.replace(beside, folder)
        # The marker goes last: whoever looks between the two renames sees an incomplete pack, never a half one.
        (folder / INCOMPLETE_MARKER).unlink()
        shutil.rmtree(old, ignore_errors=True)
    except BaseException as error:
        shutil.rmtree(beside, ignore_errors=True)
        if old.exists() and not folder.exists():
            os.replace(old, folder)
        if isinstance(error, OSError):
            raise SaveError(f"{folder} could not be written; check free space and permissions.", error) from error
        raise


def write_pack(
    folder: Path,
    manifest: Manifest,
    tensors_by_part: Mapping[str, Mapping[str, torch.Tensor]],
    *,
    fp16: bool = True,
    bits: Mapping[str, Mapping[str, int]] | None = None,
    replace_existing: bool = True,
) -> Manifest:
    """Write ``folder`` with one safetensors file per part and return the manifest with its sha256 filled in.

    ``tensors_by_part`` goes by part kind; the key "latent_statistics" holds the statistics' tensors (kept as
    they are). ``bits`` by part kind: patterns of names → 4 or 8 (``engine.packs.packed_weights``). A part of the
    manifest without tensors must be shared (``../PACK/x.safetensors``) and keeps its sha256. Atomic: see
    ``pack_folder``. Raises ``PackError`` and ``SaveError``.
    """
    from engine.packs.packed_weights import with_packed

    unknown = set(tensors_by_part) - set(manifest.parts) - {STATISTICS}
    if unknown:
        words = ", ".join(sorted(unknown))
        raise PackError(f"The manifest of {manifest.name} lacks the parts {words}; add them to it.")
    with pack_folder(folder, replace_existing=replace_existing) as beside:
        parts = dict(manifest.parts)
        for kind, part in manifest.parts.items():
            if kind in tensors_by_part:
                stored = with_packed(tensors_by_part[kind], (bits or {}).get(kind, {}))
                sha256 = write_weights(beside / part.file, stored, fp16=fp16)
                parts[kind] = replace(part, sha256=sha256)
            elif not part.file.startswith("../"):
                raise PackError(f"The {kind} of {manifest.name} has no weights to write; give them or drop the part.")
        statistics = manifest.latent_statistics
        if STATISTICS in tensors_by_part:
            statistics = statistics or LatentStatistics(file="latent_statistics.safetensors")
            sha256 = write_weights(beside / statistics.file, tensors_by_part[STATISTICS])
            statistics = replace(statistics, sha256=sha256)
        manifest = manifest.changed(parts=parts, latent_statistics=statistics)
        write_manifest(beside, manifest)
    return manifest
