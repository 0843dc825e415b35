"""Pieces of pickle streams, put together by hand where Python's pickler would not write them."""

from __future__ import annotations

import io
import struct

import torch

STOP = b"."


def text(value: str) -> bytes:
    """BINUNICODE."""
    raw = value.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw


def blob(value: bytes) -> bytes:
    """BINBYTES."""
    return b"B" + struct.pack("<I", len(value)) + value


def named(module: str, name: str) -> bytes:
    """GLOBAL."""
    return f"c{module}\n{name}\n".encode()


def called(module: str, name: str, *arguments: bytes) -> bytes:
    """GLOBAL, arguments, REDUCE."""
    return named(module, name) + b"(" + b"".join(arguments) + b"tR"


def stream(body: bytes, protocol: int = 4) -> bytes:
    """PROTO … STOP."""
    return bytes([0x80, protocol]) + body + STOP


def put(index: int) -> bytes:
    """LONG_BINPUT."""
    return b"r" + struct.pack("<I", index)


def get(index: int) -> bytes:
    """LONG_BINGET."""
    return b"j" + struct.pack("<I", index)


def legacy(value: object) -> bytes:
    """A legacy ``torch.save`` stream of ``value``."""
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=False)
    return file.getvalue()


def legacy_around(body: bytes) -> bytes:
    """A legacy stream whose object is the hand-made pickle ``body``, without storages."""
    whole = legacy({})
    empty = whole.index(b"\x80\x02}q\x00.", 20)
    # magic, version and system record end where the pickle of the (empty) object begins
    while (later := whole.find(b"\x80\x02}q\x00.", empty + 1)) >= 0:
        empty = later
    return whole[:empty] + body + stream(b"]", 2)
