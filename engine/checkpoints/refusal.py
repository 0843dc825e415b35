"""Why a weights file is not loaded, before the file's name is added to the sentence."""

from __future__ import annotations


class Refusal(Exception):
    """Raised anywhere inside the reader; ``convert.py`` turns it into one CheckpointError.

    ``reason`` completes "NAME was not loaded: …"; ``remedy`` is a whole sentence, or empty for the usual one.
    """

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def quoted(text: object, longest: int = 80) -> str:
    """A name out of an untrusted file, made fit for a sentence: printable, one line, short."""
    shown = "".join(c if c.isprintable() else "?" for c in str(text)[: longest + 1])
    return f"“{shown[:longest]}…”" if len(shown) > longest else f"“{shown}”"
