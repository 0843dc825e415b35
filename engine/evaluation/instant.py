"""The instant mapper against the optimisation it stands in for: seconds to a first picture, share of the gain."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.evaluation.reporting import Table, confidence_interval, figure, mean_and_std

if TYPE_CHECKING:
    from engine.media.sounds import Sound
    from engine.request import Request
    from engine.results import Source
    from engine.studio import Studio

SECONDS_WANTED, SHARE_WANTED = 0.3, 0.6
"""What a first picture must keep: seconds from the guide's vector to the picture, share of the similarity gain."""


@dataclass(frozen=True)
class Pair:
    """One held-out picture with one guide: similarity ``before``, of the ``instant`` picture, after the optimisation
    that starts there (``refined``) and after one that starts at the source (``alone``); wall and processor
    ``seconds`` from the guide's vector to the instant picture."""

    name: str
    before: float
    instant: float
    refined: float
    alone: float
    wall_seconds: float
    processor_seconds: float


def first_picture(studio: Studio, source: Source, request: Request, sounds: dict[str, Sound]
                  ) -> tuple[Any, float, float]:
    """The instant result, and wall and processor seconds from the moment the guide's vector is known."""
    from engine.steps import Progress, Step

    run, began = studio.edit(source, request.changed(instant=True), sounds), (0.0, 0.0)
    taken = None
    for event in run:
        if isinstance(event, Progress) and event.done == event.total:
            began = time.perf_counter(), time.process_time()
        elif isinstance(event, Step) and taken is None:
            taken = time.perf_counter() - began[0], time.process_time() - began[1]
    assert taken is not None
    return run.result, *taken


def measure_instant(studio: Studio, data: str, out: Path, *, pairs: int = 12, steps: int | None = None, seed: int = 0
                    ) -> tuple[dict[str, Any], dict[str, Table]]:
    """Held-out pictures with held-out sounds (two of three) and texts, loudness off so that gains compare.

    The share is the sum of instant gains over the sum of full gains: pairs in which there was little to gain count
    little. A pack without a mapper gives an empty report that says so.
    """
    from engine.evaluation.edit_set import choose_edit_set, edited, request_for, sources_of
    from engine.evaluation.starter_edits import guide_of
    from engine.media.sounds import load_sound

    if studio.loaded.mapper is None:
        return {"instant": "this pack has no instant mapper"}, {}
    chosen = choose_edit_set(studio, data, pictures=min(6, pairs), sounds=2, seed=seed)
    sources, mapper, targets = sources_of(studio, chosen, "fast"), studio.loaded.mapper, chosen.targets
    found: list[Pair] = []
    for k in range(pairs):
        target = targets[k % len(targets)]
        # the stride of the round keeps a target from always meeting the same picture
        source = sources[(k + k // len(targets)) % len(sources)]
        files = chosen.sounds[target]
        sound = load_sound(files[k // len(targets) % len(files)]) if k % 3 != 2 else None
        guide: dict[str, Any] = {"sound": sound} if sound is not None else {"text": chosen.texts[target]}
        base = request_for(source, **guide, loudness=False, seed=seed, steps=steps)
        played = {} if sound is None else {guide_of(sound).sha256: sound}
        if k == 0:  # the first pass of a process also sets torch up
            first_picture(studio, source, base, played)
        instant, wall, processor = first_picture(studio, source, base, played)
        refined = edited(studio, source, **guide, loudness=False, seed=seed, steps=steps)
        studio.loaded.mapper = None
        try:
            alone = edited(studio, source, **guide, loudness=False, seed=seed, steps=steps)
        finally:
            studio.loaded.mapper = mapper
        found.append(Pair(f"{target} by {'sound' if sound is not None else 'text'}", instant.similarity_before,
                          instant.similarity_after, refined.similarity_after, alone.similarity_after, wall, processor))
    return _report(found, studio, out, seed)


def gain_share(pairs: list[Pair], against: str) -> float:
    """Sum of instant gains over the sum of gains of ``against`` ("refined" or "alone")."""
    full = sum(getattr(p, against) - p.before for p in pairs)
    return sum(p.instant - p.before for p in pairs) / full if full > 0 else float("nan")


def _report(found: list[Pair], studio: Studio, out: Path, seed: int) -> tuple[dict[str, Any], dict[str, Table]]:
    gains = {name: [getattr(p, name) - p.before for p in found] for name in ("instant", "refined", "alone")}
    table = Table(["similarity gain", "mean", "std", "share reached at once"])
    shares = {name: gain_share(found, name) for name in ("refined", "alone")}
    words = {"instant": "instant mapper, one pass", "refined": "optimisation from its proposal",
             "alone": "optimisation from the source"}
    for name, values in gains.items():
        table.rows.append([words[name], *mean_and_std(values), shares.get(name)])
    by_pair = Table(["pair", "before", "instant", "refined", "alone", "seconds"])
    by_pair.rows += [[p.name, p.before, p.instant, p.refined, p.alone, p.wall_seconds] for p in found]
    source, draws = np.random.default_rng(seed), []
    for _ in range(2000):
        draws.append(gain_share([found[i] for i in source.integers(0, len(found), len(found))], "refined"))
    low, high = np.nanquantile(draws, [0.025, 0.975])
    wall, processor = ([getattr(p, name) for p in found] for name in ("wall_seconds", "processor_seconds"))
    with figure(out / "instant.png", 7, 4) as axes:
        place = np.arange(len(found))
        for k, name in enumerate(("instant", "refined", "alone")):
            axes.bar(place + (k - 1) * 0.27, gains[name], 0.25, label=words[name])
        axes.set_xticks(place, [p.name for p in found], rotation=60, ha="right", fontsize=7)
        axes.axhline(0, color="grey", linewidth=0.8)
        axes.set_ylabel("similarity gained")
        axes.legend(fontsize=8)
    seconds = float(np.median(wall))
    return {"instant_pairs": len(found), "instant_seconds": seconds, "instant_seconds_interval":
            list(confidence_interval(wall, seed)), "instant_processor_seconds": float(np.median(processor)),
            "instant_threads": studio.threads, "instant_share": shares["refined"],
            "instant_share_interval": [float(low), float(high)], "instant_share_of_optimisation_alone": shares["alone"],
            "instant_fast_enough": f"{'yes' if seconds <= SECONDS_WANTED else 'no'} ({SECONDS_WANTED} s wanted)",
            "instant_near_enough": f"{'yes' if shares['refined'] >= SHARE_WANTED else 'no'} "
                                   f"({SHARE_WANTED:.0%} wanted)"}, {
            "instant mapper": table, "by pair": by_pair}
