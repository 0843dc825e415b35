"""Fig. 12 made quantitative: does the weakly paired loss keep what a sound does not cause?

Two sound encoders learn from pairs in which rain mostly comes with night (see `biased_pairs`), one with and one
without Eq. 12. Then pictures by day are edited by held-out rain: how far does the night judge, which was trained on
that attribute alone, see them move? The paper claims less with Eq. 12; whatever comes out is reported.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

from engine.evaluation.reporting import (
    Table,
    common_arguments,
    confidence_interval,
    figure,
    finish,
    folder_for,
    mean_and_std,
    open_studio,
)

NAME = "retention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    common_arguments(parser)
    parser.add_argument("--seeds", type=int, default=3, help="pairs of encoders")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--pictures", type=int, default=6, help="held-out pictures by day that are edited")
    parser.add_argument("--sounds", type=int, default=4, help="held-out sounds of rain")
    parser.add_argument("--steps", type=int)


def night_features(pixels: np.ndarray) -> np.ndarray:
    """Lightness and colour on an 8×8 grid and the lightness histogram: (208,), nothing a joint embedder sees."""
    import cv2

    lab = cv2.cvtColor(cv2.resize(pixels, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32) / 255,
                       cv2.COLOR_RGB2LAB)
    grid = cv2.resize(lab, (8, 8), interpolation=cv2.INTER_AREA) / 50.0
    histogram = np.histogram(lab[..., 0], 16, (0, 100))[0] / 4096 * 4
    return np.concatenate([grid.ravel(), histogram])


def attribute_judge(data: Path, seed: int, pictures: int) -> tuple[Any, float]:
    """A classifier of night against day on rendered pictures in which every weather is equally often either, and its
    accuracy on held-out pictures."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from engine.evaluation.biased_pairs import CLASSES, clear_pictures, shown

    sets = []
    for held in (False, True):
        features, answers = [], []
        for number, picture in enumerate(clear_pictures(data, held, pictures, seed + 17)):
            for night in (False, True):
                weather = CLASSES[number % len(CLASSES)]
                features.append(night_features(shown(picture, weather, night, seed + number * 31)))
                answers.append(int(night))
        sets.append((np.stack(features), np.array(answers)))
    judge = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000)).fit(*sets[0])
    return judge, float(judge.score(*sets[1]))


