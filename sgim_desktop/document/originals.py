"""Originals as files on disk, for decoders that stream: the artist's own file, or a copy out of the session."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import platformdirs


class _Blobs(Protocol):
    def blob_parts(self, sha256: str) -> Iterable[bytes]: ...


class OriginalFiles:
    """Finds or makes a file holding an original's bytes. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Path, int, int]] = {}

    def remember(self, sha256: str, path: Path | None) -> None:
        """An artist's file that was just read and had this sha256."""
        if path is not None and path.is_file():
            status = path.stat()
            self._known[sha256] = (path, status.st_size, status.st_mtime_ns)

    def path(self, sha256: str, suffix: str, blobs: _Blobs) -> Path:
        """A readable file; a remembered one only while it is unchanged."""
        known = self._known.get(sha256)
        if known is not None:
            path, size, changed = known
            if path.is_file() and (path.stat().st_size, path.stat().st_mtime_ns) == (size, changed):
                return path
        folder = platformdirs.user_cache_path("sgim-studio", ensure_exists=True) / "originals"
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{sha256}{suffix}"
        with self._lock:
            if not target.is_file():
                beside = target.with_name(f".{target.name}.part")
                with open(beside, "wb") as file:
                    for part in blobs.blob_parts(sha256):
                        file.write(part)
                beside.replace(target)
        return target
