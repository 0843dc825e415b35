"""Files are written beside their place and renamed into it: nothing half-written is ever seen."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import SaveError


@contextmanager
def written_beside(path: str | Path) -> Iterator[Path]:
    """Yield a fresh path beside ``path`` (same suffix) to write to; rename it to ``path`` on success.

    On any failure the fresh file is removed and ``path`` is left as it was. ``OSError`` becomes ``SaveError``.
    A pipe or a device is refused: a rename would replace it.
    """
    target = Path(path)
    check_replaceable(target)
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
    """Write ``data`` to ``path`` atomically, or into the pipe it is; ``SaveError`` when it cannot be done."""
    if is_stream(path):
        try:
            with open(path, "wb") as stream:
                stream.write(data)
        except OSError as error:
            raise save_error(Path(path), error) from error
        return
    with written_beside(path) as beside, open(beside, "wb") as file:
        file.write(data)


def check_replaceable(path: str | Path) -> None:
    """Raise ``SaveError`` when ``path`` is a pipe or a device."""
    if is_stream(path):
        raise SaveError(f"{path} is a pipe or a device, which cannot hold this; give the name of a file to write.")


def is_stream(path: str | Path) -> bool:
    """Whether ``path`` is, or links to, a pipe, a terminal or the like: it is written into, never replaced.

    Raises ``SaveError`` for what can be neither: a disk, a socket, an open file by its number (``/dev/stdout``).
    """
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):  # nothing is there yet, or never can be: whoever writes will find out
        return False
    if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode):
        return True
    if stat.S_ISDIR(mode) or (stat.S_ISREG(mode) and not _is_open_file(Path(path))):
        return False
    raise SaveError(f"{path} is no ordinary file and cannot be replaced; give the name of a file to write.")


def _is_open_file(path: Path) -> bool:
    """Whether ``path`` stands for an open file of a process, as ``/dev/stdout`` does by way of ``/proc/self/fd/1``."""
    for _ in range(40):  # as many links as the system itself follows
        folder = path.parent.resolve()
        if folder.parts[:2] == ("/", "proc") and folder.name == "fd":
            return True
        if not path.is_symlink():
            return False
        path = folder / os.readlink(path)
    return False


def save_error(path: Path, error: OSError) -> SaveError:
    """One sentence for what stopped ``path`` from being written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return SaveError(f"No space is left to write {path}; free some, or choose another disk.", error)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return SaveError(f"{path} may not be written; choose a folder you own.", error)
    return SaveError(f"{path} could not be written ({error.strerror or error}); choose another place.", error)
