"""``pack.json`` ⇄ ``Manifest``: strict reading (one sentence per fault), atomic writing."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from engine.errors import PackError, SaveError
from engine.packs.manifest import MANIFEST_FORMAT, MANIFEST_VERSION, Defaults, LatentStatistics, Manifest, Part

MANIFEST_NAME = "pack.json"
_LARGEST = 8 * 1024 * 1024


def manifest_to_json(manifest: Manifest) -> dict[str, Any]:
    """Plain JSON values; ``manifest_from_json`` restores an equal manifest (tuples become lists)."""
    return {"format": MANIFEST_FORMAT, "format_version": MANIFEST_VERSION, **asdict(manifest)}


def manifest_from_json(data: object, where: str = MANIFEST_NAME) -> Manifest:
    """Raise ``PackError`` naming ``where`` when ``data`` is not a manifest this program understands."""
    if not isinstance(data, Mapping) or data.get("format") != MANIFEST_FORMAT:
        raise PackError(f"{where} is not the manifest of an SGIM pack; add the pack again.")
    version = data.get("format_version")
    if not isinstance(version, int) or isinstance(version, bool) or version > MANIFEST_VERSION:
        raise PackError(f"{where} was written by a newer SGIM Studio; update the program to use this pack.")
    values = _known(data, Manifest)
    try:
        values["parts"] = {kind: Part(**_known(part, Part)) for kind, part in values.get("parts", {}).items()}
        if values.get("latent_statistics") is not None:
            values["latent_statistics"] = LatentStatistics(**_known(values["latent_statistics"], LatentStatistics))
        if "defaults" in values:
            values["defaults"] = Defaults(**_known(values["defaults"], Defaults))
        return Manifest(**values)
    except PackError as error:
        raise PackError(f"{where}: {error.sentence}", error.cause) from error
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise PackError(f"{where} is damaged or lacks a field; add the pack again.", error) from error


def read_manifest(folder: Path) -> Manifest:
    """Read ``folder/pack.json``. Raises ``PackError``."""
    path = Path(folder) / MANIFEST_NAME
    try:
        if path.stat().st_size > _LARGEST:
            raise PackError(f"{path} is far too large for a manifest; add the pack again.")
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise PackError(f"{folder} has no {MANIFEST_NAME}, so it is no pack; choose another folder.", error) from error
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{path} cannot be read; add the pack again.", error) from error
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PackError(f"{path} is not valid JSON; add the pack again.", error) from error
    return manifest_from_json(data, str(path))


def write_manifest(folder: Path, manifest: Manifest) -> Path:
    """Write ``folder/pack.json`` beside and rename it. Raises ``SaveError``."""
    path = Path(folder) / MANIFEST_NAME
    beside = path.with_name(f".{MANIFEST_NAME}.{os.getpid()}")
    text = json.dumps(manifest_to_json(manifest), indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False)
    try:
        beside.write_text(text + "\n", encoding="utf-8")
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SaveError(f"{path} could not be written; check free space and permissions.", error) from error
    return path


def _known(data: object, cls: type) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise PackError(f"the {cls.__name__.lower()} is not a table; add the pack again.")
    names = {f.name for f in fields(cls)}
    return {key: value for key, value in data.items() if key in names}
