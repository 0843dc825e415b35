"""``sgim sample``: a random source."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.cli.common_options import add_device, add_json, add_pack, add_seed, check_writable
from engine.cli.edit import PICTURE_ENDINGS


def register(subparsers: Any) -> None:
    """Add the verb."""
    parser = subparsers.add_parser("sample", help="draw a random source")
    add_pack(parser)
    add_seed(parser)
    parser.add_argument("--out", required=True, type=Path, metavar="OUT.png")
    add_device(parser)
    parser.add_argument("--strip", action="store_true", help="leave the provenance out of the picture")
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Draw and write; the same seed gives the same picture. Raises ``SgimError``."""
    check_writable(args.out, PICTURE_ENDINGS)
    from engine.cli.report import dumps
    from engine.cli.run_edit import open_studio
    from engine.media.pictures import save_picture

    studio = open_studio(args.pack, args.device, args.threads, needs=("generator",))
    source = studio.sample(args.seed)
    save_picture(args.out, source.reconstruction, strip=args.strip, licence=studio.loaded.manifest.licence, drawn=True)
    print(dumps({"out": args.out, "pack": args.pack, "seed": args.seed}) if args.json else args.out)
    return 0
