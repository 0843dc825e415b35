"""Who uses PortAudio now: its devices can only be looked for anew while nobody does. Qt-free."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_open = 0


@contextmanager
def stream_in_use() -> Iterator[None]:
    """Hold this while a stream is open."""
    global _open
    with _lock:
        _open += 1
    try:
        yield
    finally:
        with _lock:
            _open -= 1


@contextmanager
def devices_rescanned() -> Iterator[None]:
    """Inside, PortAudio knows the devices plugged in now, unless something is playing or recording."""
    import sounddevice

    with _lock:
        if _open == 0:
            sounddevice._terminate()
            sounddevice._initialize()
        yield
