"""Fig. 13: the trained layer mask, a detached one, and plain L2, compared at equal similarity to the guide."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

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

NAME = "masking"
KINDS = ("trained", "detached", "l2")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    from engine.evaluation.edit_set import edit_arguments

    common_arguments(parser)
    edit_arguments(parser, pictures=4, sounds=1)


def strength_for(studio: Any, source: Any, result: Any, guide: Any, wanted: float) -> tuple[float, Any]:
    """The smallest strength along source→edit whose rendered picture reaches the similarity ``wanted``, by bisection,
    and that picture; strength 1 when it does not reach it."""
    low, high = 0.0, 1.0
    picture = studio.render(source, result)
    for _ in range(7):
        middle = (low + high) / 2
        drawn = studio.render(source, result, strength=middle)
        if float(studio.embed_picture(drawn).cpu() @ guide) >= wanted:
            high, picture = middle, drawn
        else:
            low = middle
    return high, picture


def measure(studio: Any, data: str, out: Path, *, pictures: int = 4, sounds: int = 1, targets: tuple[str, ...] = (),
            steps: int | None = None, fidelity: str = "fast", seed: int = 0) -> tuple[dict[str, Any], dict[str, Table]]:
    """For every pair the three masks are optimised, then cut back to the lowest similarity of the three; what else
    changed there: latent rows, pixels, edges, and the picture's similarity to the classes that were not asked for."""
    import numpy as np
    import torch

    from engine.evaluation.edit_set import choose_edit_set, edited, is_portrait, opened, sources_of
    from engine.evaluation.picture_measures import edge_recall
    from engine.evaluation.starter_guides import SCENE_WORDS, prompt_vectors

    chosen = choose_edit_set(studio, data, pictures=pictures, sounds=sounds, seed=seed, targets=targets)
    sources = sources_of(studio, chosen, fidelity)
    embedder = studio.loaded.embedder
    names = list(chosen.texts) if is_portrait(studio) else list(SCENE_WORDS)
    words = [[chosen.texts[n]] for n in names] if is_portrait(studio) else [SCENE_WORDS[n] for n in names]
    classes = prompt_vectors(embedder, words, ("{}",)).cpu()
    seen: dict[str, dict[str, list[float]]] = {k: {} for k in KINDS}
    masks: dict[str, list[Any]] = {k: [] for k in KINDS}
    for target in chosen.targets:
        for clip in opened(chosen.sounds[target]):
            guide = embedder.sound(clip).vector.cpu()
            others = torch.tensor([i for i, n in enumerate(names) if n != target])
            for source in sources:
                results = {k: edited(studio, source, sound=clip, steps=steps, seed=seed, mask=k) for k in KINDS}
                wanted = min(r.similarity_after for r in results.values())
                before = studio.embed_picture(source.reconstruction).cpu()
                for kind, result in results.items():
                    strength, picture = strength_for(studio, source, result, guide, wanted)
                    after = studio.embed_picture(picture).cpu()
                    values = {
                        "similarity reached": result.similarity_after,
                        "strength": strength,
                        "latent rows moved": float(np.linalg.norm(result.moved)) * strength,
                        "pixels changed": float(np.abs(picture.astype(float) - source.reconstruction).mean()),
                        "edges kept": edge_recall(source.reconstruction, picture),
                        "other classes moved": float((classes[others] @ after - classes[others] @ before).abs().mean()),
                    }
                    for name, value in values.items():
                        seen[kind].setdefault(name, []).append(value)
                    masks[kind].append(result.layer_mask)
        print(f"{target} done", file=sys.stderr)
    measures = list(seen["trained"])
    table = Table(["mask", *measures], digits=4)
    spread = Table(["mask", *measures], digits=4)
    for kind in KINDS:
        table.rows.append([kind, *(mean_and_std(seen[kind][m])[0] for m in measures)])
        spread.rows.append([kind, *(mean_and_std(seen[kind][m])[1] for m in measures)])
    difference = {m: {"trained minus l2": float(np.mean(np.subtract(seen["trained"][m], seen["l2"][m]))),
                      "95 %": confidence_interval(list(np.subtract(seen["trained"][m], seen["l2"][m])), seed)}
                  for m in measures}
    with figure(out / "masks.png", 7, 3.5) as axes:
        for kind in KINDS:
            axes.plot(np.mean(masks[kind], axis=0), "-o", label=f"{kind}, largest {np.max(masks[kind]):.2f}")
        axes.set_xlabel("W+ row")
        axes.set_ylabel("mean g")
        axes.legend()
    return {"edits_per_mask": len(seen["trained"]["strength"]), "differences": difference}, {
        "at equal similarity": table, "standard deviation": spread}


def run(args: argparse.Namespace) -> dict[str, Any] | int:
    """The verb."""
    out = folder_for(args, NAME)
    report, tables = measure(open_studio(args), args.data, out, pictures=args.pictures, sounds=args.sounds,
                             targets=tuple(args.target), steps=args.steps, fidelity=args.fidelity, seed=args.seed)
    return finish(args, out, NAME, report, tables)
