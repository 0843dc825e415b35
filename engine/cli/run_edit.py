"""One edit from the command line: studio, inversion, steps, finish; shared by edit, replay, batch and demo."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.errors import RequestError
from engine.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.cli.edit_options import Region
    from engine.media.pictures import Picture
    from engine.media.sounds import Sound
    from engine.studio import Studio


@dataclass
class Stopwatch:
    """Seconds by phase, as the report shows them."""

    seconds: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the time spent inside to ``name``."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    def total(self) -> dict[str, float]:
        """The phases and ``total`` since the stopwatch was made."""
        return {**self.seconds, "total": time.perf_counter() - self.began}

    @classmethod
    def after(cls, shared: dict[str, float]) -> Stopwatch:
        """One that goes on from another's ``total``: each variant has what all share, and times of its own."""
        phases = dict(shared)
        return cls(phases, time.perf_counter() - phases.pop("total"))


def open_studio(
    pack: str, device: str, threads: int | None, watch: Stopwatch | None = None, needs: tuple[str, ...] = ()
) -> Studio:
    """A studio with ``pack`` loaded. A pack that is unknown, or lacks a part in ``needs`` or what an embedder in it is
    fed with, is reported before torch is imported, not after minutes of inversion."""
    from engine.packs.preparation import check_preparation
    from engine.packs.store import PackStore

    opened = PackStore().open(pack)
    for kind in needs:
        opened.part(kind)
    if "joint_embedder" in needs:
        check_preparation(opened)
    watch = watch or Stopwatch()
    with watch.phase("load"):
        from engine.studio import Studio

        studio = Studio(device=device, threads=threads)
        studio.load_pack(pack)
    return studio


def parts_needed(request: Request) -> tuple[str, ...]:
    """The parts of a pack this request cannot do without."""
    return ("generator", "joint_embedder", *(("sound_encoder",) if request.sounds else ()))


def invert(studio: Studio, picture: Picture, request: Request, watch: Stopwatch) -> Any:
    """The ``Source`` of ``picture`` as the request asks for it."""
    from engine.cli.progress import follow

    with watch.phase("invert"):
        source = follow(
            studio.invert(picture, fidelity=request.fidelity, seed=request.seed, face=request.face, align=request.align)
        )
    say_note(source)
    return source


def say_note(source: Any) -> None:
    """Tell on stderr what is unusual about the picture or its face (several faces, cut by the border …)."""
    if source.note:
        print(f"sgim: {source.note}", file=sys.stderr)


def edit(
    studio: Studio, source: Any, request: Request, sounds: dict[str, Sound], region: Region | None, watch: Stopwatch
) -> tuple[Any, bool]:
    """The finished ``EditRun`` and whether Ctrl-C ended it early (its ``result`` is then the best so far)."""
    from engine.cli.progress import follow_run

    with watch.phase("edit"):
        run = studio.edit(source, request, sounds, region.weights if region else None)
        stopped = follow_run(run)
    if run.result is None:  # stopped before there was anything to keep
        raise KeyboardInterrupt
    return run, stopped


def finish(
    studio: Studio, source: Any, result: Any, request: Request, region: Region | None, watch: Stopwatch
) -> Picture:
    """The finished picture at the original's size (``detail``) or the model's (``model``)."""
    with watch.phase("finish"):
        return studio.finish(
            source,
            result,
            finish=request.finish,
            strength=request.strength,
            region=region.weights if region else None,
        )


def sounds_by_sha(sounds: list[Sound]) -> dict[str, Sound]:
    """What ``Studio.edit`` looks sounds up in. The same file twice is refused: one identity, one trim."""
    if len({s.sha256 for s in sounds}) != len(sounds):
        raise RequestError("The same sound was given twice; give each file once.")
    return {s.sha256: s for s in sounds}
