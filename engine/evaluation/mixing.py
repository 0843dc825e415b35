"""Fig. 15: from the sound's edit to the text's: similarity to either guide along α (Eq. 19)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from engine.evaluation.reporting import Table, common_arguments, figure, finish, folder_for, open_studio

NAME = "mixing"
ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    from engine.evaluation.edit_set import edit_arguments

    common_arguments(parser)
    edit_arguments(parser, pictures=4, sounds=1)


def measure(studio: Any, data: str, out: Path, *, pictures: int = 4, sounds: int = 1, targets: tuple[str, ...] = (),
            steps: int | None = None, fidelity: str = "fast", seed: int = 0) -> tuple[dict[str, Any], dict[str, Table]]:
    """Every sound is mixed with the text of the next class; mean similarities, how often each falls or rises
    monotonically, and a sheet of pictures."""
    import numpy as np

    from engine.evaluation.contact_sheet import Cell, save_sheet
    from engine.evaluation.edit_set import choose_edit_set, edited, opened, sources_of

    chosen = choose_edit_set(studio, data, pictures=pictures, sounds=sounds, seed=seed, targets=targets)
    sources, embedder = sources_of(studio, chosen, fidelity), studio.loaded.embedder
    names = chosen.targets
    to_sound: list[list[float]] = []
    to_text: list[list[float]] = []
    sheet: list[list[Cell]] = []
    for number, target in enumerate(names):
        other = names[(number + 1) % len(names)]
        text_vector = embedder.texts([chosen.texts[other]])[0].cpu()
        for clip in opened(chosen.sounds[target]):
            sound_vector = embedder.sound(clip).vector.cpu()
            for place, source in enumerate(sources):
                by_sound = edited(studio, source, sound=clip, steps=steps, seed=seed)
                by_text = edited(studio, source, text=chosen.texts[other], steps=steps, seed=seed)
                drawn = [studio.mix(source, by_sound, by_text, alpha=a).picture for a in ALPHAS]
                vectors = [studio.embed_picture(p).cpu() for p in drawn]
                to_sound.append([float(v @ sound_vector) for v in vectors])
                to_text.append([float(v @ text_vector) for v in vectors])
                if place == 0:
                    sheet.append([Cell(source.reconstruction, f"sound {target}, text {other}"),
                                  *(Cell(p, f"alpha {a:.2f}") for a, p in zip(ALPHAS, drawn, strict=True))])
        print(f"{target} done", file=sys.stderr)
    table = Table(["alpha", "similarity to the sound", "similarity to the text"])
    for k, alpha in enumerate(ALPHAS):
        table.rows.append([f"{alpha:.2f}", *(float(np.mean([r[k] for r in rows])) for rows in (to_sound, to_text))])
    with figure(out / "mixing.png", 6, 4) as axes:
        for rows, label, colour in ((to_sound, "to the sound", "crimson"), (to_text, "to the text", "royalblue")):
            axes.plot(ALPHAS, np.mean(rows, axis=0), "-o", color=colour, label=label)
            axes.fill_between(ALPHAS, *np.quantile(rows, [0.25, 0.75], axis=0), color=colour, alpha=0.15)
        axes.set_xlabel("alpha")
        axes.set_ylabel("cosine similarity")
        axes.legend()
    save_sheet(out / "mixing_sheet.jpg", sheet)
    return {"pairs": len(to_sound),
            "share_nearer_to_the_sound_at_0_than_at_1": float(np.mean([r[0] > r[-1] for r in to_sound])),
            "share_nearer_to_the_text_at_1_than_at_0": float(np.mean([r[-1] > r[0] for r in to_text]))}, {
            "mixing": table}


def run(args: argparse.Namespace) -> dict[str, Any] | int:
    """The verb."""
    out = folder_for(args, NAME)
    report, tables = measure(open_studio(args), args.data, out, pictures=args.pictures, sounds=args.sounds,
                             targets=tuple(args.target), steps=args.steps, fidelity=args.fidelity, seed=args.seed)
    return finish(args, out, NAME, report, tables)
