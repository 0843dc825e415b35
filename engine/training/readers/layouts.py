"""The layouts `sgim train shard` understands: VGG-Sound, AudioSet, ESC-50, UrbanSound8K, a plain index.csv."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.errors import DataError
from engine.training.readers.clips import ClipEntry, Tally, headless_rows, table_rows

_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3", ".m4a", ".mp4", ".mkv", ".webm")


class _Finder:
    """Finds `stem.suffix` in a folder by asking for what worked last first: 2 M clips cost about 2 M look-ups."""

    def __init__(self, folder: Path, patterns: tuple[str, ...]) -> None:
        self.folder = folder
        self.ways = [(pattern, suffix) for pattern in patterns for suffix in _SUFFIXES]

    def find(self, **names: str) -> Path | None:
        for place, (pattern, suffix) in enumerate(self.ways):
            path = self.folder / (pattern.format(**names) + suffix)
            if path.is_file():
                self.ways.insert(0, self.ways.pop(place))
                return path
        return None


def _words(label: str) -> str:
    return label.replace("_", " ").strip()


def read_index(folder: Path, table: Path | None, tally: Tally) -> Iterator[ClipEntry]:
    """``index.csv`` with path,label,caption[,image][,fold][,split]; paths are relative to it. A ``classes.csv`` in
    the folder or above it maps sound labels to the canonical class that pictures are drawn from."""
    table = table or next((p for p in (folder / "index.csv", folder / "audio" / "index.csv") if p.is_file()),
                          folder / "index.csv")
    beside = (table.parent / "classes.csv", table.parent.parent / "classes.csv")
    classes = next((p for p in beside if p.is_file()), None)
    canonical: dict[str, str] = {}
    if classes is not None:
        canonical = {row["label"]: row["canonical"] for row in table_rows(classes, ("kind", "label", "canonical"))
                     if row["kind"] == "sound"}
    for row in table_rows(table, ("path", "label", "caption")):
        label, sound = (row["label"] or "").strip(), table.parent / row["path"]
        if not label:
            tally.passed_over("unknown_label", row["path"])
        elif not sound.is_file():
            tally.passed_over("missing", row["path"])
        else:
            picture = table.parent / row["image"] if row.get("image") else None
            yield ClipEntry(row["path"], sound, canonical.get(label, label), row["caption"] or _words(label), picture,
                            row.get("fold") or "", row.get("split") or "train")


def read_vggsound(folder: Path, table: Path | None, tally: Tally) -> Iterator[ClipEntry]:
    """``vggsound.csv`` (YouTube id, start second, label, split) and clips named ``ID_000030.mp4`` (or wav …)."""
    table = table or folder / "vggsound.csv"
    finder = _Finder(folder, ("{id}_{start}", "video/{id}_{start}", "audio/{id}_{start}", "{split}/{id}_{start}"))
    for identity, second, label, split, *_ in headless_rows(table, 4):
        if not second.strip().isdigit():
            raise DataError(f"{table} has '{second}' where a start second is needed; use the csv as it is published.")
        key = f"{identity}_{int(second):06d}"
        sound = finder.find(id=identity, start=f"{int(second):06d}", split=split)
        if not label.strip():
            tally.passed_over("unknown_label", key)
        elif sound is None:
            tally.passed_over("missing", key)
        else:
            yield ClipEntry(key, sound, label.strip(), label.strip(), None, "", split.strip())


def _ontology(path: Path) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Names by id, and the ancestors of every id."""
    if not path.is_file():
        raise DataError(f"{path} is missing; put AudioSet's ontology.json beside its csv.")
    try:
        nodes = json.loads(path.read_text(encoding="utf-8"))
        names = {node["id"]: node["name"] for node in nodes}
        above: dict[str, set[str]] = {identity: set() for identity in names}
        for node in nodes:
            for child in node.get("child_ids", []):
                above.setdefault(child, set()).add(node["id"])
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise DataError(f"{path} is not AudioSet's ontology; use ontology.json as it is published.", error) from error
    ancestors: dict[str, set[str]] = {}
    for identity in names:
        found: set[str] = set()
        waiting = list(above[identity])
        while waiting:
            parent = waiting.pop()
            if parent not in found:
                found.add(parent)
                waiting += above.get(parent, ())
        ancestors[identity] = found
    return names, ancestors


