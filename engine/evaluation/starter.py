"""``sgim evaluate starter``: everything the scene pack must show, on held-out pictures and sounds."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from PIL import Image

from engine.evaluation.contact_sheet import Cell, contact_sheet
from engine.evaluation.judge import NEEDED_ACCURACY, Judge, LabelledPictures, scene_pictures
from engine.evaluation.reporting import folder_for
from engine.evaluation.starter_cost import edit_cost, same_twice
from engine.evaluation.starter_edits import (
    TARGETS,
    EditScore,
    SheetRow,
    intensity_correlation,
    judged_edits,
    source_of,
)
from engine.evaluation.starter_guides import (
    held_out_sounds,
    paraphrase_accuracy,
    picture_zero_shot,
    sound_zero_shot,
    sounds_of_class,
)
from engine.media.atomic_files import written_beside
from engine.media.sounds import load_sound
from engine.packs.store import DEFAULT_PACK
from engine.studio import Studio

GAINS = (-18.0, -12.0, -6.0, 0.0, 6.0, 12.0)
SHEET_ROWS = 6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``sgim evaluate starter``."""
    parser.add_argument("--data", type=Path, required=True, help="folder with audio/, images/ and classes.csv")
    parser.add_argument("--judge-data", type=Path, help="pictures the judge learns from (default: --data)")
    parser.add_argument("--pack", default=DEFAULT_PACK)
    parser.add_argument(
        "--out", type=Path, default=Path(".out/evaluate-starter"), help="report.json and pictures go here"
    )
    parser.add_argument("--pictures", type=int, default=30, help="pictures per target")
    parser.add_argument("--reconstructions", type=int, default=40, help="pictures for encoder and balanced PSNR")
    parser.add_argument("--tuned", type=int, default=8, help="pictures for the PSNR of the high tier")
    parser.add_argument("--clips", type=int, default=8, help="clips for the loudness measure")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--skip-cost", action="store_true", help="leave out the time and memory of a whole sgim edit")


