"""Run in a process of its own: add FILE to the packs folder ROOT and print seconds and peak memory as JSON."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

import numpy  # noqa: F401 - part of the baseline
import torch

from engine.checkpoints import convert  # noqa: F401 - part of the baseline
from engine.networks import stylegan2, stylegan3  # noqa: F401 - part of the baseline
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
    torch.nn.functional.conv2d(torch.zeros(1, 1, 4, 4), torch.zeros(1, 1, 3, 3))  # the libraries' own buffers
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
    for progress in add_pack(PackStore([root]), file, name="big"):
        phases.setdefault(progress.phase, time.perf_counter() - start)
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    start = time.perf_counter()
    open_network(PackStore([root]).open("big"), "generator")
    print(
        json.dumps(
            {
                "file_mb": file.stat().st_size / 1e6,
                "add_seconds": seconds,
                "phases": phases,
                "peak_mb_above_baseline": (peak - baseline) / 1e6,
                "reopen_seconds": time.perf_counter() - start,
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
