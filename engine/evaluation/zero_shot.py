"""Table 1, zero-shot: the class whose text is nearest to the sound."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from engine.evaluation.reporting import Table, common_arguments, figure, finish, folder_for, open_studio

NAME = "zero-shot"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    common_arguments(parser)
    parser.add_argument("--fold", action="append", default=[], help="measure on this fold only (may be repeated); "
                        "an index.csv collection is measured on its held-out fold 4 unless told")
    parser.add_argument("--prompt", action="append", default=[], help="prompt with {} for the class (may be repeated)")
    parser.add_argument("--class", dest="classes", action="append", default=[], help="keep to these classes")
    parser.add_argument("--limit", type=int, help="at most so many clips per class")


def measure(studio: Any, data: str, out: Path, *, folds: tuple[str, ...] = (), prompts: tuple[str, ...] = (),
            classes: tuple[str, ...] = (), limit: int | None = None) -> tuple[dict[str, Any], dict[str, Table]]:
    """Top-1 over a collection and by class; the confusion matrix as a picture."""
    import numpy as np

    from engine.evaluation.heard_collection import PROMPTS, PUBLISHED, hear, prompt_vectors
    from engine.training.readers.layouts import recognise_layout

    if not folds and recognise_layout(Path(data)) == "index":
        folds = ("4",)
    embedder = studio.loaded.embedder
    heard = hear(embedder, data, folds=folds, limit=limit, report=lambda line: print(line, file=sys.stderr))
    words = {k: v for k, v in heard.class_words().items() if not classes or k in classes}
    names = list(words)
    rows = [i for i, label in enumerate(heard.labels) if label in words]
    prompts = prompts or PROMPTS
    said = (heard.vectors[rows] @ prompt_vectors(embedder, words, prompts).T).argmax(dim=1).tolist()
    truth = [names.index(heard.labels[i]) for i in rows]
    confusion = np.zeros((len(names), len(names)), int)
    np.add.at(confusion, (truth, said), 1)
    top1 = float(np.trace(confusion) / max(1, len(rows)))
    by_fold = {f: float(np.mean([t == s for t, s, i in zip(truth, said, rows, strict=True) if heard.folds[i] == f]))
               for f in sorted({heard.folds[i] for i in rows})}
    table = Table(["model", "zero-shot top-1", "chance", "clips"])
    table.rows.append([f"this pack ({studio.pack_name})", top1, 1 / len(names), len(rows)])
    for model, (value, _) in PUBLISHED.get(heard.layout, {}).items():
        table.rows.append([f"published: {model}", value, None, None])
    per_class = Table(["class", "top-1", "clips", "most often called"])
    for k, name in enumerate(names):
        total = int(confusion[k].sum())
        share = confusion[k, k] / total if total else None
        per_class.rows.append([name, share, total, names[int(confusion[k].argmax())]])
    with figure(out / "confusion.png", 8, 7) as axes:
        axes.imshow(confusion / np.maximum(1, confusion.sum(axis=1, keepdims=True)), cmap="viridis", vmin=0, vmax=1)
        axes.set_xticks(range(len(names)), names, rotation=90, fontsize=6)
        axes.set_yticks(range(len(names)), names, fontsize=6)
        axes.set_title(f"zero-shot, top-1 {top1:.3f}")
    report = {"top1": top1, "folds": by_fold, "prompts": list(prompts), "layout": heard.layout,
              "windows_per_clip": heard.windows, "read": heard.tally.sentence()}
    return report, {"zero-shot": table, "by class": per_class}


def run(args: argparse.Namespace) -> dict[str, Any] | int:
    """The verb."""
    out = folder_for(args, NAME)
    report, tables = measure(open_studio(args), args.data, out, folds=tuple(args.fold), prompts=tuple(args.prompt),
                             classes=tuple(args.classes), limit=args.limit)
    return finish(args, out, NAME, report, tables)
