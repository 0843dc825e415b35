"""The small pieces of the command line: bars and Ctrl-C, JSON, files found by hash, verbs of verbs."""

from __future__ import annotations

import json
import os
import signal
import sys
import types
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cli.common_options import face_frame, per_sound, seconds_range
from engine.cli.dispatch import dispatch
from engine.cli.find_files import file_sha256, find_by_sha256
from engine.cli.progress import follow, follow_run
from engine.cli.report import dumps
from engine.errors import RequestError
from engine.media.morphs import between
from engine.steps import Progress, Step


def step(index: int) -> Step:
    return Step(index, 5, "sound", 1.0, 0.25, np.ones(2) / 2, np.zeros(2), {})


def test_follow_shows_bars_on_stderr_and_returns_the_value(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> Generator[Progress | Step, None, str]:
        yield Progress("inverting", 1, 2)
        yield Progress("inverting", 2, 2)
        yield step(5)
        return "done"

    assert follow(work()) == "done"
    printed = capsys.readouterr()
    assert printed.out == "" and "inverting: 100%" in printed.err and "sound-guided: 100%" in printed.err
    assert "similarity 0.250" in printed.err


class Run:
    """An iterable like ``EditRun`` whose third step meets Ctrl-C."""

    def __init__(self, presses: int) -> None:
        self.presses, self.closed = presses, False

    def __iter__(self) -> Iterator[Step]:
        for index in range(5):
            if index == 2:
                for _ in range(self.presses):
                    os.kill(os.getpid(), signal.SIGINT)
            yield step(index)

    def close(self) -> None:
        self.closed = True


def test_the_first_ctrl_c_closes_the_run_and_keeps_what_there_is() -> None:
    before, run = signal.getsignal(signal.SIGINT), Run(1)
    assert follow_run(run) is True and run.closed
    assert signal.getsignal(signal.SIGINT) is before
    whole = Run(0)
    assert follow_run(whole) is False and not whole.closed


def test_the_second_ctrl_c_stops_at_once() -> None:
    with pytest.raises(KeyboardInterrupt):
        follow_run(Run(2))


def test_json_holds_no_nan_and_plain_numbers() -> None:
    value = {"a": np.float32(0.5), "b": [np.int64(3), float("nan"), np.inf], "c": np.arange(2), "d": Path("x")}
    assert json.loads(dumps(value)) == {"a": 0.5, "b": [3, None, None], "c": [0, 1], "d": "x"}


def test_files_are_found_by_content_wherever_they_went(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"one")
    (tmp_path / "renamed.wav").write_bytes(b"two")
    sha = file_sha256(tmp_path / "renamed.wav")
    assert find_by_sha256(sha, "b.wav", {}, [], [tmp_path]) == tmp_path / "renamed.wav"
    elsewhere = tmp_path / "far"
    elsewhere.mkdir()
    moved = (tmp_path / "renamed.wav").rename(elsewhere / "x.bin")
    assert find_by_sha256(sha, "b.wav", {"files": {sha: str(moved)}}, [], [tmp_path]) == moved
    assert find_by_sha256(sha, "b.wav", {}, [moved], [tmp_path]) == moved
    with pytest.raises(RequestError, match="b.wav"):
        find_by_sha256(sha, "b.wav", {"files": "nonsense"}, [], [tmp_path])


def test_a_changed_file_is_not_taken_for_the_original(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"one")
    sha = file_sha256(path)
    path.write_bytes(b"changed")
    with pytest.raises(RequestError, match="changed"):
        find_by_sha256(sha, "a.wav", {}, [], [tmp_path])


@given(st.floats(0, 100), st.floats(0, 100))
def test_ranges_read_back(start: float, end: float) -> None:
    assert seconds_range(f"{start!r}:{end!r}") == (start, end)
    assert seconds_range(f":{end!r}") == (0.0, end) and seconds_range(f"{start!r}:") == (start, None)


def test_frames_and_per_sound_values() -> None:
    assert face_frame("1,2,30,40,-5.5") == (1, 2, 30, 40, -5.5)
    assert per_sound([], 2, "--gain", 0.0) == [0.0, 0.0]
    assert per_sound([3.0], 2, "--gain", 0.0) == [3.0, 3.0]
    assert per_sound([3.0, 4.0], 2, "--gain", 0.0) == [3.0, 4.0]
    with pytest.raises(RequestError, match="--gain"):
        per_sound([1.0, 2.0, 3.0], 2, "--gain", 0.0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_morph_frames_lie_between_their_key_frames(positions: list[float]) -> None:
    keys = [np.full((2, 2, 3), v, np.uint8) for v in (0, 100, 200)]
    for position, frame in zip(positions, between(keys, np.array(positions)), strict=True):
        assert abs(int(frame[0, 0, 0]) - 200 * position) <= 0.51


def test_nested_verbs_parse_their_own_options(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = types.ModuleType("nested_verb")
    module.add_arguments = lambda parser: parser.add_argument("--n", type=int, default=1)  # type: ignore[attr-defined]
    module.run = lambda args: {"n": args.n, "share": 0.123456}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "nested_verb", module)
    registry, summaries = {"count": "nested_verb"}, {"count": "counts"}
    assert dispatch("train", registry, summaries, ["count", "--n", "3"]) == 0
    assert capsys.readouterr().out == "n: 3\nshare: 0.1235\n"
    assert dispatch("train", registry, summaries, ["count", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"n": 1, "share": 0.123456}
    assert dispatch("train", registry, summaries, ["count", "--n", "x"]) == 2
    assert capsys.readouterr().err.startswith("sgim train count: argument --n")
    assert dispatch("train", registry, summaries, ["-h"]) == 0
    assert "count  counts" in capsys.readouterr().out
    with pytest.raises(RequestError, match="magic"):
        dispatch("train", registry, summaries, ["magic"])
