"""`sgim train shard FOLDER --out SHARDS`"""

from __future__ import annotations

import argparse
import sys
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("folder", help="folder that holds the collection")
    parser.add_argument("--out", required=True, help="folder for the shards; the same command goes on where it stopped")
    parser.add_argument("--layout", default="auto", help="auto, index, vggsound, audioset, esc50 or urbansound8k")
    parser.add_argument("--table", help="the collection's csv, where it is not in its usual place")
    parser.add_argument("--rate", type=int, default=32_000, help="samples per second (default 32000)")
    parser.add_argument("--seconds", type=float, default=10.0, help="longest clip kept (default 10)")
    parser.add_argument("--clips-per-shard", type=int, default=1000)
    parser.add_argument("--split", action="append", default=[], help="keep only this split (may be repeated)")
    parser.add_argument("--without-fold", action="append", default=[], help="leave this fold out (may be repeated)")
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Write the shards; returns counts."""
    from engine.training.shard_writer import ShardPlan, write_shards

    plan = ShardPlan(rate=args.rate, clips_per_shard=args.clips_per_shard, seconds=args.seconds, seed=args.seed,
                     splits=tuple(args.split), without_folds=tuple(args.without_fold))
    done = write_shards(args.folder, args.out, plan, layout=args.layout, table=args.table,
                        report=lambda line: print(line, file=sys.stderr))  # noqa: T201
    return {"out": str(args.out), "shards": len(done.shards), **done.tally}
