"""What the engine thread does for the window, done on the test's own."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_studio import PACK, write_picture

from engine.media.pictures import load_picture
from engine.request import Request, TextGuide
from sgim_desktop.document.values import SourceItem
from sgim_desktop.engine_work import EngineWork
from sgim_desktop.jobs import EditJob


@pytest.fixture
def threads() -> Iterator[None]:
    used = torch.get_num_threads()
    yield
    torch.set_num_threads(used)


def relay(work: Any) -> Any:
    """To the end of ``work``; what it returns."""

    def to_its_end() -> Generator[Any, None, Any]:
        return (yield from work)

    steps = to_its_end()
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def test_a_result_tells_its_number_of_threads_and_all_are_all_again(
    tiny_pack_only: None, threads: None, tmp_path: Path
) -> None:
    path = write_picture(tmp_path / "hill.png")
    picture = load_picture(path)
    item = SourceItem("s", 0.0, picture.sha256, picture.name, picture.width, picture.height)
    work, told = EngineWork("cpu"), []
    for asked in (None, 1, None):
        request = Request(PACK, picture.sha256, text=TextGuide("rain"), steps=1, fidelity="fast", threads=asked)
        job = EditJob(f"edit-{len(told)}", item, request, 1, lambda _: path.read_bytes())
        edited = work.edit(job, relay, lambda: False)
        told.append(edited.results[0].request.threads)
    assert told == [os.cpu_count(), 1, os.cpu_count()]
