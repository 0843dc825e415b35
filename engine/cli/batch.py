"""``sgim batch``: one recipe over many pictures and many sounds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from engine.cli.common_options import add_json
from engine.cli.edit import edit_and_save
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
    try:
        args.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaveError(f"The folder {args.out} cannot be made ({error.strerror}); choose another.", error) from error
    from engine.cli.report import dumps, write_json
    from engine.cli.run_edit import Stopwatch, open_studio
    from engine.evaluation.batch_sheet import save_batch_sheet

    needs = ("joint_embedder", "sound_encoder") if sound_files else ("joint_embedder",)
    studio = open_studio(args.pack, args.device, args.threads, Stopwatch(), needs)
    rows: list[dict[str, Any]] = []
    faults = 0
    stopped = False
    for image in images:
        for row in _one_picture(studio, image, sound_files or [None], args):
            rows.append(row)
            faults += "fault" in row
            stopped = bool(row.get("stopped"))
        if stopped:
            break
    write_json(args.out / "report.json", {"pack": args.pack, "edits": rows})
    save_batch_sheet(args.out / "contact_sheet.jpg", rows)
    if args.json:
        print(dumps(rows))
    return 2 if faults else 0


def _one_picture(studio: Any, image: Path, sound_files: list[Path | None], args: argparse.Namespace) -> Any:
    """Rows of the report, one per sound; the picture is read and inverted once."""
    from engine.cli.run_edit import Stopwatch, invert
    from engine.media.pictures import load_picture
    from engine.media.sounds import load_sound

    source: Any = None
    picture: Any = None
    for sound_file in sound_files:
        out = args.out / f"{image.stem}--{sound_file.stem if sound_file else 'text'}.png"
        if args.skip_existing and out.is_file():
            continue
        row: dict[str, Any] = {"image": str(image), "sound": str(sound_file) if sound_file else None}
        watch = Stopwatch()
        try:
            if picture is None:
                picture = load_picture(image)
            sounds = [load_sound(sound_file)] if sound_file else []
            region = load_region(args.region, picture)
            request = request_of(args, picture, sounds, region)
            if source is None:
                source = invert(studio, picture, request, watch)
            by_sha = {s.sha256: s for s in sounds}
            report, stopped = edit_and_save(studio, source, request, by_sha, region, out, watch, {}, args)
            row |= {"out": str(out), "similarity": report["similarity"], "seconds": report["seconds"]["total"]}
            row["stopped"] = stopped
        except InputError as error:
            print(f"sgim: {error.sentence}", file=sys.stderr)
            row["fault"] = error.sentence
        yield row
        if row.get("stopped") or (row.get("fault") and picture is None):
            return


def _files(folder: Path, endings: tuple[str, ...], what: str) -> list[Path]:
    if not folder.is_dir():
        raise RequestError(f"There is no folder {folder}; give one with {what} in it.")
    found = sorted(f for f in folder.iterdir() if f.suffix.lower() in endings and f.is_file())
    if not found:
        raise RequestError(f"The folder {folder} holds no {what}; give one with {', '.join(endings[:4])} files in it.")
    return found
