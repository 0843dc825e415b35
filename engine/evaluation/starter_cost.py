"""What a whole edit costs, and whether it is the same twice."""

from __future__ import annotations

import os
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
    """(seconds, peak megabytes) of ``sgim edit`` in a process of its own, from its start to the written file."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "engine.cli.main", "edit", str(picture), "--sound", str(sound), "--pack", pack,
            "--fidelity", "balanced", "--out", str(Path(folder) / "edited.png"),
        ]  # fmt: skip
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert process.stderr is not None
        message = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SgimError(
                f"sgim edit failed with status {process.returncode} while it was timed; run it alone to see why.",
                message,
            )
        # ru_maxrss counts kilobytes on Linux and bytes on macOS.
        scale = 1024.0 if sys.platform.startswith("linux") else 1024.0**2
        return seconds, usage.ru_maxrss / scale


def same_twice(studio: Studio, source: Source, sound: Sound) -> bool:
    """Whether one request gives the identical finished picture twice."""
    request = Request(pack=source.pack, picture_sha256=source.picture.sha256, sounds=(guide_of(sound),), seed=7)
    first, second = (studio.finish(source, run_edit(studio, source, request, [sound])).pixels for _ in range(2))
    return bool(np.array_equal(first, second))
