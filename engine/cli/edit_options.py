"""The options of an edit, shared by ``edit`` and ``batch``, and the request made from them."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.common_options import (
    add_device,
    add_pack,
    add_seed,
    face_frame,
    per_sound,
    positive_int,
    seconds_range,
)
from engine.errors import PictureError, RequestError
from engine.request import Request, SoundGuide, TextGuide

if TYPE_CHECKING:  # decoding libraries are loaded when a file is read, not for --help
    import numpy as np

    from engine.media.pictures import Picture
    from engine.media.sounds import Sound


@dataclass(frozen=True)
class Region:
    """A painted mask: ``weights`` (H, W) float32 in 0–1 at the original's size, and its file's sha256."""

    weights: np.ndarray
    sha256: str
    path: Path


def add_edit_options(parser: argparse.ArgumentParser) -> None:
    """Everything of ``sgim edit`` but the files."""
    add_pack(parser)
    guide = parser.add_argument_group("guides")
    guide.add_argument("--text", metavar="WORDS", help="a text guide; with a sound, both are mixed")
    guide.add_argument("--trim", type=seconds_range, action="append", default=[], metavar="START:END", help="seconds")
    guide.add_argument("--gain", type=float, action="append", default=[], metavar="DB", help="louder or softer, in dB")
    guide.add_argument("--no-loudness", action="store_true", help="how loud the sound is does not matter")
    guide.add_argument("--mix", type=float, metavar="ALPHA", help="0 sound … 1 text (default 0.5)")
    guide.add_argument("--split", type=int, metavar="LAYER", help="rows below LAYER from the sound, others from text")
    guidance = parser.add_argument_group("guidance")
    guidance.add_argument("--steps", type=int, metavar="N")
    add_seed(guidance)
    guidance.add_argument("--variants", type=positive_int, default=1, metavar="N", help="N distinct results")
    guidance.add_argument("--strength", type=float, default=1.0, metavar="S", help="0 source … 1 edited … 5")
    guidance.add_argument("--objective", choices=("hinge", "cosine", "directional"), default="hinge")
    guidance.add_argument("--mask", choices=("trained", "detached", "l2"), default="trained", help="layer mask, Eq. 17")
    guidance.add_argument("--lambda-reg", type=float, metavar="X", help="weight of Eq. 17")
    guidance.add_argument("--lambda-id", type=float, metavar="X", help="weight of Eq. 18")
    guidance.add_argument("--learning-rate", type=float, metavar="X")
    guidance.add_argument("--instant", action="store_true", help="the pack's instant mapper instead of optimisation")
    source = parser.add_argument_group("source and finish")
    source.add_argument("--region", type=Path, metavar="MASK.png", help="edit only where the mask is white")
    where = source.add_mutually_exclusive_group()
    where.add_argument("--face", type=face_frame, metavar="X,Y,W,H,ANGLE", help="the face's frame, in pixels, degrees")
    where.add_argument("--no-align", action="store_true", help="take the picture as it is")
    source.add_argument("--fidelity", choices=("fast", "balanced", "high"), default="balanced")
    source.add_argument("--finish", choices=("model", "detail"), help="default: the pack's")
    add_device(parser)
    parser.add_argument("--strip", action="store_true", help="leave recipe and provenance out of the picture")


def sound_guides(args: argparse.Namespace, sounds: list[Sound]) -> tuple[SoundGuide, ...]:
    """The guides with their trims and gains. Raises when a trim lies outside its sound or leaves silence."""
    from engine.media.sounds import clip

    trims = per_sound(args.trim, len(sounds), "--trim", (0.0, None))
    gains = per_sound(args.gain, len(sounds), "--gain", 0.0)
    guides = []
    for sound, (start, end), gain in zip(sounds, trims, gains, strict=True):
        clip(sound, start, end, gain)  # raises now, not after a minute of inversion
        guides.append(SoundGuide(sound.sha256, sound.name, start, end, gain))
    return tuple(guides)


def request_of(
    args: argparse.Namespace, picture: Picture, sounds: list[Sound], region: Region | None, variant: int = 0
) -> Request:
    """The request the arguments describe. Raises ``RequestError`` when they contradict each other."""
    text = (args.text or "").strip()
    if args.text is not None and not text:
        raise RequestError("The text is empty; say what the picture should become, e.g. --text 'heavy rain'.")
    if not sounds and not text:
        raise RequestError("There is neither a sound nor a text to edit by; give --sound FILE, --text WORDS, or both.")
    if not sounds and (args.trim or args.gain):
        raise RequestError("--trim and --gain need a sound; give --sound FILE.")
    if (args.mix is not None or args.split is not None) and not (sounds and text):
        raise RequestError("--mix and --split need both a sound and a text; give the other one too.")
    if args.face is not None:
        from engine.alignment.frame import Alignment, check_frame

        check_frame(Alignment(*args.face), picture.width, picture.height, picture.name)
    return Request(
        pack=args.pack,
        picture_sha256=picture.sha256,
        picture_name=picture.name,
        sounds=sound_guides(args, sounds),
        text=TextGuide(text) if text else None,
        steps=args.steps,
        seed=args.seed,
        variant=variant,
        strength=args.strength,
        mix_alpha=args.mix,
        split_layer=args.split,
        objective=args.objective,
        mask=args.mask,
        lambda_reg=args.lambda_reg,
        lambda_id=args.lambda_id,
        learning_rate=args.learning_rate,
        loudness=not args.no_loudness,
        instant=args.instant,
        fidelity=args.fidelity,
        finish=args.finish,
        region_sha256=region.sha256 if region else None,
        face=args.face,
        align=not args.no_align,
        device=args.device,
        threads=args.threads,
    )


def load_region(path: Path | None, picture: Picture) -> Region | None:
    """The mask at the original's size. Raises ``PictureError`` when it is no picture, or of another shape."""
    if path is None:
        return None
    import numpy as np

    from engine.media.pictures import load_picture

    mask = load_picture(path)
    grey = mask.pixels.astype(np.float32).mean(axis=2) / np.iinfo(mask.pixels.dtype).max
    if mask.alpha is not None:
        grey = grey * (mask.alpha.astype(np.float32) / np.iinfo(mask.alpha.dtype).max)
    if grey.shape != (picture.height, picture.width):
        import cv2

        if abs(grey.shape[1] / grey.shape[0] - picture.width / picture.height) > 0.02 * picture.width / picture.height:
            raise PictureError(
                f"The region {mask.name} is {mask.width}×{mask.height}, but {picture.name} is "
                f"{picture.width}×{picture.height}; paint it on a copy of the picture."
            )
        grey = cv2.resize(grey, (picture.width, picture.height), interpolation=cv2.INTER_LINEAR)
    if float(grey.max()) <= 0.0:
        raise PictureError(f"The region {mask.name} is black everywhere; paint white where the edit should go.")
    return Region(np.clip(grey, 0.0, 1.0), mask.sha256, path)
