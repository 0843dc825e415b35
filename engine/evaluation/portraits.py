"""`sgim evaluate portraits`: the table of issue 6 on held-out people and sounds, with contact sheets to look at."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

PARTS = ("finding", "repeating", "identity", "inverting", "smiling", "ablation", "speed")
_WITHOUT_PACK = PARTS[:2]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("--data", default="../shared/data", help="folder laid out like shared/data")
    parser.add_argument("--judge-data", help="folder the smile judge learns from (default: --data, training folds)")
    parser.add_argument("--pack", default="starter-portraits")
    parser.add_argument("--out", help="folder for report.json and contact sheets (default: .out/evaluate/portraits)")
    parser.add_argument("--people", type=int, default=24, help="people per measure (finding: all of the held-out fold)")
    parser.add_argument("--fidelity", default="balanced", choices=("fast", "balanced", "high"))
    parser.add_argument("--parts", default=",".join(PARTS), help=f"comma-separated: {', '.join(PARTS)}")
    parser.add_argument("--identity", help="identity.safetensors to measure instead of the pack's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Measure the chosen parts: {value, target, holds, n} each. OUT/report.json is written after every part."""
    from engine.errors import PackError, RequestError
    from engine.evaluation.portrait_bench import Bench
    from engine.evaluation.reporting import folder_for
    from engine.media.atomic_files import write_file

    parts = [part.strip() for part in args.parts.split(",") if part.strip()]
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        raise RequestError(f"There is no part {unknown[0]}; choose from {', '.join(PARTS)}.")
    out = folder_for(args, "portraits")
    bench = Bench(Path(args.data), Path(args.judge_data or args.data), args.pack, out, people=args.people,
                  fidelity=args.fidelity, seed=args.seed, device=args.device, identity_file=args.identity)
    report: dict[str, Any] = {"pack": args.pack, "people": args.people, "seed": args.seed, "measures": {}}
    for part in parts:
        print(f"{part} …", file=sys.stderr)  # noqa: T201
        try:
            report["measures"] |= getattr(bench, part)()
        except PackError as error:
            if part in _WITHOUT_PACK:
                raise
            report["measures"][part] = {"not measured": error.sentence}
        write_file(out / "report.json", json.dumps(report, indent=1).encode())
    return report
