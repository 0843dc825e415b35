"""What stdout or stderr cannot show is escaped: no arrow and no file name ends a run."""

from __future__ import annotations

import codecs
import io
import sys

_HANDLER = "sgim-escape"


def escape_what_cannot_be_shown() -> None:
    """Characters outside a stream's encoding, and names that are no text at all, appear as ``\\uXXXX``."""
    codecs.register_error(_HANDLER, _escaped)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # there is none in a windowed program
            stream.reconfigure(errors=_HANDLER)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """As JSON writes them, unlike Python's own ``backslashreplace``: what ``--json`` prints stays JSON."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2)), error.end
