"""Options that every `sgim train` verb of a pack's part takes, and the plan they make."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from engine.training.loop import LoopPlan, LoopResult


def loop_arguments(parser: argparse.ArgumentParser, *, steps: int, batch: int, rate: float) -> None:
    """Length, batch, learning rate, checkpoints, device; ``steps``, ``batch`` and ``rate`` are the defaults."""
    parser.add_argument("--out", required=True, help="folder for checkpoints and the result; run again to resume")
    parser.add_argument("--pack", help="pack whose networks are used (default: the starter pack)")
    parser.add_argument("--steps", type=int, default=steps, help=f"steps in all (default {steps})")
    parser.add_argument("--batch", type=int, default=batch)
    parser.add_argument("--learning-rate", type=float, default=rate)
    parser.add_argument("--checkpoint-minutes", type=float, default=10.0)
    parser.add_argument("--minutes", type=float, help="stop after this long (the same command goes on)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))


def plan_of(args: argparse.Namespace) -> LoopPlan:
    """The loop's plan; also makes the folder. Raises SaveError."""
    from engine.media.atomic_files import save_error
    from engine.training.loop import LoopPlan

    out = Path(args.out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise save_error(out, error) from error
    return LoopPlan(out, seed=args.seed, checkpoint_minutes=args.checkpoint_minutes, minutes=args.minutes)


def device_of(args: argparse.Namespace) -> torch.device:
    """The device these (single-process) trainings run on."""
    from engine.training.ranks import join_ranks

    return join_ranks(args.device).device


def told(result: LoopResult, unit: str, weights: Path, **more: object) -> dict[str, object]:
    """What a verb answers."""
    return {"steps": result.steps, "finished": result.finished,
            f"{unit}_per_second": round(result.items_per_second, 1), **result.last, **more, "weights": str(weights)}
