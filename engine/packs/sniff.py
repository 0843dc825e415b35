"""What a file's first bytes say it is, before anybody believes its name."""

from __future__ import annotations

from pathlib import Path

HEAD_BYTES = 512


def looks_like_page(head: bytes) -> bool:
    """Whether these first bytes are a web page (or its XML/JSON error) instead of weights."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n\x00")[:200].lower()
    pages = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<error", b"<!--", b"<script", b'{"error')
    return start.startswith(pages)


def looks_like_weights(head: bytes) -> bool:
    """Whether these first bytes are a pickle (protocol 2 to 5), a zip as ``torch.save`` writes it, or safetensors."""
    if head[:4] == b"PK\x03\x04" or (head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05" and len(head) > 1):
        return True
    if len(head) >= 9 and head[8:9] == b"{":
        return 2 <= int.from_bytes(head[:8], "little") <= 100_000_000
    return False


def head_of(path: Path) -> bytes:
    """The first bytes of a file."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)
