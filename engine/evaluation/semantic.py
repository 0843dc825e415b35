"""Fig. 17a: does a classifier of real pictures see the wanted class in edits by sound, and in edits by text?"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from engine.evaluation.reporting import Table, common_arguments, figure, finish, folder_for, open_studio

NAME = "semantic"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    from engine.evaluation.edit_set import edit_arguments

    common_arguments(parser)
    edit_arguments(parser)
    parser.add_argument("--real", type=int, default=60, help="real pictures per class the classifier learns from")
    parser.add_argument("--finish", default="detail", choices=("model", "detail"))


def real_vectors(studio: Any, data: str, per_class: int, seed: int) -> tuple[Any, list[str], Any, list[str]]:
    """Vectors and classes of real pictures: training folds, then the held-out fold."""
    import numpy as np

    from engine.evaluation.edit_set import _picture_rows, is_portrait
    from engine.evaluation.starter_guides import SCENE_WORDS
    from engine.training.picture_data import HELD_OUT_FOLD, load_square

    source = np.random.default_rng(seed)
    portrait = is_portrait(studio)
    rows = _picture_rows(Path(data), ("portrait",) if portrait else ("landscape", "painting"))
    classes = ("smiling", "neutral") if portrait else tuple(SCENE_WORDS)
    found: list[tuple[list[Any], list[str]]] = []
    for held in (False, True):
        vectors, labels = [], []
        for name in classes:
            files = [r[0] for r in rows if r[1] == name and (r[2] == HELD_OUT_FOLD) is held]
            for i in source.permutation(len(files))[:per_class]:
                vectors.append(studio.embed_picture(load_square(files[i], 256)).cpu().numpy())
                labels.append(name)
        found.append((vectors, labels))
    (train, train_labels), (test, test_labels) = found
    return np.stack(train), train_labels, np.stack(test), test_labels


def measure(studio: Any, data: str, out: Path, *, pictures: int = 6, sounds: int = 3, targets: tuple[str, ...] = (),
            steps: int | None = None, fidelity: str = "fast", real: int = 60, finish_kind: str = "detail",
            seed: int = 0, judge_data: str | None = None) -> tuple[dict[str, Any], dict[str, Table]]:
    """Share of edits that a linear classifier, trained on vectors of real pictures (of ``judge_data``, else of
    ``data``), calls the target class."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    from engine.evaluation.edit_set import choose_edit_set, edited, opened, sources_of

    vectors, labels, held, held_labels = real_vectors(studio, judge_data or data, real, seed)
    judge = LogisticRegression(C=10.0, max_iter=2000, class_weight="balanced").fit(vectors, labels)
    ceiling = float(judge.score(held, held_labels))
    chosen = choose_edit_set(studio, data, pictures=pictures, sounds=sounds, seed=seed, targets=targets)
    sources = sources_of(studio, chosen, fidelity)
    said: dict[tuple[str, str], list[bool]] = {}

    def judged(source: Any, result: Any | None) -> str:
        picture = source.picture if result is None else studio.finish(source, result, finish=finish_kind)
        return str(judge.predict(studio.embed_picture(picture.srgb()).cpu().numpy()[None])[0])

    for target in chosen.targets:
        clips = opened(chosen.sounds[target])
        for source in sources:
            said.setdefault((target, "unedited"), []).append(judged(source, None) == target)
            by_text = edited(studio, source, text=chosen.texts[target], steps=steps, seed=seed)
            said.setdefault((target, "text"), []).append(judged(source, by_text) == target)
            for clip in clips:
                by_sound = edited(studio, source, sound=clip, steps=steps, seed=seed)
                said.setdefault((target, "sound"), []).append(judged(source, by_sound) == target)
        print(f"{target} done", file=sys.stderr)
    table = Table(["attribute", "unedited", "by text", "by sound", "edits by sound"])
    for target in chosen.targets:
        table.rows.append([target, *(float(np.mean(said[target, k])) for k in ("unedited", "text", "sound")),
                           len(said[target, "sound"])])
    average = {k: float(np.mean([np.mean(said[t, k]) for t in chosen.targets])) for k in ("unedited", "text", "sound")}
    table.rows.append(["average", *average.values(), sum(len(v) for (_, k), v in said.items() if k == "sound")])
    table.rows.append(["published (StyleCLIP / Lee et al. 2024)", None, 0.947, 0.982, None])
    with figure(out / "semantic.png") as axes:
        place = np.arange(len(chosen.targets))
        for shift, kind in ((-0.27, "unedited"), (0.0, "text"), (0.27, "sound")):
            axes.bar(place + shift, [np.mean(said[t, kind]) for t in chosen.targets], 0.26, label=kind)
        axes.set_xticks(place, chosen.targets)
        axes.set_ylim(0, 1)
        axes.legend()
        axes.set_title("edits that a classifier of real pictures calls the wanted class")
    return {"accuracy_by_sound": average["sound"], "accuracy_by_text": average["text"],
            "classifier_on_real_held_out_pictures": ceiling, "finish": finish_kind,
            "caution": "the classifier reads the same picture embedding that guided the edits, as in the paper"}, {
            "semantic accuracy": table}


def run(args: argparse.Namespace) -> dict[str, Any] | int:
    """The verb."""
    out = folder_for(args, NAME)
    report, tables = measure(open_studio(args), args.data, out, pictures=args.pictures, sounds=args.sounds,
                             targets=tuple(args.target), steps=args.steps, fidelity=args.fidelity, real=args.real,
                             finish_kind=args.finish, seed=args.seed, judge_data=args.judge_data)
    return finish(args, out, NAME, report, tables)
