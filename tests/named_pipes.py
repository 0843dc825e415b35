"""A named pipe with a program at its other end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def read_pipe(path: Path) -> Iterator[Callable[[], bytes]]:
    """Make the pipe ``path`` and read it while inside; what is yielded gives everything that came, afterwards."""
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    held = os.open(path, os.O_WRONLY)  # the reader ends on leaving, whether anybody wrote or not
    os.set_blocking(reader, True)
    with open(reader, "rb") as file, ThreadPoolExecutor(1) as readers:
        came = readers.submit(file.read)
        try:
            yield came.result
        finally:
            os.close(held)
