"""Which of the four losses of Eq. 13 helps? Small sound encoders, each term left out once, several seeds."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import DataError
from engine.evaluation.reporting import Table, common_arguments, confidence_interval, figure, finish, folder_for
from engine.media.atomic_files import write_file

NAME = "ablation"
MEASURES = ("zero-shot, scenes", "zero-shot, all labels", "probe")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    common_arguments(parser)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch", type=int, default=64)


def measure(studio: Any, data: str, out: Path, *, seeds: int = 3, epochs: int = 8, batch: int = 64, seed: int = 0
            ) -> tuple[dict[str, Any], dict[str, Table]]:
    """Zero-shot (the scene classes, then all labels) and linear probe on the held-out fold, mean ± spread over seeds;
    the difference to all four, seed by seed, with an interval over the held-out clips.

    Each trained encoder and its answers are kept in ``out``, so the same command goes on after an interruption.
    """
    from engine.evaluation.small_listeners import MEL, listen, train_listener, with_pool_pictures
    from engine.training.losses import LossWeights
    from engine.training.picture_data import read_canonical_classes
    from engine.training.towers import towers_of

    folder = Path(data)
    clips = listen(folder, MEL, out / "mels.safetensors", _say)
    held, learn = clips.held_out(), clips.training()
    if not held or not learn:
        raise DataError(f"{data} has no clips inside or no clips outside fold 4; name a folder laid out like the "
                        "project's data.")
    towers = towers_of(studio.loaded.pack, studio.device)
    taught = with_pool_pictures(clips.subset(learn), folder, towers)
    classes = _class_vectors(studio.loaded.embedder, clips, held)
    scenes = sorted(set(read_canonical_classes(folder, "sound").values()) & set(classes))
    variants = {"all four": LossWeights(), "without a-t": LossWeights(text=0), "without a-v": LossWeights(picture=0),
                "without a-a": LossWeights(self_supervised=0), "without KL": LossWeights(weakly_paired=0)}
    settings = {"epochs": epochs, "batch": batch, "tower": towers.fingerprint, "clips": len(clips.entries)}
    right: dict[str, list[dict[str, list[bool]]]] = {name: [] for name in variants}
    for one in range(seed, seed + seeds):
        for name, weights in variants.items():
            place = out / f"{name.replace(' ', '-')}-{one}"
            kept = place / "answers.json"
            answers = _read_answers(kept, settings)
            if answers is None:
                encoder = train_listener(taught, place, MEL, one, weights=weights, epochs=epochs, batch=batch)
                answers = _answers(encoder, clips, held, learn, classes, scenes)
                write_file(kept, json.dumps({**settings, "right": answers}).encode())
            right[name].append(answers)
            _say(f"seed {one}, {name}: " + ", ".join(f"{k} {np.mean(v):.3f}" for k, v in answers.items()))
    return _report(right, out, {"seeds": seeds, "epochs": epochs, "batch": batch, "trained_on": len(learn),
                                "with_a_picture": int(taught.has_picture.sum()), "tower": towers.fingerprint,
                                "chance_scenes": 1 / max(1, len(scenes)), "chance_all_labels": 1 / len(classes),
                                "unreadable_clips": clips.broken}, seed)


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201


def _class_vectors(embedder: Any, clips: Any, held: list[int]) -> dict[str, Any]:
    """Label → unit vector (d,) of its words (its name and its most common caption, three prompts)."""
    from engine.evaluation.heard_collection import prompt_vectors

    words = {}
    for label in sorted({clips.entries[i].label for i in held}):
        common = Counter(e.caption for e in clips.entries if e.label == label).most_common(1)
        words[label] = sorted({label.replace("_", " "), *(caption for caption, _ in common)})
    return dict(zip(words, prompt_vectors(embedder, words), strict=True))


def _read_answers(kept: Path, settings: dict[str, Any]) -> dict[str, list[bool]] | None:
    if not kept.is_file():
        return None
    stored = json.loads(kept.read_text(encoding="utf-8"))
    answers: dict[str, list[bool]] = stored.pop("right")
    if stored != settings:
        raise DataError(f"{kept.parent} holds an encoder trained with other settings; name another --out folder.")
    return answers


def _answers(encoder: Any, clips: Any, held: list[int], learn: list[int], classes: dict[str, Any],
             scenes: list[str]) -> dict[str, list[bool]]:
    """Which held-out clips each measure gets right."""
    import torch
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from engine.evaluation.small_listeners import MEL, heard_by

    vectors, labels = heard_by(encoder, clips, MEL), [e.label for e in clips.entries]

    def zero_shot(names: list[str]) -> list[bool]:
        rows = [i for i in held if labels[i] in names]
        said = (vectors[rows] @ torch.stack([classes[n] for n in names]).T).argmax(dim=1).tolist()
        return [names[s] == labels[i] for s, i in zip(said, rows, strict=True)]

    known = {labels[i] for i in learn}
    asked = [i for i in held if labels[i] in known]
    probe = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
    probe.fit(vectors[learn].numpy(), [labels[i] for i in learn])
    said = probe.predict(vectors[asked].numpy())
    return {"zero-shot, scenes": zero_shot(scenes), "zero-shot, all labels": zero_shot(list(classes)),
            "probe": [bool(s == labels[i]) for s, i in zip(said, asked, strict=True)]}


def _spread(values: list[float]) -> float:
    """Standard deviation of a sample (n - 1): a few seeds stand for all seeds."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else math.nan


