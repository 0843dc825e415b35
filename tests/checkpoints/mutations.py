"""Damages files the way disks, networks and attackers do: flips, cuts, splices. Deterministic by seed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.checkpoints.pickle_pieces import blob, called, legacy_around, named, put, stream, text

Damage = Callable[[bytearray, np.random.Generator], None]

_MARKER = "sgim-mutation-ran"
SPLICES = [
    called("os", "system", text(f"touch {_MARKER}")),
    called("builtins", "eval", text(f"open('{_MARKER}','w')")),
    called(
        "torch.storage", "_load_from_bytes", blob(legacy_around(stream(called("posix", "system", text("true")), 2)))
    ),
    named("collections", "OrderedDict") + b")R",
    named("torch._utils", "_rebuild_tensor_v2") + b")R",
    named("numpy.core.multiarray", "_reconstruct") + b")R",
    named("argparse", "Namespace") + b")\x81}b",
    b"N",
    b"0",
    b"(",
    b"t",
    b"u",
    b"s",
    b"e",
    b"R",
    b"\x81",
    b"b",
    b"Q",
    b"]",
    b"}",
    b")",
    b"\x93",
    b"\x94",
    b"\x85",
    b"\x8b\xff\xff\xff\x7f",
    b"\x8e" + b"\xff" * 8,
    b"X\xff\xff\xff\x7f",
    put(0),
    b"h\x00",
    b"J\xff\xff\xff\xff",
    b"\x8a\x08" + b"\x7f" * 8,
    b"G\x7f\xf0\x00\x00\x00\x00\x00\x00",
]


def _place(data: bytearray, random: np.random.Generator) -> int:
    return int(random.integers(0, max(len(data), 1)))


def flip_bits(data: bytearray, random: np.random.Generator) -> None:
    """One to eight single bits."""
    for _ in range(int(random.integers(1, 9))):
        data[_place(data, random)] ^= 1 << int(random.integers(0, 8))


def overwrite(data: bytearray, random: np.random.Generator) -> None:
    """A short run of random bytes."""
    at, count = _place(data, random), int(random.integers(1, 9))
    data[at : at + count] = random.integers(0, 256, count, dtype=np.uint8).tobytes()


def cut(data: bytearray, random: np.random.Generator) -> None:
    """The end is missing."""
    del data[_place(data, random) :]


def remove(data: bytearray, random: np.random.Generator) -> None:
    """A piece is missing."""
    at = _place(data, random)
    del data[at : at + int(random.integers(1, 200))]


def repeat(data: bytearray, random: np.random.Generator) -> None:
    """A piece is there twice, or somewhere else too."""
    at, to = _place(data, random), _place(data, random)
    data[to:to] = data[at : at + int(random.integers(1, 400))]


def splice(data: bytearray, random: np.random.Generator) -> None:
    """Pickle instructions where they do not belong, inserted or written over others."""
    piece = SPLICES[int(random.integers(0, len(SPLICES)))]
    at = _place(data, random)
    data[at : at + (len(piece) if random.integers(0, 2) else 0)] = piece


DAMAGES: list[Damage] = [flip_bits, overwrite, cut, remove, repeat, splice, splice]


def damaged(original: bytes, seed: int) -> bytes:
    """``original`` with one or two damages chosen by ``seed``. Never equal to it except by chance."""
    random = np.random.default_rng(seed)
    data = bytearray(original)
    for _ in range(int(random.integers(1, 3))):
        if data:
            DAMAGES[int(random.integers(0, len(DAMAGES)))](data, random)
    return bytes(data)
