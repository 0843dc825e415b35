"""Further recordings for thin classes: from packages of Debian, whose games and lessons carry free sounds.

``resources/training/further_sounds.csv`` names every one, with its package, licence and sha256. Whoever trains fetches
and unpacks the packages (the README has the two lines); SGIM Studio runs nothing of them.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from engine.errors import DataError
from engine.evaluation.starter_guides import read_sound_index
from engine.media.samples import resources_folder
from engine.media.sounds import Sound, load_sound
from engine.training.picture_data import HELD_OUT_FOLD
from engine.training.starter.run_folder import RunFolder

FOLDER = "further-sounds"
SECONDS = 10.0
"""As long as the longest recording of the data."""


@dataclass(frozen=True)
class Recording:
    """A recording to learn from: ``label``; from ``start`` s on, at most ``SECONDS`` where ``sha256`` is asked for."""

    path: Path
    label: str
    start: float = 0.0
    sha256: str = ""

    def sound(self) -> Sound:
        """Read it; raises ``DataError`` where it is not the file that the table names."""
        if not self.sha256:
            return load_sound(self.path, allow_silence=True)
        if not self.path.is_file():
            raise DataError(f"{self.path} is missing; unpack its package as the README says, or remove {FOLDER}.")
        if hashlib.sha256(self.path.read_bytes()).hexdigest() != self.sha256:
            raise DataError(f"{self.path} is not the recording that was chosen; unpack the package's named version.")
        sound = load_sound(self.path, allow_silence=True)
        first = int(self.start * sound.rate)
        return replace(sound, samples=sound.samples[first : first + int(SECONDS * sound.rate)])


def further_rows() -> Iterator[dict[str, str]]:
    """The table's rows: package, version, licence, path, start, label, sha256."""
    with (resources_folder() / "training" / "further_sounds.csv").open(newline="", encoding="utf-8") as handle:
        yield from csv.DictReader(handle)


def training_recordings(run: RunFolder) -> list[Recording]:
    """All openly licensed clips of the data outside the held-out fold; then, where the run has the packages, the
    further recordings of labels that the data know."""
    rows = [r for r in read_sound_index(run.data) if r.fold != HELD_OUT_FOLD and r.split == "train"]
    known = {r.label for r in rows}
    folder = run.file(FOLDER)
    further = [r for r in further_rows() if r["label"] in known] if folder.is_dir() else []
    return [
        *(Recording(r.path, r.label) for r in rows),
        *(Recording(folder / r["path"], r["label"], float(r["start"]), r["sha256"]) for r in further),
    ]


def further_credits() -> str:
    """Who made them, package by package, for the pack's credits."""
    packages = {(r["package"], r["version"], r["licence"]) for r in further_rows()}
    lines = [f"- {name} {version}: {licence}" for name, version, licence in sorted(packages)]
    return "\n".join(
        [
            "# Further recordings\n",
            "Sounds of games and lessons in packages of Debian (main); their makers are named in each package's",
            "copyright file, every recording in resources/training/further_sounds.csv.\n",
            *lines,
            "",
        ]
    )
