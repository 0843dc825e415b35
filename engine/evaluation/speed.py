"""Seconds and memory of every phase of an edit on this machine."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from engine.evaluation.reporting import Table, common_arguments, figure, finish, folder_for, mean_and_std
from engine.peak_memory import peak_memory_mb

NAME = "speed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    common_arguments(parser, data=False)
    parser.add_argument("--data", help="folder laid out like the project's data: also measure the instant mapper on "
                        "held-out pairs (the phases use a rendered picture and noise, so that machines compare)")
    parser.add_argument("--pairs", type=int, default=12, help="held-out pairs for the instant mapper")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--steps", type=int, help="optimisation steps (default: the pack's)")


def measure(open_it: Callable[[], Any], out: Path, *, repeats: int = 3, steps: int | None = None, seed: int = 0
            ) -> tuple[dict[str, Any], dict[str, Table]]:
    """Load, invert, listen, edit, render, finish: mean and spread over ``repeats``, first time apart."""
    import numpy as np
    import torch

    from engine.evaluation.edit_set import edited
    from engine.media.pictures import picture_from_pixels
    from engine.media.sounds import sound_from_samples

    seen: dict[str, list[float]] = {}
    peaks: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        result = work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        seen.setdefault(name, []).append(time.perf_counter() - began)
        peaks[name] = peak_memory_mb()
        return result

    def drained(work: Any) -> Any:
        while True:
            try:
                next(work)
            except StopIteration as stop:
                return stop.value

    studio = timed("load pack", open_it)
    noise = np.random.default_rng(seed)
    sound = sound_from_samples((0.1 * noise.standard_normal(5 * 32_000)).astype(np.float32), 32_000, "noise")
    pixels = timed("draw a random source", lambda: studio.sample(seed)).reconstruction
    picture = picture_from_pixels(pixels, "random source")
    for _ in range(repeats):
        source = timed("invert, fast", lambda: drained(studio.invert(picture, fidelity="fast", align=False)))
        timed("listen to 5 s", lambda: studio.loaded.embedder.sound(sound))
        result = timed("edit by sound", partial(edited, studio, source, sound=sound, steps=steps, seed=seed))
        timed("edit, first picture", partial(edited, studio, source, sound=sound, steps=0, seed=seed))
        timed("render (strength slider)", partial(studio.render, source, result, strength=0.5))
        for kind in ("model", "detail"):
            timed(f"finish, {kind}", partial(studio.finish, source, result, finish=kind))
    done = max(1, len(result.steps))
    table = Table(["phase", "first s", "mean s", "std s", "peak memory so far MB"])
    for name, values in seen.items():
        table.rows.append([name, values[0], *mean_and_std(values), peaks[name]])
    edits = [r for r in table.rows if r[0] == "edit by sound"][0]
    with figure(out / "speed.png", 7, 4) as axes:
        axes.barh([str(r[0]) for r in table.rows], [float(r[2]) for r in table.rows])
        axes.invert_yaxis()
        axes.set_xlabel("seconds")
    return {"device": str(studio.device), "threads": studio.threads, "steps": len(result.steps),
            "seconds_per_step": float(edits[2]) / done, "peak_memory_mb": peak_memory_mb(),
            "resolution": studio.loaded.resolution}, {"speed": table}


def run(args: argparse.Namespace) -> dict[str, Any] | int:
    """The verb."""
    from engine.evaluation.instant import measure_instant
    from engine.evaluation.reporting import open_studio

    out = folder_for(args, NAME)
    report, tables = measure(lambda: open_studio(args), out, repeats=args.repeats, steps=args.steps, seed=args.seed)
    if args.data:
        more, shown = measure_instant(open_studio(args), args.data, out, pairs=args.pairs, steps=args.steps,
                                      seed=args.seed)
        report, tables = {**report, **more}, {**tables, **shown}
    return finish(args, out, NAME, report, tables)
