"""§5.3: does music carry its mood into the picture? Mood words against music clips, and what edits do to colour."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from engine.errors import DataError
from engine.evaluation.reporting import Table, common_arguments, figure, finish, folder_for, open_studio

NAME = "music"
PREFIX = "music_"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    common_arguments(parser)
    parser.add_argument("--pictures", type=int, default=3)
    parser.add_argument("--clips", type=int, default=2, help="clips per mood that edit pictures")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--fidelity", default="fast", choices=("fast", "balanced", "high"))


def colour_statistics(pixels: Any) -> dict[str, float]:
    """Mean lightness (0-100), green-red and blue-yellow axes, and chroma of uint8 (H, W, 3), in CIELAB."""
    import cv2
    import numpy as np

    lab = cv2.cvtColor(pixels.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    return {"lightness": float(lab[..., 0].mean()), "green-red": float(lab[..., 1].mean()),
            "blue-yellow": float(lab[..., 2].mean()), "chroma": float(np.hypot(lab[..., 1], lab[..., 2]).mean())}


def measure(studio: Any, data: str, out: Path, *, pictures: int = 3, clips: int = 2, steps: int | None = None,
            fidelity: str = "fast", seed: int = 0) -> tuple[dict[str, Any], dict[str, Table]]:
    """Similarity of every mood's clips to every mood's words; edits as a sheet, colour change per mood."""
    import numpy as np

    from engine.evaluation.contact_sheet import Cell, save_sheet
    from engine.evaluation.edit_set import choose_edit_set, edited, sources_of
    from engine.evaluation.starter_guides import prompt_vectors, read_sound_index
    from engine.media.sounds import load_sound

    rows = [r for r in read_sound_index(Path(data)) if r.label.startswith(PREFIX)]
    moods = sorted({r.label.removeprefix(PREFIX) for r in rows})
    if not moods:
        raise DataError(f"{data} has no clips labelled {PREFIX}…; name the project's data folder.")
    embedder, source_of_chance = studio.loaded.embedder, np.random.default_rng(seed)
    words = prompt_vectors(embedder, [[f"{m} music", m] for m in moods], ("{}",)).cpu()
    heard = {m: [r for r in rows if r.label == PREFIX + m] for m in moods}
    matrix, right, total = np.zeros((len(moods), len(moods))), 0, 0
    for k, mood in enumerate(moods):
        vectors = np.stack([embedder.sound(load_sound(r.path)).vector.cpu().numpy() for r in heard[mood]])
        similar = vectors @ words.numpy().T
        matrix[k] = similar.mean(axis=0)
        right += int((similar.argmax(axis=1) == k).sum())
        total += len(vectors)
        print(f"{mood}: {len(vectors)} clips heard", file=sys.stderr)
    centred = matrix - matrix.mean(axis=0)
    table = Table(["clips of", *(f"'{m}'" for m in moods)])
    for k, mood in enumerate(moods):
        table.rows.append([mood, *(float(v) for v in centred[k])])
    chosen = choose_edit_set(studio, data, pictures=pictures, sounds=1, seed=seed)
    sources, sheet = sources_of(studio, chosen, fidelity), []
    colours = Table(["mood", "lightness", "green-red", "blue-yellow", "chroma", "edits"], digits=2)
    for mood in moods:
        picked = [heard[mood][i] for i in source_of_chance.permutation(len(heard[mood]))[:clips]]
        changes = []
        line = []
        for source in sources:
            before = colour_statistics(source.reconstruction)
            for place, row in enumerate(picked):
                result = edited(studio, source, sound=load_sound(row.path), steps=steps, seed=seed)
                after = colour_statistics(result.picture)
                changes.append([after[name] - before[name] for name in before])
                if place == 0:
                    line += [Cell(source.reconstruction, "source"), Cell(result.picture, mood)]
        sheet.append(line)
        colours.rows.append([mood, *(float(v) for v in np.mean(changes, axis=0)), len(changes)])
    save_sheet(out / "music_sheet.jpg", sheet)
    with figure(out / "moods.png", 6, 5) as axes:
        axes.imshow(centred, cmap="coolwarm")
        axes.set_xticks(range(len(moods)), [f"'{m}'" for m in moods], rotation=60)
        axes.set_yticks(range(len(moods)), moods)
        axes.set_title("music (rows) against mood words, column mean removed")
    return {"mood_top1": right / total, "chance": 1 / len(moods), "clips": total}, {
        "similarity of music to mood words (column mean removed)": table, "colour change of edits (CIELAB)": colours}


def run(args: argparse.Namespace) -> dict[str, Any] | int:
    """The verb."""
    out = folder_for(args, NAME)
    report, tables = measure(open_studio(args), args.data, out, pictures=args.pictures, clips=args.clips,
                             steps=args.steps, fidelity=args.fidelity, seed=args.seed)
    return finish(args, out, NAME, report, tables)
