"""How much a weights file may ask for before it is called a bomb.

Every published file known to us stays several times below each number (the busiest, a 1024² StyleGAN3-R,
spends about 60,000 of MAX_WORK); a file that reaches one is refused within seconds and with little memory.
"""

from __future__ import annotations

from engine.checkpoints.refusal import Refusal

MAX_WORK = 400_000
"""Opcodes, plus one for every item copied and every WORK_PER_BYTES bytes of text beyond what honest files hold."""
WORK_PER_BYTES = 256
FREE_TEXT = 2
"""Times the file's size that may be read as text for nothing: protocol 2 writes tensors as text and decodes them."""
WORK_PER_STREAM = 50
"""What opening one inner stream costs."""
MAX_TEXT = 16 << 20
"""Bytes of one string (NVIDIA embeds about 60 KB of source in each file)."""
MAX_ARRAY = 64 << 20
"""Bytes of one numpy array or raw byte string that is really read."""
MAX_INTEGER = 32
"""Bytes of one integer."""
MAX_MARKS = 1_000
"""Containers open at once."""
MAX_STREAMS_DEEP = 3
"""A pickle within a pickle within a pickle."""
MAX_DIMENSIONS = 12
MAX_TREE_DEPTH = 64
MAX_TREE_NODES = 200_000
MAX_TENSORS = 50_000
MAX_ZIP_ENTRIES = 100_000
MAX_HEADER = 64 << 20
"""Bytes of a safetensors header or of a zip's table of contents."""
MIN_DESCRIBED = 4 << 30
"""Tensors may always describe this many bytes together (zero strides make a small file describe much)…"""
MAX_EXPANSION = 4
"""…and otherwise this many times the file's size."""


class Budget:
    """Counts the work of one file, nested streams included."""

    def __init__(self, file_size: int, work: int = MAX_WORK) -> None:
        self.left = work
        self._free_text = FREE_TEXT * file_size

    def spend(self, work: int) -> None:
        """Take ``work`` units; raises Refusal when nothing is left."""
        self.left -= work
        if self.left < 0:
            raise Refusal("it asks for far more reading steps than any published weights file, as a pickle bomb does")

    def spend_text(self, size: int) -> None:
        """Count ``size`` bytes read or decoded as text."""
        free = min(size, self._free_text)
        self._free_text -= free
        self.spend((size - free) // WORK_PER_BYTES)
