"""Run in a process of its own: add FILE to the packs folder ROOT and print seconds and peak memory as JSON.

The baseline is a process that has imported what ``sgim packs add`` names at its beginning, PyTorch among it, and has
run nothing yet: what adding imports or warms up on its way counts as the file's.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

from engine.checkpoints import convert  # noqa: F401 - brings PyTorch
from engine.cli import packs  # noqa: F401 - the verb
from engine.packs.add import add_pack
from engine.packs.open_network import open_network
from engine.packs.store import PackStore


def resident() -> int:
    """Bytes of this process in memory that no file backs (what the machine really gives)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("this system does not tell RssAnon")


def main(file: Path, root: Path) -> None:
    assert not {"open_clip", "timm", "torchvision", "PIL.Image"} & set(sys.modules)  # what adding needs, adding counts
    baseline = peak = resident()
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.005):
            peak = max(peak, resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    phases: dict[str, float] = {}
    peaks: dict[str, float] = {}
    for progress in add_pack(PackStore([root]), file, name="big", complete=False):
        phases.setdefault(progress.phase, time.perf_counter() - start)
        peaks[progress.phase] = (peak - baseline) / 1e6  # on entering it
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    start = time.perf_counter()
    pack = PackStore([root]).open("big")
    open_network(pack, next(iter(pack.manifest.parts)))
    print(
        json.dumps(
            {
                "file_mb": file.stat().st_size / 1e6,
                "add_seconds": seconds,
                "phases": phases,
                "peak_mb_on_entering": peaks,
                "baseline_mb": baseline / 1e6,
                "peak_mb_above_baseline": (peak - baseline) / 1e6,
                "reopen_seconds": time.perf_counter() - start,
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