def _verdict(low: float, high: float, changes: list[float]) -> str:
    """In words: the interval over clips and every seed must agree."""
    if high < 0 and all(c < 0 for c in changes):
        return "helped"
    if low > 0 and all(c > 0 for c in changes):
        return "hurt"
    return "no effect shown"


def _report(right: dict[str, list[dict[str, list[bool]]]], out: Path, facts: dict[str, Any], seed: int
            ) -> tuple[dict[str, Any], dict[str, Table]]:
    table = Table(["losses", *(c for m in MEASURES for c in (m, f"± ({m})"))])
    changes = Table(["left out", "measure", "difference", "95 % low", "95 % high", "worse in seeds", "the term"])
    scores = {n: {m: [float(np.mean(a[m])) for a in answers] for m in MEASURES} for n, answers in right.items()}
    for name, answers in right.items():
        table.rows.append([name, *(v for m in MEASURES for v in (float(np.mean(scores[name][m])),
                                                                 _spread(scores[name][m])))])
        if name == "all four":
            continue
        for m in MEASURES:
            by_clip = (np.mean([a[m] for a in answers], axis=0)
                       - np.mean([a[m] for a in right["all four"]], axis=0))
            low, high = confidence_interval(by_clip.tolist(), seed)
            by_seed = [a - b for a, b in zip(scores[name][m], scores["all four"][m], strict=True)]
            changes.rows.append([name.removeprefix("without "), m, float(by_clip.mean()), low, high,
                                 f"{sum(c < 0 for c in by_seed)} of {len(by_seed)}", _verdict(low, high, by_seed)])
    with figure(out / "ablation.png", 8, 4.2) as axes:
        place = np.arange(len(right))
        for k, m in enumerate(MEASURES):
            axes.bar(place + (k - 1) * 0.27, [np.mean(scores[n][m]) for n in right], 0.25, label=m,
                     yerr=[np.nan_to_num(_spread(scores[n][m])) for n in right], capsize=3)
        axes.set_xticks(place, list(right))
        axes.set_ylabel("top-1 on the held-out fold")
        axes.legend(fontsize=8, ncol=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    said = {w: [f"{r[0]} ({r[1]})" for r in changes.rows if r[6] == w] for w in ("helped", "hurt", "no effect shown")}
    counts = {f"held_out_clips, {m}": len(right["all four"][0][m]) for m in MEASURES}
    return {"helped": "; ".join(said["helped"]) or "none shown", "hurt": "; ".join(said["hurt"]) or "none shown",
            "no effect shown": "; ".join(said["no effect shown"]), **facts, **counts,
            "interval": "bootstrap over held-out clips of the mean over seeds; a verdict needs it and every seed"}, {
            "ablation": table, "against all four": changes}


def run(args: argparse.Namespace) -> dict[str, Any] | int:
    """The verb."""
    from engine.evaluation.reporting import open_studio

    out = folder_for(args, NAME)
    report, tables = measure(open_studio(args), args.data, out, seeds=args.seeds, epochs=args.epochs, batch=args.batch,
                             seed=args.seed)
    return finish(args, out, NAME, report, tables)
