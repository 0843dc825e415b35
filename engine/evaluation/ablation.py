"""Which of the four losses of Eq. 13 helps? Small sound encoders, each term left out once, several seeds."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from engine.evaluation.reporting import Table, common_arguments, figure, finish, folder_for, mean_and_std, open_studio

NAME = "ablation"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    common_arguments(parser)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--limit", type=int, default=12, help="clips per class for the probe")


def measure(studio: Any, data: str, out: Path, *, seeds: int = 3, epochs: int = 12, batch: int = 96, limit: int = 12,
            seed: int = 0) -> tuple[dict[str, Any], dict[str, Table]]:
    """Zero-shot (canonical classes) and linear probe on the held-out fold, mean ± spread over seeds; the difference
    to all four, seed by seed."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from engine.embedding.joint import starter_sound
    from engine.embedding.mel import MelConfig
    from engine.evaluation.biased_pairs import train_listener
    from engine.evaluation.heard_collection import hear, prompt_vectors
    from engine.training.feature_cache import cache_features
    from engine.training.losses import LossWeights
    from engine.training.picture_data import HELD_OUT_FOLD, read_canonical_classes
    from engine.training.shard_writer import ShardPlan, write_shards
    from engine.training.towers import towers_of

    folder, mel, own = Path(data), MelConfig(frames=256), studio.loaded.embedder
    towers = towers_of(studio.loaded.pack, studio.device)
    shards = out / "shards"
    write_shards(folder, shards, ShardPlan(splits=("train",), without_folds=(HELD_OUT_FOLD,)), layout="index")
    cache_features(shards, towers, pictures=folder)
    canonical = set(read_canonical_classes(folder, "sound").values())
    variants = {"all four": LossWeights(), "without a-t": LossWeights(text=0), "without a-v": LossWeights(picture=0),
                "without a-a": LossWeights(self_supervised=0), "without KL": LossWeights(weakly_paired=0)}
    scores: dict[str, dict[str, list[float]]] = {name: {"zero-shot": [], "probe": []} for name in variants}
    for one in range(seed, seed + seeds):
        for name, weights in variants.items():
            place = out / f"{name.replace(' ', '-')}-{one}"
            encoder = train_listener(shards, place, towers.width, mel, one, weights=weights, epochs=epochs, batch=batch)
            heard = hear(own.hearing_with(starter_sound(encoder.to(studio.device), mel)), data, limit=limit)
            words = {k: v for k, v in heard.class_words().items() if k in canonical}
            names, classes = list(words), prompt_vectors(own, words)
            held = [i for i, f in enumerate(heard.folds) if f == HELD_OUT_FOLD]
            rows = [i for i in held if heard.labels[i] in words]
            said = (heard.vectors[rows] @ classes.T).argmax(dim=1).tolist()
            right = [names[s] == heard.labels[i] for s, i in zip(said, rows, strict=True)]
            scores[name]["zero-shot"].append(float(np.mean(right)))
            learn = [i for i, f in enumerate(heard.folds) if f != HELD_OUT_FOLD]
            known = {heard.labels[i] for i in learn}
            held = [i for i in held if heard.labels[i] in known]
            probe = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))
            probe.fit(heard.vectors[learn].numpy(), [heard.labels[i] for i in learn])
            reached = probe.score(heard.vectors[held].numpy(), [heard.labels[i] for i in held])
            scores[name]["probe"].append(float(reached))
            print(f"seed {one}, {name}: zero-shot {scores[name]['zero-shot'][-1]:.3f}, "
                  f"probe {scores[name]['probe'][-1]:.3f}", file=sys.stderr)
    table = Table(["losses", "zero-shot", "std", "probe", "std ", "zero-shot against all four",
                   "probe against all four"])
    helped = []
    for name in variants:
        zero, probe_scores = scores[name]["zero-shot"], scores[name]["probe"]
        change = [float(np.mean(np.subtract(scores[name][k], scores["all four"][k]))) for k in ("zero-shot", "probe")]
        table.rows.append([name, *mean_and_std(zero), *mean_and_std(probe_scores), *change])
        if name != "all four":
            worse = [all(np.subtract(scores[name][k], scores["all four"][k]) < 0) for k in ("zero-shot", "probe")]
            found = "helped" if all(worse) else "helped one of the two" if any(worse) else "no help shown"
            helped.append(f"{name.removeprefix('without ')}: {found}")
    with figure(out / "ablation.png", 7, 4) as axes:
        place_of = np.arange(len(variants))
        for shift, kind in ((-0.2, "zero-shot"), (0.2, "probe")):
            means, spreads = zip(*(mean_and_std(scores[n][kind]) for n in variants), strict=True)
            axes.bar(place_of + shift, means, 0.38, yerr=spreads, label=kind)
        axes.set_xticks(place_of, list(variants), rotation=20)
        axes.legend()
        axes.set_ylim(0, 1)
    return {"which helped in every seed": "; ".join(helped), "seeds": seeds, "epochs": epochs,
            "chance_zero_shot": 1 / max(1, len(names))}, {"ablation": table}


def run(args: argparse.Namespace) -> dict[str, Any] | int:
    """The verb."""
    out = folder_for(args, NAME)
    report, tables = measure(open_studio(args), args.data, out, seeds=args.seeds, epochs=args.epochs, batch=args.batch,
                             limit=args.limit, seed=args.seed)
    return finish(args, out, NAME, report, tables)
