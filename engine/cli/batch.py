"""``sgim batch``: one recipe over many pictures and many sounds."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.cli.common_options import add_json, check_writable, keep_originals, with_sidecars
from engine.cli.edit import edit_and_save, say_cut_short, variant_path
from engine.cli.edit_options import add_edit_options, load_region, request_of
from engine.errors import InputError, RequestError, SaveError

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".heic", ".heif", ".gif", ".bmp", ".avif")
SOUNDS = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".mp4", ".mov", ".webm", ".mkv")


def register(subparsers: Any) -> None:
    """Add the verb."""
    parser = subparsers.add_parser("batch", help="every picture of a folder with every sound of another")
    parser.add_argument("--images", required=True, type=Path, metavar="DIR")
    parser.add_argument("--sounds", type=Path, metavar="DIR", dest="sound_folder", help="may be left out with --text")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR")
    parser.add_argument("--skip-existing", action="store_true", help="continue a batch that was stopped")
    add_edit_options(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write PICTURE--SOUND.png, report.json and contact_sheet.jpg to --out; bad files are named, skipped, exit 2."""
    images = _files(args.images, PICTURES, "pictures")
    sound_files: list[Path | None] = []
    if args.sound_folder is not None:
        sound_files = list(_files(args.sound_folder, SOUNDS, "sounds"))
    elif not args.text:
        raise RequestError("There is neither a sound nor a text to edit by; give --sounds DIR, --text WORDS, or both.")
    from engine.cli.report import dumps, write_json
    from engine.cli.run_edit import Stopwatch, open_studio
    from engine.evaluation.batch_sheet import save_batch_sheet

    needs = ("generator", "joint_embedder", *(("sound_encoder",) if sound_files else ()))
    studio = open_studio(args.pack, args.device, args.threads, Stopwatch(), needs)
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaveError(f"The folder {args.out} cannot be made ({error.strerror}); choose another.", error) from error
    names = _names(images)
    sound_files = sound_files or [None]
    results = [out for image in images for outs in _results(names[image], sound_files, args).values() for out in outs]
    fresh = [out for out in results if not (args.skip_existing and out.is_file())]
    about = [check_writable(args.out / name) for name in ("report.json", "contact_sheet.jpg")]
    keep_originals([*images, *sound_files, args.region], [*with_sidecars(fresh), *about])
    rows: list[dict[str, Any]] = []
    before = _rows_before(args.out / "report.json") if args.skip_existing else {}
    said: set[str] = set()
    status = 0
    every_row = (
        row for image in images for row in _one_picture(studio, image, names[image], sound_files, args, before)
    )
    try:
        for row in every_row:
            rows.append(row)
            if row.get("fault", "") not in {"", *said}:  # one sentence, however many pairs it spoils
                said.add(row["fault"])
                print(f"sgim: {row['fault']}", file=sys.stderr)
            status = 2 if "fault" in row else status
            if row.get("stopped"):
                rows += _not_reached(rows, before)
                break
    except KeyboardInterrupt:
        if not any("out" in row for row in rows):
            raise
        status = say_cut_short()
        rows += _not_reached(rows, before)
    write_json(args.out / "report.json", {"pack": args.pack, "edits": rows})
    save_batch_sheet(args.out / "contact_sheet.jpg", rows)
    if args.json:
        print(dumps(rows))
    return status


def _one_picture(
    studio: Any, image: Path, name: str, sound_files: list[Path | None], args: argparse.Namespace,
    before: dict[str, dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    """Rows of the report, one per sound and variant; the picture is read and inverted once.

    ``name``: what the picture is called in the names of its results. ``before``: rows of a batch that was stopped, by
    their ``out``; what it wrote is not made again.
    """
    from engine.cli.run_edit import Stopwatch, invert
    from engine.media.pictures import load_picture
    from engine.media.sounds import load_sound

    source: Any = None
    picture: Any = None
    for sound_file, results in _results(name, sound_files, args).items():
        outputs = list(enumerate(results))
        row: dict[str, Any] = {"image": str(image), "sound": str(sound_file) if sound_file else None}
        there = [out for _, out in outputs if args.skip_existing and out.is_file()]
        yield from (before.get(str(out), {**row, "out": str(out)}) for out in there)
        outputs = [(variant, out) for variant, out in outputs if out not in there]
        if not outputs:
            continue
        watch = Stopwatch()
        unusable = True  # until the picture has shown that it can be inverted
        try:
            if picture is None:
                picture = load_picture(image)
            region = load_region(args.region, picture)
            unusable = False
            sounds = [load_sound(sound_file)] if sound_file else []
            request = request_of(args, picture, sounds, region)
            if source is None:
                unusable = True
                source = invert(studio, picture, request, watch)
                unusable = False
            by_sha = {s.sha256: s for s in sounds}
            shared = watch.total()
            for variant, out in outputs:
                watch = Stopwatch.after(shared)
                report, stopped = edit_and_save(
                    studio, source, request.changed(variant=variant), by_sha, region, out, watch, {}, args
                )
                yield {
                    **row,
                    "out": str(out),
                    "similarity": report["similarity"],
                    "seconds": report["seconds"]["total"],
                    "note": report["note"],
                    "stopped": stopped,
                }
                if stopped:
                    return
        except InputError as error:
            yield {**row, "fault": error.sentence}
            if unusable:
                return


def _rows_before(report: Path) -> dict[str, dict[str, Any]]:
    """Rows by their ``out`` of the report an earlier batch left; none where there is no such report."""
    try:
        rows = json.loads(report.read_text(encoding="utf-8"))["edits"]
        return {row["out"]: row | {"stopped": False} for row in rows if "out" in row}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _not_reached(rows: list[dict[str, Any]], before: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of an earlier batch that this one, stopped early, has not come to; their pictures are still there."""
    reached = {row.get("out") for row in rows}
    return [row for out, row in before.items() if out not in reached and Path(out).is_file()]


def _results(name: str, sound_files: list[Path | None], args: argparse.Namespace) -> dict[Path | None, list[Path]]:
    """Where the variants of the picture called ``name`` go, by the sound (None: the text alone)."""
    names = _names([file for file in sound_files if file is not None])
    firsts = {file: args.out / f"{name}--{names[file] if file else 'text'}.png" for file in sound_files}
    return {file: [variant_path(first, v) for v in range(args.variants)] for file, first in firsts.items()}


def _names(files: list[Path]) -> dict[Path, str]:
    """What each file is called in the names of results: its stem, with the ending where two would be the same."""
    stems = [file.stem.lower() for file in files]
    return {file: file.name if stems.count(file.stem.lower()) > 1 else file.stem for file in files}


def _files(folder: Path, endings: tuple[str, ...], what: str) -> list[Path]:
    if not folder.is_dir():
        raise RequestError(f"There is no folder {folder}; give one with {what} in it.")
    found = sorted(f for f in folder.iterdir() if f.suffix.lower() in endings and f.is_file())
    if not found:
        raise RequestError(f"The folder {folder} holds no {what}; give one with {', '.join(endings[:4])} files in it.")
    return found
