"""Memory that is freed goes back to the system at once while a file is added, instead of lying about in pieces.

The GNU C library keeps what large tensors leave behind for later ones, and tensors of ever other sizes do not fit into
it: 30 to 45 MB of a StyleGAN3's trial picture. The price is a second or two, for pages that must be fetched anew.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# <malloc.h>
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_SMALLEST_OF_ITS_OWN = 512 * 1024
# Where the library's own rule arrives after tensors of many megabytes were freed (mallopt(3): its largest values);
# the rule itself cannot be switched on again.
_USUAL_MMAP, _USUAL_TRIM = 32 << 20, 64 << 20


@contextmanager
def freed_at_once() -> Iterator[None]:
    """Inside, every block of half a megabyte or more is mapped by itself. Does nothing but on Linux with glibc."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is None:
        yield
        return
    mallopt(_M_MMAP_THRESHOLD, _SMALLEST_OF_ITS_OWN)
    try:
        yield
    finally:
        mallopt(_M_MMAP_THRESHOLD, _USUAL_MMAP)
        mallopt(_M_TRIM_THRESHOLD, _USUAL_TRIM)
