"""`sgim train identity --data FOLDER --out FOLDER`: the starter's identity network."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb; the defaults made the weights that ship."""
    parser.add_argument("--data", required=True, help="folder with images/index.csv (laid out like shared/data)")
    parser.add_argument("--out", required=True, help="folder for identity.safetensors, its curve and aligned crops")
    parser.add_argument("--crops", help="npz of aligned portraits (default: OUT/portraits128.npz, made when missing)")
    parser.add_argument("--minutes", type=float, default=15.0, help="of processor time")
    parser.add_argument("--views", type=int, default=60_000, help="views of people to train on")
    parser.add_argument("--margin", type=float, default=0.3, help="ArcFace margin, radians")
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Align when needed, train on the train folds, write."""
    from safetensors.torch import save_file

    from engine.media.atomic_files import written_beside
    from engine.training.curve import Curve, draw_curve
    from engine.training.identity import train_identity
    from engine.training.portrait_crops import align_data_set, load_crops

    data, out = Path(args.data), Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    crops_file = Path(args.crops) if args.crops else out / "portraits128.npz"
    if not crops_file.is_file():
        align_data_set(data, crops_file, lambda done, of: _say(f"aligning {done}/{of}") if done % 100 == 0 else None)
    train, _ = load_crops(crops_file)
    curve, seen, loss = Curve(out, 0, events=False), 0, 0.0
    for progress in train_identity(
        train, seconds=60 * args.minutes, views=args.views, seed=args.seed, margin=args.margin
    ):
        seen, loss = progress.seen, progress.loss
        curve.add(seen, {"arcface": loss})
        _say(f"{seen} views  loss {loss:.3f}")
        with written_beside(out / "identity.safetensors") as beside:
            save_file({k: v.half().contiguous() for k, v in progress.network.state_dict().items()}, beside)
    curve.close()
    draw_curve(out, "identity")
    return {"people": len(train.pixels), "views": seen, "arcface": loss, "weights": str(out / "identity.safetensors")}


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201
