"""Fig. 8 and supplement Fig. 8: the same sound from -18 to +12 dB, with and without the loudness coupling."""

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
    rank_correlation,
)

NAME = "intensity"
GAINS = (-18.0, -12.0, -6.0, 0.0, 6.0, 12.0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    from engine.evaluation.edit_set import edit_arguments

    common_arguments(parser)
    edit_arguments(parser, pictures=2, sounds=2)


def measure(studio: Any, data: str, out: Path, *, pictures: int = 2, sounds: int = 2, targets: tuple[str, ...] = (),
            steps: int | None = None, fidelity: str = "fast", seed: int = 0) -> tuple[dict[str, Any], dict[str, Table]]:
    """Edit size (latent distance, mean colour change) and similarity along the gain; Spearman's correlation of gain
    and edit size per clip."""
    import numpy as np

    from engine.evaluation.contact_sheet import Cell, save_sheet
    from engine.evaluation.edit_set import choose_edit_set, edited, opened, sources_of

    chosen = choose_edit_set(studio, data, pictures=pictures, sounds=sounds, seed=seed, targets=targets)
    sources = sources_of(studio, chosen, fidelity)
    table = Table(["gain dB", "size, coupled", "size, uncoupled", "similarity, coupled", "similarity, uncoupled",
                   "colour change, coupled"])
    sizes: dict[bool, list[list[float]]] = {True: [], False: []}
    similar: dict[bool, list[list[float]]] = {True: [], False: []}
    change: list[list[float]] = []
    sheet: list[list[Cell]] = []
    for target in chosen.targets:
        for number, clip in enumerate(opened(chosen.sounds[target])):
            source = sources[number % len(sources)]
            for coupled in (True, False):
                results = [edited(studio, source, sound=clip, gain_db=g, steps=steps, seed=seed, loudness=coupled)
                           for g in GAINS]
                sizes[coupled].append([r.latent_distance for r in results])
                similar[coupled].append([r.similarity_after for r in results])
                if coupled:
                    before = source.reconstruction.astype(float)
                    change.append([float(np.abs(r.picture - before).mean()) for r in results])
                    if number == 0:
                        sheet.append([Cell(source.reconstruction, target),
                                      *(Cell(r.picture, f"{g:+.0f} dB") for g, r in zip(GAINS, results, strict=True))])
        print(f"{target} done", file=sys.stderr)
    for k, gain in enumerate(GAINS):
        table.rows.append([f"{gain:+.0f}", *(float(np.mean([row[k] for row in rows])) for rows in (
            sizes[True], sizes[False], similar[True], similar[False], change))])
    correlation = {coupled: [rank_correlation(GAINS, row) for row in sizes[coupled]]
                   for coupled in (True, False)}
    with figure(out / "intensity.png", 7, 4) as axes:
        for coupled, style in ((True, "-o"), (False, "--s")):
            means = np.mean(sizes[coupled], axis=0)
            axes.plot(GAINS, means, style, label=f"loudness coupling {'on' if coupled else 'off'}")
        axes.set_xlabel("gain, dB")
        axes.set_ylabel("edit size (latent distance)")
        axes.legend()
        axes.grid(alpha=0.3)
    save_sheet(out / "intensity_sheet.jpg", sheet)
    return {"clips": len(sizes[True]), "spearman_coupled_median": float(np.median(correlation[True])),
            "spearman_uncoupled_median": float(np.median(correlation[False])),
            "spearman_coupled_mean_and_std": list(mean_and_std(correlation[True]))}, {"intensity": table}


def run(args: argparse.Namespace) -> dict[str, Any] | int:
    """The verb."""
    out = folder_for(args, NAME)
    report, tables = measure(open_studio(args), args.data, out, pictures=args.pictures, sounds=args.sounds,
                             targets=tuple(args.target), steps=args.steps, fidelity=args.fidelity, seed=args.seed)
    return finish(args, out, NAME, report, tables)
