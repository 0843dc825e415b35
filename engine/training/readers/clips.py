"""What every reader yields, what it counts, and how it reads a table."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import DataError

_NAMES_KEPT = 1000  # of a kind, in memory; counting never stops


@dataclass(frozen=True)
class ClipEntry:
    """One clip of a collection: where its sound is and what it is said to be.

    ``sound`` a sound or video file; ``label`` its class (pictures of the same label are drawn for Eq. 9);
    ``caption`` the text of Eq. 1; ``picture`` a picture file, or None (then a video's middle frame, if any).
    """

    key: str
    sound: Path
    label: str
    caption: str
    picture: Path | None = None
    fold: str = ""
    split: str = "train"


@dataclass
class Tally:
    """What was read and what was passed over. Missing clips are normal (the papers lost 10-20 %): counted, never
    a stop. ``names`` holds the first thousand of each kind as (kind, name)."""

    read: int = 0
    missing: int = 0
    broken: int = 0
    unknown_label: int = 0
    names: list[tuple[str, str]] = field(default_factory=list)

    def passed_over(self, kind: str, name: str) -> None:
        """Count one clip as ``missing``, ``broken`` or ``unknown_label`` and remember its name."""
        setattr(self, kind, getattr(self, kind) + 1)
        if sum(k == kind for k, _ in self.names) < _NAMES_KEPT:
            self.names.append((kind, name))

    def sentence(self) -> str:
        """One line for the artist."""
        total = self.read + self.missing + self.broken + self.unknown_label
        parts = [f"{self.read} of {total} clips read"]
        counts = ((self.missing, "missing"), (self.broken, "broken"), (self.unknown_label, "of unknown label"))
        for count, what in counts:
            if count:
                parts.append(f"{count} {what} ({100 * count / max(total, 1):.1f} %)")
        return ", ".join(parts)


def table_rows(table: Path, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    """Rows of a csv with a header, streaming. Raises DataError naming the columns that are not there."""
    if not table.is_file():
        raise DataError(f"{table} is missing; name the folder that holds it.")
    with table.open(newline="", encoding="utf-8-sig") as handle:
        reader = csv.DictReader(handle)
        lacking = [name for name in needed if name not in (reader.fieldnames or [])]
        if lacking:
            raise DataError(f"{table} has no column {', '.join(lacking)}; its first line must name "
                            f"{', '.join(needed)}.")
        try:
            yield from reader
        except (csv.Error, UnicodeDecodeError) as error:
            raise DataError(f"{table} is not readable as a table near line {reader.line_num}; save it as UTF-8 csv.",
                            error) from error


def headless_rows(table: Path, columns: int) -> Iterator[list[str]]:
    """Rows of a csv without a header, lines starting with # left out. Raises DataError on a row that is too short."""
    if not table.is_file():
        raise DataError(f"{table} is missing; name the csv that belongs to the collection.")
    with table.open(newline="", encoding="utf-8-sig") as handle:
        for number, row in enumerate(csv.reader(handle, skipinitialspace=True), 1):
            if not row or row[0].startswith("#"):
                continue
            if len(row) < columns:
                raise DataError(f"{table} has {len(row)} columns in line {number} where {columns} are needed; "
                                "use the csv as it is published.")
            yield row
