"""Table 2 and Fig. 8: how far sound and text move a latent, and where to."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from engine.evaluation.reporting import (
    Table,
    common_arguments,
    figure,
    finish,
    folder_for,
    mean_and_std,
    open_studio,
)

NAME = "directions"
PUBLISHED = {"cos(w_s,w_a)": (0.97918, 0.00708), "cos(w_s,w_t)": (0.99420, 0.00217), "cos(w_a,w_t)": (0.97862, 0.00772)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    from engine.evaluation.edit_set import edit_arguments

    common_arguments(parser)
    edit_arguments(parser)


def measure(studio: Any, data: str, out: Path, *, pictures: int = 6, sounds: int = 3, targets: tuple[str, ...] = (),
            steps: int | None = None, fidelity: str = "fast", seed: int = 0) -> tuple[dict[str, Any], dict[str, Table]]:
    """Cosines of W+ rows laid end to end, per attribute, and a t-SNE picture of the directions."""
    import numpy as np
    import torch.nn.functional as F

    from engine.evaluation.edit_set import choose_edit_set, edited, opened, sources_of

    chosen = choose_edit_set(studio, data, pictures=pictures, sounds=sounds, seed=seed, targets=targets)
    sources = sources_of(studio, chosen, fidelity)
    table = Table(["attribute", *(f"{k} {m}" for k in PUBLISHED for m in ("mean", "std")), "edits"], digits=5)
    directions: list[tuple[str, str, np.ndarray]] = []
    everything: dict[str, list[float]] = {k: [] for k in PUBLISHED}
    for target in chosen.targets:
        values: dict[str, list[float]] = {k: [] for k in PUBLISHED}
        clips = opened(chosen.sounds[target])
        for number, source in enumerate(sources):
            w_s = source.latent.w.flatten()
            w_t = edited(studio, source, text=chosen.texts[target], steps=steps, seed=seed).latent.w.flatten()
            directions.append((target, "text", (w_t - w_s).numpy()))
            for clip in clips:
                w_a = edited(studio, source, sound=clip, steps=steps, seed=seed).latent.w.flatten()
                directions.append((target, "sound", (w_a - w_s).numpy()))
                for name, (a, b) in zip(PUBLISHED, ((w_s, w_a), (w_s, w_t), (w_a, w_t)), strict=True):
                    values[name].append(float(F.cosine_similarity(a, b, dim=0)))
            print(f"{target}: picture {number + 1} of {len(sources)}", file=sys.stderr)
        for name in PUBLISHED:
            everything[name] += values[name]
        count = len(values["cos(w_s,w_a)"])
        table.rows.append([target, *(x for n in PUBLISHED for x in mean_and_std(values[n])), count])
    table.rows.append(["average", *(x for n in PUBLISHED for x in mean_and_std(everything[n])),
                       len(everything["cos(w_s,w_a)"])])
    table.rows.append(["published", *(x for n in PUBLISHED for x in PUBLISHED[n]), None])
    _draw(directions, out / "directions.png", seed)
    sizes = {kind: float(np.mean([np.linalg.norm(d) for _, k, d in directions if k == kind]))
             for kind in ("sound", "text")}
    return {"mean_size_by_sound": sizes["sound"], "mean_size_by_text": sizes["text"]}, {"directions": table}


def _draw(directions: list[tuple[str, str, Any]], path: Path, seed: int) -> None:
    import numpy as np
    from sklearn.manifold import TSNE

    vectors = np.stack([d for _, _, d in directions])
    if len(vectors) < 5:
        return
    places = TSNE(perplexity=min(30.0, (len(vectors) - 1) / 3), random_state=seed, init="pca").fit_transform(vectors)
    markers = dict(zip(sorted({t for t, _, _ in directions}), "osv^D*Pp<>", strict=False))
    with figure(path, 7, 6) as axes:
        for target, marker in markers.items():
            for kind, colour in (("sound", "crimson"), ("text", "royalblue")):
                rows = [i for i, (t, k, _) in enumerate(directions) if (t, k) == (target, kind)]
                axes.scatter(places[rows, 0], places[rows, 1], c=colour, marker=marker, s=26, alpha=0.7,
                             label=f"{target} ({kind})")
        axes.legend(fontsize=6, ncol=2)
        axes.set_title("directions in W+ (t-SNE): sound red, text blue")


def run(args: argparse.Namespace) -> dict[str, Any] | int:
    """The verb."""
    out = folder_for(args, NAME)
    report, tables = measure(open_studio(args), args.data, out, pictures=args.pictures, sounds=args.sounds,
                             targets=tuple(args.target), steps=args.steps, fidelity=args.fidelity, seed=args.seed)
    return finish(args, out, NAME, report, tables)
