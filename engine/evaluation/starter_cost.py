"""What a whole edit costs, and whether it is the same twice."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from engine.errors import SgimError
from engine.evaluation.starter_edits import guide_of, run_edit
from engine.media.sounds import Sound
from engine.request import Request
from engine.results import Source
from engine.studio import Studio


def edit_cost(pack: str, picture: Path, sound: Path) -> tuple[float, float]:
    """(seconds, peak megabytes) of ``sgim edit`` in a process of its own, from its start to its end."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [
            sys.executable, "-m", "engine.cli.main", "edit", str(picture), "--sound", str(sound), "--pack", pack,
            "--fidelity", "balanced", "--out", str(Path(folder) / "edited.png"), "--report", str(report),
        ]  # fmt: skip
        started = time.perf_counter()
        process = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        seconds = time.perf_counter() - started
        if process.returncode != 0:
            raise SgimError(
                f"sgim edit failed with status {process.returncode} while it was timed; run it alone to see why.",
                process.stderr,
            )
        # Its own word: what a parent is told of its child's memory starts with the parent's own.
        return seconds, float(json.loads(report.read_text(encoding="utf-8"))["peak_memory_mb"])


def same_twice(studio: Studio, source: Source, sound: Sound) -> bool:
    """Whether one request gives the identical finished picture twice."""
    request = Request(pack=source.pack, picture_sha256=source.picture.sha256, sounds=(guide_of(sound),), seed=7)
    first, second = (studio.finish(source, run_edit(studio, source, request, [sound])).pixels for _ in range(2))
    return bool(np.array_equal(first, second))
