"""Options several verbs share, and how their values are read."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path

from engine.errors import RequestError, SaveError
from engine.media.atomic_files import check_replaceable, is_stream
from engine.request import LARGEST_SEED, MOST_THREADS


def add_json(parser: argparse.ArgumentParser) -> None:
    """``--json``."""
    parser.add_argument("--json", action="store_true", help="print machine-readable output")


def add_device(parser: argparse.ArgumentParser) -> None:
    """``--device`` and ``--threads``."""
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto", help="default: auto")
    parser.add_argument("--threads", type=thread_count, metavar="N", help="CPU threads (default: all cores)")


def add_seed(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """``--seed``."""
    parser.add_argument("--seed", type=seed_number, default=0, metavar="N")


def add_pack(parser: argparse.ArgumentParser) -> None:
    """``--pack``."""
    from engine.packs.store import DEFAULT_PACK

    parser.add_argument("--pack", default=DEFAULT_PACK, metavar="NAME", help=f"default: {DEFAULT_PACK}")


def positive_int(text: str) -> int:
    """1, 2, 3 …"""
    return _whole_number(text, 1, None)


def thread_count(text: str) -> int:
    """1 … ``MOST_THREADS``: more than any machine has ends in a crash, not in speed."""
    return _whole_number(text, 1, MOST_THREADS)


def seed_number(text: str) -> int:
    """0 … ``LARGEST_SEED``."""
    return _whole_number(text, 0, LARGEST_SEED)


def _whole_number(text: str, least: int, most: int | None) -> int:
    wanted = f"a whole number of {least} or more" if most is None else f"a whole number from {least} to {most}"
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}") from None
    if value < least or (most is not None and value > most):
        raise argparse.ArgumentTypeError(f"{text} is not {wanted}")
    return value


def seconds_range(text: str) -> tuple[float, float | None]:
    """``START:END`` in seconds; either side may be empty: ``:4``, ``1.5:``."""
    first, colon, last = text.partition(":")
    try:
        if not colon:
            raise ValueError
        return (float(first) if first else 0.0, float(last) if last else None)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not START:END in seconds, e.g. 0.5:4") from None


def face_frame(text: str) -> tuple[float, float, float, float, float]:
    """``X,Y,W,H,ANGLE`` in pixels and degrees."""
    try:
        x, y, w, h, angle = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not X,Y,W,H,ANGLE, e.g. 120,80,300,300,0") from None
    if w <= 0 or h <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} has no size; width and height must be above 0")
    return x, y, w, h, angle


def check_writable(path: str | Path, endings: tuple[str, ...] = (), *, at_once: bool = True) -> Path:
    """``path`` itself; ``SaveError`` before any long work when it could not be written afterwards.

    ``at_once``: the whole file is written in one go, so that it may also go into a pipe.
    """
    target = Path(path)
    if endings and target.suffix.lower() not in endings:
        raise SaveError(f"{target.name or target} cannot be written; use the ending {', '.join(endings)}.")
    try:
        if target.is_dir():
            raise SaveError(f"{target} is a folder; give the name of a file to write.")
        stream = is_stream(target)
        if not at_once:
            check_replaceable(target)
        if not target.parent.is_dir():
            raise SaveError(f"The folder {target.parent} does not exist; make it first, or choose another.")
        locked = target.exists() and not os.access(target, os.W_OK)
    except OSError as error:  # a name too long for the disk
        raise SaveError(f"{target} cannot be written ({error.strerror}); choose another name.", error) from error
    if locked:
        raise SaveError(f"{target} is write-protected; give another name, or lift the protection first.")
    if not stream and not os.access(target.parent, os.W_OK):
        raise SaveError(f"Nothing may be written to the folder {target.parent.resolve()}; choose one you own.")
    return target


def keep_originals(inputs: Iterable[Path | None], outputs: Iterable[Path | None]) -> None:
    """Raise ``SaveError`` when an output would replace an input, or another output."""
    originals = {path.resolve() for path in inputs if path is not None}
    taken: set[Path] = set()
    for path in outputs:
        if path is None:
            continue
        place = path.resolve()
        if place in originals:
            raise SaveError(
                f"{path} is one of the originals, which are never overwritten; give the result another name."
            )
        if place in taken:
            raise SaveError(f"{path} was given for two results; give each a name of its own.")
        taken.add(place)


def with_sidecars(pictures: Iterable[Path]) -> list[Path]:
    """Each picture to be written, and its sidecar, which is replaced or removed with it."""
    from engine.media.recipes import sidecar_path

    return [place for picture in pictures for place in (picture, sidecar_path(picture))]


def per_sound(values: list, count: int, option: str, default: object) -> list:
    """One value for each of ``count`` sounds: none given → default, one → for all, as many as sounds → in order."""
    if not values:
        return [default] * count
    if len(values) == 1:
        return values * count
    if len(values) != count:
        raise RequestError(
            f"{option} was given {len(values)} times for {count} sounds; give it once, or once for each."
        )
    return values
