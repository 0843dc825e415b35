"""Sound collections as they are published → a stream of clips, one reader per layout."""

from engine.training.readers.clips import ClipEntry, Tally
from engine.training.readers.layouts import LAYOUTS, read_collection

__all__ = ["LAYOUTS", "ClipEntry", "Tally", "read_collection"]
