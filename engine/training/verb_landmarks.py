"""`sgim train landmarks --data FOLDER --out FOLDER`: the network that finds eyes and mouth."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb; the defaults made the weights that ship."""
    parser.add_argument("--data", required=True, help="folder with images/index.csv (laid out like shared/data)")
    parser.add_argument("--out", required=True, help="folder for landmarks.safetensors and its curve")
    parser.add_argument("--minutes", type=float, default=8.0, help="of processor time")
    parser.add_argument("--views", type=int, default=60_000, help="face views to train on")
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Label by cascades, train, write; the held-out fold is never seen."""
    from safetensors.torch import save_file

    from engine.media.atomic_files import written_beside
    from engine.training.curve import Curve, draw_curve
    from engine.training.landmark_data import labelled_faces, scenery
    from engine.training.landmarks import train_landmarks

    data, out = Path(args.data), Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    faces = labelled_faces(data, lambda done, of: _say(f"labelling {done}/{of}") if done % 100 == 0 else None)
    curve = Curve(out, 0, events=False)
    seen, values = 0, dict[str, float]()
    for seen, values, network in train_landmarks(
        faces, scenery(data), seconds=60 * args.minutes, images=args.views, seed=args.seed
    ):
        curve.add(seen, values)
        _say(f"{seen} views  " + "  ".join(f"{k} {v:.4f}" for k, v in values.items()))
        with written_beside(out / "landmarks.safetensors") as beside:
            save_file({k: v.half().contiguous() for k, v in network.state_dict().items()}, beside)
    curve.close()
    draw_curve(out, "landmarks")
    return {"faces": len(faces), "trusted": sum(face.trust > 0 for face in faces), "views": seen, **values,
            "weights": str(out / "landmarks.safetensors")}


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201
