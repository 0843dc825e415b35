"""``sgim embed``: sounds, texts and pictures in the joint space, and how close they are."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.common_options import add_device, add_json, add_pack, check_writable, keep_originals
from engine.errors import RequestError

if TYPE_CHECKING:
    import numpy as np


def register(subparsers: Any) -> None:
    """Add the verb."""
    parser = subparsers.add_parser("embed", help="compare sounds, texts and pictures in the joint space")
    parser.add_argument("--sound", nargs="+", action="extend", default=[], type=Path, metavar="F", dest="sounds")
    parser.add_argument("--text", nargs="+", action="extend", default=[], metavar="T", dest="texts")
    parser.add_argument("--image", nargs="+", action="extend", default=[], type=Path, metavar="I", dest="images")
    parser.add_argument("--out", type=Path, metavar="EMBED.json", help="also write vectors and similarities there")
    add_pack(parser)
    add_device(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the cosine similarity of everything with everything. Raises ``SgimError``."""
    if not (args.sounds or args.texts or args.images):
        raise RequestError("There is nothing to embed; give --sound, --text or --image.")
    if args.out:
        check_writable(args.out)
        keep_originals([*args.sounds, *args.images], [args.out])
    from engine.cli.report import dumps, write_json
    from engine.cli.run_edit import open_studio
    from engine.media.pictures import load_picture
    from engine.media.sounds import load_sound

    needs = ("joint_embedder", "sound_encoder") if args.sounds else ("joint_embedder",)
    sounds = [load_sound(path) for path in args.sounds]
    pictures = [load_picture(path) for path in args.images]
    studio = open_studio(args.pack, args.device, args.threads, needs=needs)
    items = embed_all(studio, sounds, args.texts, pictures)
    table = [[float((a.vector * b.vector).sum()) for b in items] for a in items]
    value = {
        "pack": args.pack,
        "items": [
            {"kind": i.kind, "name": i.name, "vector": i.vector, "heard": i.heard, "level_lufs": i.level_lufs}
            for i in items
        ],
        "similarity": table,
    }
    if args.out:
        write_json(args.out, value)
    if args.json:
        print(dumps(value))
        return 0
    width = max(len(i.name) for i in items)
    for number, (item, row) in enumerate(zip(items, table, strict=True), 1):
        print(f"{number:3d} {item.kind:7s} {item.name:{width}s}  " + " ".join(f"{v:6.3f}" for v in row))
    return 0


@dataclass(frozen=True)
class Embedded:
    """One thing in the joint space: ``vector`` (d,) unit; for sounds what was heard (seconds) and the level (LUFS)."""

    kind: str
    name: str
    vector: np.ndarray
    heard: tuple[tuple[float, float], ...] | None = None
    level_lufs: float | None = None


def embed_all(studio: Any, sounds: list[Any], texts: list[str], pictures: list[Any]) -> list[Embedded]:
    """Sounds, texts and pictures as unit vectors of the studio's pack."""
    embedder = studio.loaded.embedder
    items = []
    for sound in sounds:
        heard = embedder.sound(sound)
        items.append(Embedded("sound", sound.name, heard.vector.cpu().numpy(), heard.heard, heard.level_lufs))
    for text in texts:
        items.append(Embedded("text", text, embedder.texts([text])[0].cpu().numpy()))
    for picture in pictures:
        items.append(Embedded("picture", picture.name, studio.embed_picture(picture.srgb()).cpu().numpy()))
    return items
