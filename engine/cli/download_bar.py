"""A download on stderr: bytes, speed and time left in one bar; then the bars of converting what arrived."""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import Any, TypeVar

from tqdm import tqdm

from engine.cli.progress import Bars
from engine.packs.speed import DownloadProgress
from engine.steps import Progress

T = TypeVar("T")


def follow_download(work: Generator[DownloadProgress | Progress, None, T]) -> T:
    """Run ``work`` to its end with bars and hand back what it returns; Ctrl-C keeps what arrived so far."""
    bars = Bars()
    bar: Any = None
    try:
        while True:
            event = next(work)
            if isinstance(event, Progress):
                if bar is not None:
                    bar.close()
                    bar = None
                bars.show(event)
                continue
            if bar is None:
                pause = 0.2 if sys.stderr.isatty() else 5.0
                # What was there before counts towards the total, not towards the speed.
                bar = tqdm(
                    desc="fetching", unit="B", unit_scale=True, initial=event.done, file=sys.stderr, mininterval=pause
                )
            if event.total is not None:
                bar.total = event.total
            bar.set_postfix_str(event.note, refresh=False)
            bar.update(event.done - bar.n)
    except StopIteration as end:
        value: T = end.value
        return value
    finally:
        work.close()
        bars.close()
        if bar is not None:
            bar.close()
