"""``sgim invert``: a picture's latent as safetensors."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.cli.common_options import (
    add_device,
    add_json,
    add_pack,
    add_seed,
    check_writable,
    face_frame,
    keep_originals,
)


def register(subparsers: Any) -> None:
    """Add the verb."""
    parser = subparsers.add_parser("invert", help="find the latent of a picture")
    parser.add_argument("image", type=Path, metavar="IMAGE")
    parser.add_argument("--out", required=True, type=Path, metavar="LATENT.safetensors")
    add_pack(parser)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--face", type=face_frame, metavar="X,Y,W,H,ANGLE", help="the face's frame, in pixels, degrees")
    where.add_argument("--no-align", action="store_true", help="take the picture as it is")
    parser.add_argument("--fidelity", choices=("fast", "balanced", "high"), default="balanced")
    add_seed(parser)
    add_device(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Invert and write tensors w, structure?, tuned_delta? with their metadata. Raises ``SgimError``."""
    check_writable(args.out, (".safetensors",))
    keep_originals([args.image], [args.out])
    from engine.cli.progress import follow
    from engine.cli.report import dumps
    from engine.cli.run_edit import open_studio, say_note
    from engine.media.pictures import load_picture

    picture = load_picture(args.image)
    if args.face is not None:
        from engine.alignment.frame import Alignment, check_frame

        check_frame(Alignment(*args.face), picture.width, picture.height, picture.name)
    studio = open_studio(args.pack, args.device, args.threads, needs=("generator",))
    from engine.latent_files import latent_metadata, save_latent

    source = follow(
        studio.invert(picture, fidelity=args.fidelity, seed=args.seed, face=args.face, align=not args.no_align)
    )
    save_latent(args.out, source.latent, latent_metadata(source))
    say_note(source)
    value = {
        "out": args.out,
        "pack": args.pack,
        "psnr": source.psnr,
        "identity": source.identity,
        "alignment": source.alignment.values if source.alignment else None,
        "note": source.note,
    }
    identity = "" if source.identity is None else f", identity {source.identity:.3f}"
    print(dumps(value) if args.json else f"{args.out}  reconstruction {source.psnr:.1f} dB{identity}")
    return 0
