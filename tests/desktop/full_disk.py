"""A disk that is full for one session file."""

from __future__ import annotations

from sgim_desktop.document.document import Document


def fill_disk(document: Document) -> None:
    """From now on the session's file cannot grow."""
    assert document.flush()
    write = document._writer.store._write
    pages = write.execute("PRAGMA page_count").fetchone()[0]
    write.execute(f"PRAGMA max_page_count = {pages}")


def free_disk(document: Document) -> None:
    """The file may grow again."""
    document._writer.store._write.execute(f"PRAGMA max_page_count = {1 << 30}")