class Table:
    """Lines of measure, value, wanted; printed to ``stream`` as they come."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.rows: list[dict[str, Any]] = []
        self.stream = stream or sys.stdout

    def add(self, measure: str, value: float, wanted: str, ok: bool | None, note: str = "") -> None:
        """Record and print one line; ``ok`` None is information only."""
        self.rows.append({"measure": measure, "value": value, "wanted": wanted, "ok": ok, "note": note})
        mark = {True: "yes", False: "NO", None: "-"}[ok]
        print(f"{measure:58s} {value:9.3f}   {wanted:12s} {mark:4s} {note}", file=self.stream, flush=True)


def reconstruction(
    studio: Studio, data: LabelledPictures, table: Table, count: int, tuned: int, seed: int
) -> dict[str, list[float]]:
    """PSNR by fidelity tier on held-out pictures."""
    held = np.random.default_rng(seed).permutation(np.flatnonzero(data.held_out))
    values: dict[str, list[float]] = {}
    for tier, number, wanted in (("fast", count, 22), ("balanced", count, 25), ("high", tuned, 30)):
        values[tier] = [source_of(studio, data.paths[i], tier).psnr for i in held[:number]]
        median = float(np.median(values[tier]))
        table.add(f"reconstruction PSNR {tier}, median of {number} (dB)", median, f">= {wanted}", median >= wanted)
    return values


def guides(studio: Studio, folder: Path, data: LabelledPictures, table: Table) -> dict[str, Any]:
    """Zero-shot measures of the joint space."""
    embedder = studio.loaded.embedder
    heard, clips, by_sound = sound_zero_shot(embedder, held_out_sounds(folder))
    table.add(f"sound to class zero-shot, ESC-10 classes, {clips} clips", heard, ">= 0.85", heard >= 0.85)
    seen, pictures, by_picture = picture_zero_shot(embedder, data)
    table.add(f"picture to class zero-shot, ten classes, {pictures} pictures", seen, ">= 0.75", seen >= 0.75)
    read, misses = paraphrase_accuracy(embedder)
    table.add("text robustness, 60 paraphrases", read, ">= 0.70", read >= 0.70)
    return {"sound_by_class": by_sound, "picture_by_class": by_picture, "paraphrase_misses": misses}


def edit_table(scores: Sequence[EditScore], table: Table) -> dict[str, Any]:
    """What the judge said of the edits, and what they kept."""
    details: dict[str, Any] = {}
    for finish, kept_wanted in (("model", 0.6), ("detail", 0.85)):
        rates: dict[str, float] = {}
        followed: dict[str, int] = {}
        for guide in ("sound", "text", "mixed"):
            mine = [s for s in scores if s.guide == guide]
            followed[guide] = sum(s.said[finish] == s.target for s in mine)
            rates[guide] = followed[guide] / len(mine)
            by_target = {t: float(np.mean([s.said[finish] == t for s in mine if s.target == t])) for t in TARGETS}
            details[f"{finish} {guide} by target"] = by_target
            if guide == "sound":
                worst = min(by_target, key=by_target.__getitem__)
                table.add(f"edits follow, {finish}, {len(mine)} edits", rates[guide], ">= 0.70", rates[guide] >= 0.70)
                table.add(f"  worst class ({worst})", by_target[worst], ">= 0.50", by_target[worst] >= 0.50)
        # Of whole numbers: nine of 180 are five points, not a rounding error more.
        difference = 100 * (followed["sound"] - followed["text"]) / len(mine)
        table.add(
            f"  sound minus text, {finish} (points)",
            difference,
            ">= -5",
            difference >= -5,
            f"text {rates['text']:.3f} mixed {rates['mixed']:.3f}",
        )
        kept = float(np.median([s.kept[finish] for s in scores if s.guide == "sound"]))
        table.add(f"  recall of the source's edges, {finish}, median", kept, f">= {kept_wanted}", kept >= kept_wanted)
        clipped = float(np.median([s.clipped[finish] for s in scores if s.guide == "sound"]))
        table.add(f"  pixels newly clipped, {finish}, median", clipped, "<= 0.02", clipped <= 0.02)
    return details


def write_sheets(sheets: dict[str, list[SheetRow]], out: Path) -> None:
    """One contact sheet per target: source | sound-guided | text-guided | mixed."""
    for target, rows in sheets.items():
        cells = [
            [Cell(p, c) for p, c in zip((r.source, r.sound, r.text, r.mixed), r.captions, strict=True)]
            for r in rows[:SHEET_ROWS]
        ]
        sheet = contact_sheet(cells, side=150, title=f"{target}: source | sound | text | mixed (judged)")
        with written_beside(out / f"{target}.jpg") as path:
            Image.fromarray(sheet).save(path, format="JPEG", quality=85, optimize=True, progressive=True)


def run(args: argparse.Namespace) -> int:
    """Measure, print the table, write report.json and contact sheets to ``--out``."""
    started = time.time()
    as_json = getattr(args, "json", False)
    stream = sys.stderr if as_json else sys.stdout
    out = folder_for(args, "starter")
    studio = Studio(device="cpu", threads=args.threads)
    studio.load_pack(args.pack)
    table = Table(stream)
    data = scene_pictures(args.data)
    judge_data = data if args.judge_data in (None, args.data) else scene_pictures(args.judge_data)
    judge = Judge(judge_data, seed=args.seed)
    table.add(
        f"judge's own held-out accuracy, {judge.held_out} pictures",
        judge.accuracy,
        f">= {NEEDED_ACCURACY}",
        judge.accuracy >= NEEDED_ACCURACY,
    )
    details: dict[str, Any] = {"judge_by_class": judge.by_class}
    details |= guides(studio, args.data, data, table)
    psnr = reconstruction(studio, data, table, args.reconstructions, args.tuned, args.seed)
    rows = held_out_sounds(args.data)
    scores: list[EditScore] = []
    sheets: dict[str, list[SheetRow]] = {}
    for new, row in judged_edits(studio, judge, args.data, data, rows, count=args.pictures, seed=args.seed):
        scores += new
        sheets.setdefault(new[0].target, []).append(row)
    details |= edit_table(scores, table)
    write_sheets(sheets, out)
    held = np.flatnonzero(data.held_out)
    sources = [source_of(studio, data.paths[i], "fast") for i in np.random.default_rng(args.seed).permutation(held)[:4]]
    weather = [r for t in TARGETS for r in sounds_of_class(args.data, rows, t)]
    picked = np.random.default_rng(args.seed).permutation(len(weather))[: args.clips]
    clips = [load_sound(weather[i].path) for i in picked]
    for coupling, wanted in ((True, 0.9), (False, 0.5)):
        value = intensity_correlation(studio, sources, clips, GAINS, coupling=coupling)
        name = "on" if coupling else "off"
        table.add(
            f"louder means more, coupling {name}, median of {len(clips)} clips", value, f">= {wanted}", value >= wanted
        )
    table.add(
        "same request twice gives the identical picture",
        float(same_twice(studio, sources[0], clips[0])),
        "= 1",
        same_twice(studio, sources[0], clips[0]),
    )
    if not args.skip_cost:
        seconds, megabytes = edit_cost(args.pack, data.paths[held[0]], weather[0].path)
        table.add("sgim edit, balanced, process start to file (s)", seconds, "<= 30", seconds <= 30)
        table.add("  its peak memory (MB)", megabytes, "<= 2048", megabytes <= 2048)
    report = {
        "pack": args.pack,
        "files": studio.loaded.pack.file_hashes(),
        "data": str(args.data.name),
        "seed": args.seed,
        "threads": studio.threads,
        "measures": table.rows,
        "details": details,
        "psnr": psnr,
        "edits": [vars(s) for s in scores],
        "seconds": time.time() - started,
    }
    with written_beside(out / "report.json") as path:
        path.write_text(json.dumps(report, indent=1))
    missed = [r["measure"].strip() for r in table.rows if r["ok"] is False]
    reached = len(table.rows) - len(missed)
    print(f"{reached} of {len(table.rows)} lines as wanted; report and sheets in {out}", file=stream)
    for name in missed:
        print(f"  not reached: {name}", file=stream)
    if as_json:
        print(json.dumps(report, indent=1))
    return 0