def read_audioset(folder: Path, table: Path | None, tally: Tally) -> Iterator[ClipEntry]:
    """AudioSet's segment csv and ``ontology.json``. Label = the first most specific class (no ancestor of another
    of the clip's classes); caption = all of those, joined by commas."""
    table = table or next(iter(sorted(folder.glob("*segments.csv"))), folder / "balanced_train_segments.csv")
    names, ancestors = _ontology(next((p for p in (table.parent / "ontology.json", folder / "ontology.json")
                                       if p.is_file()), folder / "ontology.json"))
    finder = _Finder(folder, ("{id}_{start}", "{id}", "Y{id}", "{id}_{ms}", "{id}_{start}_{end}", "audio/{id}",
                              "audio/Y{id}", "audio/{id}_{start}"))
    for identity, start, end, *labels in headless_rows(table, 4):
        # The published file puts its labels in one quoted field after a space.
        ids = [part.strip().strip('"') for field in labels for part in field.split(",")]
        known = [i for i in ids if i in names]
        key = f"{identity}_{float(start):.0f}"
        if len(known) < len(ids):
            tally.passed_over("unknown_label", f"{key}: {', '.join(i for i in ids if i not in names)}")
        if not known:
            continue
        sound = finder.find(id=identity, start=f"{float(start):.0f}", end=f"{float(end):.0f}",
                            ms=f"{float(start) * 1000:.0f}")
        if sound is None:
            tally.passed_over("missing", key)
            continue
        implied = set().union(*(ancestors[i] for i in known))
        specific = [names[i].lower() for i in known if i not in implied]
        yield ClipEntry(key, sound, specific[0], ", ".join(specific), None, "",
                        "eval" if table.stem.startswith("eval") else "train")


def read_esc50(folder: Path, table: Path | None, tally: Tally) -> Iterator[ClipEntry]:
    """ESC-50 as published: ``meta/esc50.csv`` and ``audio/``; five official folds."""
    table = table or folder / "meta" / "esc50.csv"
    for row in table_rows(table, ("filename", "fold", "category")):
        sound = folder / "audio" / row["filename"]
        if not sound.is_file():
            tally.passed_over("missing", row["filename"])
            continue
        yield ClipEntry(row["filename"], sound, row["category"], _words(row["category"]), None, row["fold"], "train")


def read_urbansound8k(folder: Path, table: Path | None, tally: Tally) -> Iterator[ClipEntry]:
    """UrbanSound8K as published: ``metadata/UrbanSound8K.csv`` and ``audio/fold1`` … ``fold10``."""
    table = table or folder / "metadata" / "UrbanSound8K.csv"
    for row in table_rows(table, ("slice_file_name", "fold", "class")):
        sound = folder / "audio" / f"fold{row['fold']}" / row["slice_file_name"]
        if not sound.is_file():
            tally.passed_over("missing", row["slice_file_name"])
            continue
        yield ClipEntry(row["slice_file_name"], sound, row["class"], _words(row["class"]), None, row["fold"], "train")


Reader = Callable[[Path, Path | None, Tally], Iterator[ClipEntry]]
LAYOUTS: dict[str, Reader] = {
    "index": read_index, "vggsound": read_vggsound, "audioset": read_audioset, "esc50": read_esc50,
    "urbansound8k": read_urbansound8k,
}


def recognise_layout(folder: Path) -> str:
    """The layout a folder is in, by the table it holds; raises DataError when none fits."""
    if (folder / "meta" / "esc50.csv").is_file():
        return "esc50"
    if (folder / "metadata" / "UrbanSound8K.csv").is_file():
        return "urbansound8k"
    if (folder / "vggsound.csv").is_file():
        return "vggsound"
    if (folder / "ontology.json").is_file():
        return "audioset"
    if (folder / "index.csv").is_file() or (folder / "audio" / "index.csv").is_file():
        return "index"
    raise DataError(f"{folder} holds no collection this program knows; add an index.csv with the columns "
                    "path,label,caption, or name the layout.")


def read_collection(folder: str | Path, layout: str = "auto", table: str | Path | None = None,
                    tally: Tally | None = None) -> Iterator[ClipEntry]:
    """Clips of a collection, streaming, in the table's order. ``layout`` is a key of LAYOUTS or ``auto``; what is
    passed over goes to ``tally``. Raises DataError when the table is missing or is not what it should be."""
    folder = Path(folder)
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder; name the folder that holds the sounds.")
    layout = recognise_layout(folder) if layout == "auto" else layout
    if layout not in LAYOUTS:
        raise DataError(f"'{layout}' is no layout; choose {', '.join(LAYOUTS)}.")
    tally = tally if tally is not None else Tally()
    try:
        for entry in LAYOUTS[layout](folder, Path(table) if table else None, tally):
            tally.read += 1
            yield entry
    except csv.Error as error:
        raise DataError(f"The table of {folder} is damaged; use it as it is published.", error) from error
