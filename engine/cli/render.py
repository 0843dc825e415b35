"""``sgim render``: a latent as a picture, or as the generator's own numbers."""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import Any

from engine.cli.common_options import add_device, add_json, add_pack, check_writable
from engine.cli.edit import PICTURE_ENDINGS


def register(subparsers: Any) -> None:
    """Add the verb."""
    parser = subparsers.add_parser("render", help="draw a latent")
    parser.add_argument("latent", type=Path, metavar="LATENT.safetensors")
    add_pack(parser)
    parser.add_argument("--out", required=True, type=Path, metavar="OUT.png|OUT.npy")
    add_device(parser)
    parser.add_argument("--strip", action="store_true", help="leave the provenance out of the picture")
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Render; .npy holds float32 (3, H, W) in about [-1, 1], as the generator gives it. Raises ``SgimError``."""
    check_writable(args.out, (*PICTURE_ENDINGS, ".npy"))
    import numpy as np

    from engine.cli.report import dumps
    from engine.cli.run_edit import open_studio
    from engine.media.atomic_files import write_file
    from engine.media.pictures import save_picture

    studio = open_studio(args.pack, args.device, args.threads)
    chw = studio.render_file(args.latent)
    if args.out.suffix.lower() == ".npy":
        buffer = io.BytesIO()
        np.save(buffer, chw, allow_pickle=False)
        write_file(args.out, buffer.getvalue())
    else:
        pixels = np.round((np.clip(chw, -1, 1).transpose(1, 2, 0) + 1) * 127.5).astype(np.uint8)
        save_picture(args.out, pixels, strip=args.strip, licence=studio.pack.manifest.licence, drawn=True)
    print(dumps({"out": args.out, "shape": chw.shape}) if args.json else args.out)
    return 0
