"""Finding the files a recipe names by sha256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from engine.errors import RequestError

_SEARCH_LIMIT = 2000  # files looked at per folder: a recipe beside its files, not a search engine


def file_sha256(path: Path) -> str:
    """sha256 of the file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find_by_sha256(
    sha256: str, name: str, recipe: Mapping[str, Any], given: Iterable[Path], folders: Iterable[Path]
) -> Path:
    """The file with ``sha256``: among ``given``, where the recipe says it was, then in ``folders``.

    Files of the right name are tried first, then those with its ending. Raises ``RequestError`` naming what is missing.
    """
    said = recipe.get("files")
    paths = said if isinstance(said, dict) else {}
    candidates = [*given]
    if isinstance(paths.get(sha256), str):
        candidates.append(Path(paths[sha256]))
    ending = Path(name).suffix.lower()
    for folder in folders:
        listed = [f for f, _ in zip(sorted(folder.iterdir()), range(_SEARCH_LIMIT), strict=False) if f.is_file()]
        candidates += [f for f in listed if f.name == name]
        # A recipe names a region by its sha256 alone: then any file may be it.
        candidates += [f for f in listed if f.name != name and (not name or f.suffix.lower() == ending)]
    for path in candidates:
        if path.is_file() and file_sha256(path) == sha256:
            return path
    raise RequestError(
        f"The recipe's file {name or sha256[:12]} was not found, or has been changed; put it beside the recipe."
    )
