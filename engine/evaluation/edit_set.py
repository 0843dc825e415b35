"""Which pictures are edited by which sounds and texts: the same choice for every measurement of edits."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import DataError
from engine.evaluation.starter_edits import TARGET_TEXTS, guide_of, run_edit, source_of
from engine.media.sounds import Sound, load_sound
from engine.request import Request, TextGuide
from engine.results import Result, Source
from engine.studio import Studio
from engine.training.picture_data import HELD_OUT_FOLD, read_canonical_classes
from engine.training.readers.clips import table_rows

SCENE_TARGETS = tuple(TARGET_TEXTS)
PORTRAIT_TEXTS = {"smiling": "a laughing person", "neutral": "a serious person"}


def edit_arguments(parser: argparse.ArgumentParser, *, pictures: int = 6, sounds: int = 3) -> None:
    """How many edits; more is slower and surer."""
    parser.add_argument("--pictures", type=int, default=pictures, help=f"held-out pictures (default {pictures})")
    parser.add_argument("--sounds", type=int, default=sounds, help=f"held-out sounds per class (default {sounds})")
    parser.add_argument("--target", action="append", default=[], help="keep to this class (may be repeated)")
    parser.add_argument("--steps", type=int, help="optimisation steps (default: the pack's)")
    parser.add_argument("--fidelity", default="fast", choices=("fast", "balanced", "high"))


@dataclass(frozen=True)
class EditSet:
    """``pictures`` files with their canonical class; ``sounds`` files by target class; ``texts`` by target."""

    pictures: list[tuple[Path, str]]
    sounds: dict[str, list[Path]]
    texts: dict[str, str]

    @property
    def targets(self) -> list[str]:
        """Target classes that have sounds."""
        return [t for t, files in self.sounds.items() if files]


def _picture_rows(data: Path, domains: tuple[str, ...]) -> list[tuple[Path, str, str]]:
    table = data / "images" / "index.csv"
    canonical = read_canonical_classes(data, "picture")
    return [(table.parent / r["path"], canonical.get(r["label"], r["label"]), r.get("fold", ""))
            for r in table_rows(table, ("path", "label")) if not domains or r.get("domain") in domains]


def is_portrait(studio: Studio) -> bool:
    """Whether the loaded pack draws faces."""
    return "portrait" in studio.loaded.manifest.domain.lower() or "face" in studio.loaded.manifest.domain.lower()


def choose_edit_set(studio: Studio, data: str | Path, *, pictures: int, sounds: int, seed: int = 0,
                    targets: tuple[str, ...] = ()) -> EditSet:
    """Held-out (fold 4) pictures, one class after the other, and held-out sounds of every target class.

    Raises DataError when the folder has none of them.
    """
    data, source = Path(data), np.random.default_rng(seed)
    portrait = is_portrait(studio)
    texts = PORTRAIT_TEXTS if portrait else TARGET_TEXTS
    rows = _picture_rows(data, ("portrait",) if portrait else ("landscape", "painting"))
    held = [r for r in rows if r[2] == HELD_OUT_FOLD and (portrait or r[1] in ("sunny", "cloudy", "sea", "sunset"))]
    by_class: dict[str, list[Path]] = {}
    for i in source.permutation(len(held)):
        by_class.setdefault(held[i][1], []).append(held[i][0])
    chosen: list[tuple[Path, str]] = []
    while len(chosen) < pictures and any(by_class.values()):
        for name in sorted(by_class):
            if by_class[name] and len(chosen) < pictures:
                chosen.append((by_class[name].pop(), name))
    canonical = read_canonical_classes(data, "sound")
    table, heard = data / "audio" / "index.csv", dict[str, list[Path]]()
    listed = [r for r in table_rows(table, ("path", "label")) if r.get("fold") == HELD_OUT_FOLD]
    for target in texts:
        if targets and target not in targets:
            continue
        files = [table.parent / r["path"] for r in listed if canonical.get(r["label"]) == target]
        heard[target] = [files[i] for i in source.permutation(len(files))[:sounds]]
    result = EditSet(chosen, heard, {t: texts[t] for t in heard})
    if not result.pictures or not result.targets:
        raise DataError(f"{data} has no held-out pictures or sounds (fold {HELD_OUT_FOLD}) for these classes; name a "
                        "folder laid out like the project's data.")
    return result


def sources_of(studio: Studio, chosen: EditSet, fidelity: str) -> list[Source]:
    """The chosen pictures, inverted."""
    return [source_of(studio, path, fidelity) for path, _ in chosen.pictures]


def request_for(source: Source, *, sound: Sound | None = None, text: str | None = None, gain_db: float = 0.0,
                **changes: Any) -> Request:
    """A request for one source; ``changes`` are fields of the request."""
    return Request(pack=source.pack, picture_sha256=source.picture.sha256,
                   sounds=(guide_of(sound, gain_db),) if sound is not None else (),
                   text=TextGuide(text) if text is not None else None, **changes)


def edited(studio: Studio, source: Source, *, sound: Sound | None = None, text: str | None = None,
           gain_db: float = 0.0, **changes: Any) -> Result:
    """One edit, run to its end."""
    request = request_for(source, sound=sound, text=text, gain_db=gain_db, **changes)
    return run_edit(studio, source, request, [sound] if sound is not None else [])


def opened(paths: list[Path]) -> list[Sound]:
    """Sounds read from files."""
    return [load_sound(path) for path in paths]
