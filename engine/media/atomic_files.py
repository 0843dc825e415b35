"""Files are written beside their place and renamed into it: nothing half-written is ever seen."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import SaveError


@contextmanager
def written_beside(path: str | Path) -> Iterator[Path]:
    """Yield a fresh path beside ``path`` (same suffix) to write to; rename it to ``path`` on success.

    On any failure the fresh file is removed and ``path`` is left as it was. ``OSError`` becomes ``SaveError``.
    """
    target = Path(path)
    beside = target.with_name(f".{target.stem[:80]}.{os.urandom(4).hex()}{target.suffix}")
    if target.is_dir():
        raise SaveError(f"{target} is a folder; give the name of a file to write.")
    if not target.parent.is_dir():
        raise SaveError(f"The folder {target.parent} does not exist; make it first, or choose another.")
    try:
        yield beside
        os.replace(beside, target)
    except OSError as error:
        raise save_error(target, error) from error
    finally:
        beside.unlink(missing_ok=True)


def write_file(path: str | Path, data: bytes) -> None:
    """Write ``data`` to ``path`` atomically; ``SaveError`` when it cannot be done."""
    with written_beside(path) as beside, open(beside, "wb") as file:
        file.write(data)


def save_error(path: Path, error: OSError) -> SaveError:
    """One sentence for what stopped ``path`` from being written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return SaveError(f"No space is left to write {path}; free some, or choose another disk.", error)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return SaveError(f"{path} may not be written; choose a folder you own.", error)
    return SaveError(f"{path} could not be written ({error.strerror or error}); choose another place.", error)
