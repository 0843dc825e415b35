"""Table 1, linear probe: logistic regression on frozen sound vectors, official folds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from engine.evaluation.reporting import Table, common_arguments, figure, finish, folder_for, mean_and_std, open_studio

NAME = "probe"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    common_arguments(parser)
    parser.add_argument("--limit", type=int, help="at most so many clips per class")
    parser.add_argument("--inverse-penalty", type=float, default=10.0, help="C of the logistic regression")


def measure(studio: Any, data: str, out: Path, *, limit: int | None = None, inverse_penalty: float = 10.0, seed: int = 0
            ) -> tuple[dict[str, Any], dict[str, Table]]:
    """Top-1 per left-out fold. A published collection leaves out each of its folds in turn; an index.csv collection
    is trained on all others and measured on fold 4, whose recordings no shipped encoder has heard."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from engine.errors import DataError
    from engine.evaluation.heard_collection import PUBLISHED, hear

    heard = hear(studio.loaded.embedder, data, limit=limit, report=lambda line: print(line, file=sys.stderr))
    folds = sorted(set(heard.folds))
    if heard.layout == "index":
        folds = [f for f in folds if f == "4"]
    if not folds or len(set(heard.folds)) < 2:
        raise DataError(f"{data} has no second fold to test on; its table needs a column fold.")
    vectors, labels = heard.vectors.numpy(), heard.labels
    scores, per_fold = [], Table(["left-out fold", "top-1", "train", "test"])
    for fold in folds:
        test = [i for i, f in enumerate(heard.folds) if f == fold]
        train = [i for i, f in enumerate(heard.folds) if f != fold]
        known = {labels[i] for i in train}
        test = [i for i in test if labels[i] in known]
        if not test:
            continue
        model = make_pipeline(StandardScaler(), LogisticRegression(C=inverse_penalty, max_iter=2000, random_state=seed))
        model.fit(vectors[train], [labels[i] for i in train])
        scores.append(float(model.score(vectors[test], [labels[i] for i in test])))
        per_fold.rows.append([fold, scores[-1], len(train), len(test)])
    mean, std = mean_and_std(scores)
    table = Table(["model", "linear probe top-1", "spread over folds"])
    table.rows.append([f"this pack ({studio.pack_name})", mean, std])
    for name, (_, value) in PUBLISHED.get(heard.layout, {}).items():
        if value is not None:
            table.rows.append([f"published: {name}", value, None])
    with figure(out / "folds.png", 5, 3.5) as axes:
        axes.bar([str(row[0]) for row in per_fold.rows], scores)
        axes.set_ylim(0, 1)
        axes.set_xlabel("left-out fold")
        axes.set_title(f"linear probe, {len(set(labels))} classes: {mean:.3f}")
    return {"top1": mean, "std": std, "classes": len(set(labels)), "layout": heard.layout,
            "read": heard.tally.sentence()}, {"linear probe": table, "folds": per_fold}


def run(args: argparse.Namespace) -> dict[str, Any] | int:
    """The verb."""
    out = folder_for(args, NAME)
    report, tables = measure(open_studio(args), args.data, out, limit=args.limit, inverse_penalty=args.inverse_penalty,
                             seed=args.seed)
    return finish(args, out, NAME, report, tables)