def measure(studio: Any, data: str, out: Path, *, seeds: int = 3, epochs: int = 12, batch: int = 96, pictures: int = 6,
            sounds: int = 4, steps: int | None = None, seed: int = 0) -> tuple[dict[str, Any], dict[str, Table]]:
    """Night probability and its logit before and after edits by rain, with and without Eq. 12; the differences with
    their 95 % interval; the same for the vectors alone (how far rain's vectors lean to night)."""
    import torch

    from engine.embedding.joint import starter_sound
    from engine.embedding.mel import MelConfig
    from engine.evaluation.biased_pairs import (
        ATTRIBUTE,
        WATCHED,
        Design,
        clear_pictures,
        prepare,
        shown,
        train_listener,
    )
    from engine.evaluation.contact_sheet import Cell, save_sheet
    from engine.evaluation.edit_set import edited
    from engine.evaluation.starter_guides import held_out_sounds, sounds_of_class
    from engine.media.pictures import picture_from_pixels
    from engine.media.sounds import load_sound
    from engine.training.losses import LossWeights

    folder, own = Path(data), studio.loaded.embedder

    def embed(shown_pictures: list[np.ndarray]) -> torch.Tensor:
        return torch.stack([studio.embed_picture(p).cpu() for p in shown_pictures])

    def texts(lines: list[str]) -> torch.Tensor:
        return own.texts(lines).cpu()  # type: ignore[no-any-return]

    design = Design(embed, texts, len(own.texts(["a"])[0]))
    judge, accuracy = attribute_judge(folder, seed, 80)
    by_day = clear_pictures(folder, True, pictures, seed)
    sources = []
    for number, pixels in enumerate(by_day):
        work = studio.invert(picture_from_pixels(pixels, f"by day {number}"), fidelity="fast", align=False)
        sources.append(_last(work))
    clips = [load_sound(r.path) for r in sounds_of_class(folder, held_out_sounds(folder), WATCHED)[:sounds]]
    towards = embed([shown(p, None, True, k) for k, p in enumerate(by_day)]) - embed(by_day)
    direction = torch.nn.functional.normalize(towards.mean(dim=0), dim=0)
    mel = MelConfig(frames=256)
    seen: dict[bool, dict[str, list[float]]] = {True: {}, False: {}}
    sheet: list[list[Cell]] = []
    for one in range(seed, seed + seeds):
        shards = prepare(folder, out, design, mel, one)
        for weak in (False, True):
            place = out / f"listener-{one}-{'kl' if weak else 'without'}"
            encoder = train_listener(shards, place, design.width, mel, one, epochs=epochs, batch=batch,
                                     weights=LossWeights(weakly_paired=float(weak))).to(studio.device)
            studio.loaded.embedder = own.hearing_with(starter_sound(encoder, mel))
            line = []
            for clip in clips:
                vector = studio.loaded.embedder.sound(clip).vector.cpu()
                seen[weak].setdefault("vector leans to night", []).append(float(vector @ direction))
                for source in sources:
                    result = edited(studio, source, sound=clip, steps=steps, seed=one, loudness=False)
                    before, after = (night_features(p)[None] for p in (source.reconstruction, result.picture))
                    for name, score in (("night probability moved", lambda f: judge.predict_proba(f)[0, 1]),
                                        ("night logit moved", lambda f: judge.decision_function(f)[0])):
                        seen[weak].setdefault(name, []).append(float(score(after) - score(before)))
                    seen[weak].setdefault("latent distance", []).append(result.latent_distance)
                    line.append(Cell(result.picture, "with KL" if weak else "without KL"))
            sheet.append([Cell(sources[0].reconstruction, f"source, seed {one}"), *line[:6]])
            print(f"seed {one}, {'with' if weak else 'without'} the weakly paired loss: done", file=sys.stderr)
    studio.loaded.embedder = own
    table = Table(["measure", "without KL", "std", "with KL", "std ", "difference", "95 % low", "95 % high"], digits=4)
    for name in seen[True]:
        difference = list(np.subtract(seen[True][name], seen[False][name]))
        table.rows.append([name, *mean_and_std(seen[False][name]), *mean_and_std(seen[True][name]),
                           float(np.mean(difference)), *confidence_interval(difference, seed)])
    main = next(r for r in table.records() if r["measure"] == "night probability moved")
    low, high = main["95 % low"], main["95 % high"]
    verdict = ("the weakly paired loss reduced the irrelevant change" if high < 0 else
               "the weakly paired loss increased the irrelevant change" if low > 0 else
               "no difference could be shown at this size")
    by_seed = Table(["seed", "night probability moved without KL", "with KL"], digits=4)
    each = len(seen[True]["night probability moved"]) // seeds
    for k in range(seeds):
        rows = slice(k * each, (k + 1) * each)
        by_seed.rows.append([str(seed + k), *(float(np.mean(seen[weak]["night probability moved"][rows]))
                                              for weak in (False, True))])
    with figure(out / "retention.png", 6, 4) as axes:
        axes.boxplot([seen[False]["night probability moved"], seen[True]["night probability moved"]],
                     tick_labels=["without KL", "with KL"])
        axes.axhline(0, color="grey", linewidth=0.8)
        axes.set_ylabel(f"{ATTRIBUTE} probability moved by edits by {WATCHED}")
    save_sheet(out / "retention_sheet.jpg", sheet)
    return {"verdict": verdict, "edits_each": len(seen[True]["latent distance"]), "seeds": seeds,
            "judge_accuracy_held_out": accuracy, "epochs": epochs,
            "interval": "bootstrap over edits; edits of one seed share an encoder, so look at the seeds too"}, {
            "retention": table, "by seed": by_seed}


def _last(work: Any) -> Any:
    while True:
        try:
            next(work)
        except StopIteration as stop:
            return stop.value


def run(args: argparse.Namespace) -> dict[str, Any] | int:
    """The verb."""
    out = folder_for(args, NAME)
    report, tables = measure(open_studio(args), args.data, out, seeds=args.seeds, epochs=args.epochs, batch=args.batch,
                             pictures=args.pictures, sounds=args.sounds, steps=args.steps, seed=args.seed)
    return finish(args, out, NAME, report, tables)
