"""Weights that are on this machine already, because open_clip or huggingface_hub fetched them before."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

_PLACE = "/resolve/"  # …/ORGANISATION/REPOSITORY/resolve/REVISION/FILE


def hub_cache_folder() -> Path:
    """Where huggingface_hub (and with it open_clip) keeps what it fetched; may not exist."""
    for variable, below in (("HF_HUB_CACHE", ""), ("HUGGINGFACE_HUB_CACHE", ""), ("HF_HOME", "hub")):
        if chosen := os.environ.get(variable):
            return Path(chosen).expanduser() / below
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base).expanduser() if base else Path.home() / ".cache") / "huggingface" / "hub"


def cached_file(urls: tuple[str, ...]) -> Path | None:
    """The newest cached copy of one of these addresses, or None. Looks at file names only, opens nothing."""
    hub = hub_cache_folder()
    for url in urls:
        repository, found, rest = urlsplit(url).path.strip("/").partition(_PLACE)
        _, _, file = rest.partition("/")
        if not found or repository.count("/") != 1 or not file:
            continue
        snapshots = hub / f"models--{repository.replace('/', '--')}" / "snapshots"
        copies = [path for path in snapshots.glob(f"*/{file}") if path.is_file()]
        if copies:
            return max(copies, key=lambda path: path.stat().st_mtime)
    return None
