"""The record of a training: curve.csv (exact, survives a kill), TensorBoard events, curve.png."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from engine.media.atomic_files import save_error, write_file


class Curve:
    """Values by step in ``folder/curve.csv``; ``step`` of the first row written is the one training goes on from.

    Rows of steps that a kill undid (recorded after the last checkpoint) are dropped at the start, since they are
    about to be done again.
    """

    def __init__(self, folder: Path, step: int, events: bool = True) -> None:
        self.path = folder / "curve.csv"
        self.names: list[str] = []
        kept = [row for row in read_curve(self.path) if row["step"] < step]
        if kept:
            self.names = [name for name in kept[0] if name != "step"]
            lines = [",".join(["step", *self.names])]
            lines += [",".join([str(int(r["step"])), *(repr(r[n]) for n in self.names)]) for r in kept]
            write_file(self.path, ("\n".join(lines) + "\n").encode())
        else:
            self.path.unlink(missing_ok=True)
        self.writer = _event_writer(folder / "events", step) if events else None

    def add(self, step: int, values: dict[str, float]) -> None:
        """Record the values of a step; the first call fixes the names."""
        try:
            if not self.names:
                self.names = sorted(values)
                with self.path.open("w", encoding="utf-8") as file:
                    file.write(",".join(["step", *self.names]) + "\n")
            with self.path.open("a", encoding="utf-8") as file:
                cells = [repr(float(values.get(name, float("nan")))) for name in self.names]
                file.write(",".join([str(step), *cells]) + "\n")
        except OSError as error:
            raise save_error(self.path, error) from error
        if self.writer is not None:
            for name, value in values.items():
                self.writer.add_scalar(name, value, step)

    def close(self) -> None:
        """Flush the events."""
        if self.writer is not None:
            self.writer.close()


def _event_writer(folder: Path, step: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:  # tensorboard belongs to the `train` extra; the csv and the picture need nothing
        return None
    return SummaryWriter(str(folder), purge_step=step)  # type: ignore[no-untyped-call]


def read_curve(path: Path) -> list[dict[str, float]]:
    """Whole rows of a curve.csv; a last line cut off by a kill is left out. Empty when there is no file."""
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    rows = csv.DictReader(text[: text.rfind("\n") + 1].splitlines())
    return [{k: float(v) for k, v in row.items() if k} for row in rows]


def draw_curve(folder: Path, title: str) -> Path | None:
    """``curve.png`` of the recorded losses against the step; None when nothing was recorded."""
    rows = read_curve(folder / "curve.csv")
    if not rows:
        return None
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    steps = [row["step"] for row in rows]
    for name in rows[0]:
        if name not in ("step", "learning_rate"):
            values = [row[name] for row in rows]
            width = max(1, len(values) // 100)
            smooth = [sum(values[max(0, i - width + 1) : i + 1]) / (i + 1 - max(0, i - width + 1))
                      for i in range(len(values))]
            axes.plot(steps, smooth, label=name, linewidth=1.2)
    axes.set_xlabel("step")
    axes.set_title(title)
    axes.legend(fontsize=8)
    axes.grid(alpha=0.3)
    figure.tight_layout()
    target = folder / "curve.png"
    figure.savefig(target)
    return target
