"""What every measurement leaves behind: a table on stdout, report.json, pictures in --out."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import SaveError
from engine.media.atomic_files import save_error, write_file, written_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.studio import Studio


@dataclass
class Table:
    """Rows under ``columns``; the first column is words, numbers are shown with ``digits``."""

    columns: Sequence[str]
    rows: list[Sequence[Any]] = field(default_factory=list)
    digits: int = 3

    def text(self) -> str:
        """Aligned plain text."""
        cells = [[str(c) for c in self.columns], *[[self._shown(v) for v in row] for row in self.rows]]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.columns))]
        padded = [[v.ljust(w) if i == 0 else v.rjust(w) for i, (v, w) in enumerate(zip(row, widths, strict=True))]
                  for row in cells]
        lines = ["  ".join(row) for row in padded]
        return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]])

    def _shown(self, value: Any) -> str:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return "-"
        return f"{value:.{self.digits}f}" if isinstance(value, float) else str(value)

    def records(self) -> list[dict[str, Any]]:
        """Rows as {column: value}."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def common_arguments(parser: argparse.ArgumentParser, *, data: bool = True) -> None:
    """The options every measurement takes."""
    if data:
        parser.add_argument("--data", required=True, help="folder of recordings (and pictures), laid out like the "
                            "project's data, or a published collection")
    parser.add_argument("--judge-data", help="folder of the real pictures a judge learns from (default: --data); "
                        "measurements without such a judge have no use for it")
    parser.add_argument("--pack", help="pack to measure (default: the starter pack)")
    parser.add_argument("--out", help="folder for report.json and pictures (default: .out/evaluate/NAME)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    parser.add_argument("--threads", type=int)


def open_studio(args: argparse.Namespace) -> Studio:
    """A studio with the asked pack loaded."""
    from engine.packs.store import DEFAULT_PACK
    from engine.studio import Studio

    studio = Studio(args.device, args.threads)
    studio.load_pack(args.pack or DEFAULT_PACK)
    return studio


def folder_for(args: argparse.Namespace, name: str) -> Path:
    """The folder results go to, made if it is not there."""
    out = Path(args.out) if args.out else Path(".out") / "evaluate" / name
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise save_error(out, error) from error
    return out


def finish(args: argparse.Namespace, out: Path, name: str, report: dict[str, Any], tables: dict[str, Table]
           ) -> dict[str, Any] | int:
    """Write ``report.json`` and print the tables (or hand the report back for --json)."""
    from engine.packs.store import DEFAULT_PACK

    whole = {"measurement": name, "pack": args.pack or DEFAULT_PACK, "seed": args.seed,
             **{title: table.records() for title, table in tables.items()}, **report}
    try:
        write_file(out / "report.json", json.dumps(whole, indent=1, default=float).encode())
    except SaveError:
        raise
    if getattr(args, "json", False):
        return whole
    for title, table in tables.items():
        print(f"{title}\n{table.text()}\n")
    for key, value in report.items():
        if isinstance(value, (str, int, float)):
            print(f"{key}: {value:.4g}" if isinstance(value, float) else f"{key}: {value}")
    print(f"report: {out / 'report.json'}")
    return 0


@contextmanager
def figure(path: Path, wide: float = 7.0, high: float = 4.5) -> Iterator[Any]:
    """Axes to draw on; saved as PNG on leaving. Never touches a display."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(wide, high), dpi=110)
    FigureCanvasAgg(drawing)
    yield drawing.add_subplot()
    drawing.tight_layout()
    with written_beside(path) as beside:
        drawing.savefig(beside, format="png")


def mean_and_std(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation; NaN for none."""
    if not values:
        return math.nan, math.nan
    mean = sum(values) / len(values)
    return mean, math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))


def confidence_interval(values: Sequence[float], seed: int = 0, draws: int = 2000) -> tuple[float, float]:
    """95 % bootstrap interval of the mean; NaN with fewer than two values."""
    import numpy as np

    if len(values) < 2:
        return math.nan, math.nan
    array = np.asarray(values, float)
    source = np.random.default_rng(seed)
    means = array[source.integers(0, len(array), (draws, len(array)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's correlation; 0 where one of them does not change at all (nothing follows nothing)."""
    if len(set(first)) < 2 or len(set(second)) < 2:
        return 0.0
    from scipy.stats import spearmanr

    return float(spearmanr(first, second).statistic)
