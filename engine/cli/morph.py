"""``sgim morph``: a video from source to result, or from one result to another, driven by a sound's loudness."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.common_options import add_json, check_writable, positive_int
from engine.errors import RequestError

if TYPE_CHECKING:
    import numpy as np

KEY_FRAMES = 33  # rendered along the way; frames between two of them are blended: invisible at these distances
MAX_SIDE = 1920


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
    """Replay the recipes, render key frames, encode. Raises ``SgimError``."""
    check_writable(args.out, (".mp4", ".webm"))
    if len(args.recipes) > 2:
        raise RequestError("A morph goes between one or two recipes; leave the others out.")
    if args.fps > 120:
        raise RequestError(f"{args.fps} pictures a second is out of range; choose 1 to 120.")
    from engine.cli.progress import follow
    from engine.cli.replay import read_inputs
    from engine.cli.report import dumps
    from engine.cli.run_edit import Stopwatch, edit, invert, open_studio
    from engine.media.loudness_curve import morph_positions
    from engine.media.sounds import load_sound
    from engine.media.videos import write_video

    watch = Stopwatch()
    sound = load_sound(args.sound)
    if sound.seconds > 600:
        raise RequestError(f"{sound.name} is longer than ten minutes; cut out the part the morph should follow.")
    inputs = [read_inputs(recipe, args.image, [args.sound], None) for recipe in args.recipes]
    requests = [i.request for i in inputs]
    if len({(r.pack, r.picture_sha256, r.fidelity) for r in requests}) != 1:
        raise RequestError("The two recipes differ in picture, pack or fidelity; make both from the same source.")
    studio = open_studio(requests[0].pack, requests[0].device, requests[0].threads, watch)
    source = invert(studio, inputs[0].picture, requests[0], watch)
    results = [edit(studio, source, i.request, i.sounds, i.region, watch)[0].result for i in inputs]
    region = inputs[0].region.weights if inputs[0].region else None
    with watch.phase("frames"):
        keys = follow(key_frames(studio, source, results, requests[0], region, args.size))
    positions = morph_positions(sound, args.fps, args.drive)
    with watch.phase("video"):
        follow(
            _as_generator(write_video(args.out, between(keys, positions), len(positions), args.fps, sound, args.codec))
        )
    seconds = watch.total()
    value = {"out": args.out, "frames": len(positions), "fps": args.fps, "seconds": seconds}
    print(dumps(value) if args.json else f"{args.out}  {len(positions)} pictures, {seconds['total']:.1f} s")
    return 0


def key_frames(studio: Any, source: Any, results: list[Any], request: Any, region: Any, size: str) -> Any:
    """Yields ``Progress``; returns the list of key frames (H, W, 3) uint8 from t = 0 to 1."""
    from engine.steps import Progress

    frames: list[np.ndarray] = []
    for number in range(KEY_FRAMES):
        t = number / (KEY_FRAMES - 1)
        if len(results) == 1:
            result, strength = results[0], t * request.strength
        else:
            latent = results[0].latent.towards(results[1].latent, t)
            result, strength = replace(results[0], latent=latent), request.strength
        if size == "model":
            frames.append(studio.render(source, result, strength=strength))
        else:
            picture = studio.finish(source, result, finish=request.finish, strength=strength, region=region)
            frames.append(_at_most(picture.srgb(), MAX_SIDE))
        yield Progress("key frames", number + 1, KEY_FRAMES)
    return frames


def between(keys: list[np.ndarray], positions: np.ndarray) -> Iterator[np.ndarray]:
    """One picture per position in 0–1, blended from the two nearest key frames."""
    import numpy as np

    for position in positions:
        at = float(position) * (len(keys) - 1)
        low = min(int(at), len(keys) - 2)
        share = at - low
        blend = keys[low].astype(np.float32) * (1 - share) + keys[low + 1].astype(np.float32) * share
        yield np.round(blend).astype(np.uint8)


def _at_most(pixels: np.ndarray, side: int) -> np.ndarray:
    if max(pixels.shape[:2]) <= side:
        return pixels
    import cv2

    scale = side / max(pixels.shape[:2])
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _as_generator(events: Iterator[Any]) -> Any:
    yield from events
