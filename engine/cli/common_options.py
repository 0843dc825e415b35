"""Options several verbs share, and how their values are read."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.errors import RequestError, SaveError


def add_json(parser: argparse.ArgumentParser) -> None:
    """``--json``."""
    parser.add_argument("--json", action="store_true", help="print machine-readable output")


def add_device(parser: argparse.ArgumentParser) -> None:
    """``--device`` and ``--threads``."""
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto", help="default: auto")
    parser.add_argument("--threads", type=positive_int, metavar="N", help="CPU threads (default: all cores)")


def add_pack(parser: argparse.ArgumentParser) -> None:
    """``--pack``."""
    from engine.packs.store import DEFAULT_PACK

    parser.add_argument("--pack", default=DEFAULT_PACK, metavar="NAME", help=f"default: {DEFAULT_PACK}")


def positive_int(text: str) -> int:
    """1, 2, 3 …"""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
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


def check_writable(path: str | Path, endings: tuple[str, ...] = ()) -> Path:
    """``path`` itself; ``SaveError`` before any long work when it could not be written afterwards."""
    target = Path(path)
    if endings and target.suffix.lower() not in endings:
        raise SaveError(f"{target.name or target} cannot be written; use the ending {', '.join(endings)}.")
    if target.is_dir():
        raise SaveError(f"{target} is a folder; give the name of a file to write.")
    if not target.parent.is_dir():
        raise SaveError(f"The folder {target.parent} does not exist; make it first, or choose another.")
    return target


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
