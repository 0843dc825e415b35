"""Fig. 12 made quantitative: does the weakly paired loss keep what a sound does not cause?

Two sound encoders learn from pairs in which rain mostly comes with night (see `biased_pairs`), one with and one
without Eq. 12. Then pictures by day are edited by held-out rain: how far does the night judge, which was trained on
that attribute alone, see them move? The paper claims less with Eq. 12; whatever comes out is reported.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import DataError
from engine.evaluation.reporting import (
    Table,
    common_arguments,
    figure,
    finish,
    folder_for,
    mean_and_std,
    open_studio,
)
from engine.media.atomic_files import written_beside

if TYPE_CHECKING:
    from torch import Tensor

    from engine.evaluation.contact_sheet import Cell
    from engine.media.sounds import Sound
    from engine.results import Source
    from engine.studio import Studio

NAME = "retention"
MOVED, LOGIT = "night probability moved", "night logit moved"
ASKED, SIZE = "similarity to the sound's class moved", "latent distance"
SHOWN = 6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    common_arguments(parser)
    parser.add_argument("--seeds", type=int, default=3, help="pairs of encoders")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--pictures", type=int, default=4, help="held-out pictures by day that are edited")
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


@dataclass(frozen=True)
class Ground:
    """What all encoders' edits share: ``sources`` inverted pictures by day, ``clips`` held-out sounds of the watched
    class, the night ``judge``, ``word`` the class's text vector (d,), ``night`` the direction (d,) from day to
    night of the same pictures."""

    sources: list[Source]
    clips: list[Sound]
    judge: Any
    word: Tensor
    night: Tensor


@dataclass(frozen=True)
class Edits:
    """One encoder's edits: ``values`` measure → (clips, pictures); ``leans`` of each clip's vector to night;
    ``pictures`` the first few, uint8 (k, H, W, 3); ``hears`` share of held-out clips of the four classes it gets
    right."""

    values: dict[str, np.ndarray]
    leans: np.ndarray
    pictures: np.ndarray
    hears: float


def measure(studio: Studio, data: str, out: Path, *, seeds: int = 3, epochs: int = 8, batch: int = 64,
            pictures: int = 4, sounds: int = 4, steps: int | None = None, seed: int = 0,
            judge_data: str | None = None) -> tuple[dict[str, Any], dict[str, Table]]:
    """Night probability and its logit before and after edits by rain, with and without Eq. 12; the differences with
    their 95 % interval; the same for the vectors alone (how far rain's vectors lean to night).

    Each encoder and its edits are kept in ``out``, so the same command goes on after an interruption.
    """
    import torch

    from engine.embedding.joint import starter_sound
    from engine.evaluation.biased_pairs import WATCHED, Design, biased_clips, clear_pictures, shown
    from engine.evaluation.small_listeners import MEL, listen, train_listener
    from engine.evaluation.starter_guides import held_out_sounds, sounds_of_class
    from engine.media.pictures import picture_from_pixels
    from engine.media.sounds import load_sound
    from engine.training.losses import LossWeights
    from engine.training.towers import towers_of

    folder, own = Path(data), studio.loaded.embedder

    def embed(shown_pictures: list[np.ndarray]) -> torch.Tensor:
        with torch.no_grad():
            return torch.stack([studio.embed_picture(p).cpu() for p in shown_pictures])

    def texts(lines: list[str]) -> torch.Tensor:
        return own.texts(lines).cpu()

    collection = listen(folder, MEL, out / "mels.safetensors", _say)
    taught = collection.subset(collection.training())
    design = Design(embed, texts, len(texts(["a"])[0]))
    judge, accuracy = attribute_judge(Path(judge_data or data), seed, 80)
    by_day = clear_pictures(folder, True, pictures, seed)
    sources = [_last(studio.invert(picture_from_pixels(p, f"by day {n}"), fidelity="fast", align=False))
               for n, p in enumerate(by_day)]
    towards = embed([shown(p, None, True, k) for k, p in enumerate(by_day)]) - embed(by_day)
    ground = Ground(sources, [load_sound(r.path) for r in
                              sounds_of_class(folder, held_out_sounds(folder), WATCHED)[:sounds]], judge,
                    texts([WATCHED])[0], torch.nn.functional.normalize(towards.mean(dim=0), dim=0))
    if not ground.clips:
        raise DataError(f"{data} has no held-out sound of {WATCHED}; name a folder laid out like the project's data.")
    settings = json.dumps({"epochs": epochs, "batch": batch, "steps": steps, "pictures": len(sources),
                           "sounds": len(ground.clips), "tower": towers_of(studio.loaded.pack).fingerprint})
    found: dict[tuple[int, bool], Edits] = {}
    for one in range(seed, seed + seeds):
        clips = None
        for weak in (False, True):
            place = out / f"listener-{one}-{'kl' if weak else 'without'}"
            edits = _read_edits(place / "edits.npz", settings)
            if edits is None:
                clips = clips or biased_clips(taught, folder, design, one)
                encoder = train_listener(clips, place, MEL, one, epochs=epochs, batch=batch,
                                         weights=LossWeights(weakly_paired=float(weak))).to(studio.device)
                hears = _four_classes(encoder, collection, texts)
                studio.loaded.embedder = own.hearing_with(starter_sound(encoder, MEL))
                try:
                    edits = _edits(studio, ground, hears, steps, one)
                finally:
                    studio.loaded.embedder = own
                _write_edits(place / "edits.npz", settings, edits)
            found[one, weak] = edits
            _say(f"seed {one}, {'with' if weak else 'without'} the weakly paired loss: night moved "
                 f"{edits.values[MOVED].mean():+.3f}, four classes heard {edits.hears:.2f}")
    return _report(found, ground, out, seed, {"judge_accuracy_held_out": accuracy, "epochs": epochs, "batch": batch,
                                              "steps": steps or studio.loaded.manifest.defaults.steps})


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201


def _edits(studio: Studio, ground: Ground, hears: float, steps: int | None, seed: int) -> Edits:
    """Every picture edited by every clip, as the studio's present embedder hears it."""
    from engine.evaluation.edit_set import edited

    shape = (len(ground.clips), len(ground.sources))
    values = {name: np.zeros(shape) for name in (MOVED, LOGIT, ASKED, SIZE)}
    leans, kept = np.zeros(len(ground.clips)), list[np.ndarray]()
    for i, clip in enumerate(ground.clips):
        leans[i] = float(studio.loaded.embedder.sound(clip).vector.cpu() @ ground.night)
        for j, source in enumerate(ground.sources):
            result = edited(studio, source, sound=clip, steps=steps, seed=seed, loudness=False)
            before, after = (night_features(p)[None] for p in (source.reconstruction, result.picture))
            asked = [float(studio.embed_picture(p).cpu() @ ground.word)
                     for p in (source.reconstruction, result.picture)]
            values[MOVED][i, j] = ground.judge.predict_proba(after)[0, 1] - ground.judge.predict_proba(before)[0, 1]
            values[LOGIT][i, j] = ground.judge.decision_function(after)[0] - ground.judge.decision_function(before)[0]
            values[ASKED][i, j], values[SIZE][i, j] = asked[1] - asked[0], result.latent_distance
            if len(kept) < SHOWN:
                kept.append(result.picture)
    return Edits(values, leans, np.stack(kept), hears)


def _four_classes(encoder: Any, collection: Any, texts: Any) -> float:
    """Held-out clips of the design's classes that the encoder places nearest to their own word."""
    from engine.evaluation.biased_pairs import CLASSES
    from engine.evaluation.small_listeners import MEL, heard_by

    held = collection.subset([i for i in collection.held_out() if collection.entries[i].label in CLASSES])
    if not held.entries:
        return float("nan")
    said = (heard_by(encoder, held, MEL) @ texts(list(CLASSES)).T).argmax(dim=1).tolist()
    return float(np.mean([CLASSES[s] == e.label for s, e in zip(said, held.entries, strict=True)]))


def _write_edits(path: Path, settings: str, edits: Edits) -> None:
    named = {f"value {name}": array for name, array in edits.values.items()}
    with written_beside(path) as beside, beside.open("wb") as handle:
        np.savez_compressed(handle, settings=np.array(settings), leans=edits.leans, pictures=edits.pictures,
                            hears=np.array(edits.hears), **named)  # type: ignore[arg-type]


def _read_edits(path: Path, settings: str) -> Edits | None:
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as stored:
        if str(stored["settings"]) != settings:
            raise DataError(f"{path.parent} holds edits made with other settings; name another --out folder.")
        values = {n.removeprefix("value "): stored[n] for n in stored.files if n.startswith("value ")}
        return Edits(values, stored["leans"], stored["pictures"], float(stored["hears"]))


def crossed_interval(values: np.ndarray, seed: int = 0, draws: int = 4000) -> tuple[float, float]:
    """95 % bootstrap interval of the mean of (encoders, clips, pictures): each axis is drawn again with replacement,
    because edits that share an encoder, a sound or a picture are no independent evidence."""
    source = np.random.default_rng(seed)
    means = [values[np.ix_(*(source.integers(0, n, n) for n in values.shape))].mean() for _ in range(draws)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def _verdict(low: float, high: float) -> str:
    """In words, from the interval of (with KL - without) of the irrelevant change."""
    if high < 0:
        return "the weakly paired loss reduced the irrelevant change"
    if low > 0:
        return "the weakly paired loss increased the irrelevant change"
    return "no difference could be shown at this size"


def _report(found: dict[tuple[int, bool], Edits], ground: Ground, out: Path, seed: int, facts: dict[str, Any]
            ) -> tuple[dict[str, Any], dict[str, Table]]:
    from engine.evaluation.biased_pairs import ATTRIBUTE, WATCHED
    from engine.evaluation.contact_sheet import Cell, save_sheet

    seeds = sorted({one for one, _ in found})

    def stacked(name: str, weak: bool) -> np.ndarray:
        edits = [found[one, weak] for one in seeds]
        return np.stack([e.leans[:, None] if name == "vector leans to night" else e.values[name] for e in edits])

    table = Table(["measure", "without KL", "std", "with KL", "std ", "difference", "95 % low", "95 % high"], digits=4)
    for name in (MOVED, LOGIT, "vector leans to night", ASKED, SIZE):
        without, with_kl = stacked(name, False), stacked(name, True)
        table.rows.append([name, *mean_and_std(without.ravel().tolist()), *mean_and_std(with_kl.ravel().tolist()),
                           float((with_kl - without).mean()), *crossed_interval(with_kl - without, seed)])
    low, high = table.rows[0][-2:]
    by_seed = Table(["seed", "night probability moved without KL", "with KL", "four classes heard without KL",
                     "with KL "], digits=4)
    for one in seeds:
        pair = [found[one, weak] for weak in (False, True)]
        by_seed.rows.append([str(one), *(float(e.values[MOVED].mean()) for e in pair), *(e.hears for e in pair)])
    with figure(out / "retention.png", 6, 4) as axes:
        axes.boxplot([stacked(MOVED, weak).ravel() for weak in (False, True)], tick_labels=["without KL", "with KL"])
        for k, one in enumerate(seeds):
            means = [found[one, weak].values[MOVED].mean() for weak in (False, True)]
            axes.plot([1, 2], means, "o-", label=f"seed {one}", alpha=0.6, color=f"C{k}")
        axes.axhline(0, color="grey", linewidth=0.8)
        axes.legend(fontsize=8)
        axes.set_ylabel(f"{ATTRIBUTE} probability moved by edits by {WATCHED}")
    sheet: list[list[Cell]] = []
    for one in seeds:
        for weak in (False, True):
            words = "with KL" if weak else "without KL"
            sheet.append([Cell(ground.sources[0].reconstruction, f"first source, seed {one}"),
                          *(Cell(p, words) for p in found[one, weak].pictures)])
    save_sheet(out / "retention_sheet.jpg", sheet, side=128)
    return {"verdict": _verdict(low, high), "edits_each": int(stacked(MOVED, True).size), "seeds": len(seeds), **facts,
            "interval": "bootstrap over encoders, sounds and pictures together"}, {
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
                             pictures=args.pictures, sounds=args.sounds, steps=args.steps, seed=args.seed,
                             judge_data=args.judge_data)
    return finish(args, out, NAME, report, tables)
