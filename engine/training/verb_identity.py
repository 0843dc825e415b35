"""`sgim train identity --data FOLDER --out FOLDER`: the starter's identity network."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("--data", required=True, help="folder with images/index.csv (laid out like shared/data)")
    parser.add_argument("--out", required=True, help="folder for identity.safetensors, checkpoints, curve and aligned "
                        "crops; run again to resume")
    parser.add_argument("--crops", help="npz of aligned portraits (default: OUT/portraits128.npz, made when missing)")
    parser.add_argument("--minutes", type=float, help="stop after this long (the same command goes on)")
    parser.add_argument("--checkpoint-minutes", type=float, default=10.0)
    parser.add_argument("--views", type=int, default=60_000, help="views of people to train on")
    parser.add_argument("--margin", type=float, default=0.3, help="ArcFace margin, radians")
    parser.add_argument("--start", type=Path, help="identity.safetensors to go on from, instead of fresh weights")
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Align when needed, train on the train folds, write."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from engine.errors import DataError
    from engine.media.atomic_files import save_error
    from engine.training.identity import IdentityTask
    from engine.training.loop import LoopPlan, train
    from engine.training.portrait_crops import align_data_set, load_crops
    from engine.training.tensor_files import save_tensors

    data, out = Path(args.data), Path(args.out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise save_error(out, error) from error
    crops_file = Path(args.crops) if args.crops else out / "portraits128.npz"
    if not crops_file.is_file():
        align_data_set(data, crops_file, lambda done, of: _say(f"aligning {done}/{of}") if done % 100 == 0 else None)
    crops, _ = load_crops(crops_file)
    task = IdentityTask(crops, views=args.views, seed=args.seed, margin=args.margin)
    if args.start is not None:
        try:
            start = {name: value.float() for name, value in load_file(str(args.start)).items()}
            task.network.load_state_dict(start)
        except (OSError, SafetensorError, RuntimeError) as error:
            raise DataError(f"{args.start} holds no identity network; name an identity.safetensors.") from error
        task.average.load_state_dict(start)
    result = train(task, LoopPlan(out, seed=args.seed, checkpoint_minutes=args.checkpoint_minutes,
                                  minutes=args.minutes))
    weights = out / "identity.safetensors"
    save_tensors(weights, {k: v.half() for k, v in task.average.state_dict().items()})
    return {"people": len(crops.pixels), "steps": result.steps, "finished": result.finished,
            "views_per_second": round(result.items_per_second, 1), **result.last, "weights": str(weights)}


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201
