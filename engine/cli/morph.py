"""``sgim morph``: a video from source to result, or from one result to another, driven by a sound's loudness."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.common_options import add_json, check_writable, keep_originals, positive_int, with_sidecars
from engine.errors import RequestError

if TYPE_CHECKING:
    import numpy as np


def register(subparsers: Any) -> None:
    """Add the verb."""
    parser = subparsers.add_parser("morph", help="a video that changes with the loudness of a sound")
    parser.add_argument("recipes", nargs="+", type=Path, metavar="RECIPE.json", help="one: source → result; two: A → B")
    parser.add_argument("--sound", required=True, type=Path, metavar="FILE")
    parser.add_argument("--out", required=True, type=Path, metavar="MORPH.mp4", help="or .webm")
    parser.add_argument("--image", type=Path, metavar="FILE", help="where the original now lies, or another picture")
    parser.add_argument("--drive", choices=("travel", "pulse"), default="travel", help="move on, or back and forth")
    parser.add_argument("--fps", type=positive_int, default=25, metavar="N")
    parser.add_argument("--codec", choices=("vp9", "av1"), default="vp9")
    parser.add_argument("--size", choices=("original", "model"), default="original")
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Replay the recipes, render along the way, encode. Raises ``SgimError``."""
    check_writable(args.out, (".mp4", ".webm"), at_once=False)
    if len(args.recipes) > 2:
        raise RequestError("A morph goes between one or two recipes; leave the others out.")
    from engine.cli.progress import follow
    from engine.cli.replay import read_inputs
    from engine.cli.report import dumps
    from engine.cli.run_edit import Stopwatch, edit, invert, open_studio, parts_needed
    from engine.guidance.mixing import interpolate
    from engine.media.morphs import write_morph
    from engine.media.sounds import load_sound

    watch = Stopwatch()
    sound = load_sound(args.sound)
    inputs = [read_inputs(recipe, args.image, [args.sound], None) for recipe in args.recipes]
    originals = [Path(file) for found in inputs for file in found.files.values()]
    keep_originals([*with_sidecars(args.recipes), args.sound, *originals], [args.out])
    request = inputs[0].request
    if len({(i.request.pack, i.request.picture_sha256, i.request.fidelity) for i in inputs}) != 1:
        raise RequestError("The two recipes differ in picture, pack or fidelity; make both from the same source.")
    studio = open_studio(request.pack, request.device, request.threads, watch, parts_needed(request))
    source = invert(studio, inputs[0].picture, request, watch)
    results = [edit(studio, source, i.request, i.sounds, i.region, watch)[0].result for i in inputs]
    region = inputs[0].region.weights if inputs[0].region else None

    def render(t: float) -> np.ndarray:
        if len(results) == 1:
            result, strength = results[0], t * request.strength
        else:
            way = interpolate(results[0].latent, results[1].latent, t)
            result, strength = replace(results[0], latent=way), request.strength
        if args.size == "model":
            return studio.render(source, result, strength=strength)
        return studio.finish(source, result, finish=request.finish, strength=strength, region=region).srgb()

    with watch.phase("video"):
        frames = follow(
            write_morph(
                args.out,
                render,
                sound,
                frames_per_second=args.fps,
                drive=args.drive,
                codec=args.codec,
                licence=studio.loaded.manifest.licence,
            )
        )
    value = {"out": args.out, "frames": frames, "fps": args.fps, "seconds": watch.total()}
    print(dumps(value) if args.json else f"{args.out}  {frames} pictures, {watch.total()['total']:.1f} s")
    return 0
