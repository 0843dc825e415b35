"""Training: many ranks equal one, a kill changes nothing, parts equal the whole, and it learns."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from small_collection import make_shards, make_task

from engine.errors import CheckpointError, RequestError
from engine.training.checkpoint_files import load_checkpoint
from engine.training.curve import read_curve
from engine.training.loop import LoopPlan, train
from engine.training.losses import LossWeights
from engine.training.schedule import cyclic_cosine
from engine.training.sound_encoder_task import SoundEncoderRecipe

HERE = Path(__file__).parent
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": f"{HERE}{os.pathsep}{HERE.parents[1]}"}


def command(*arguments: object, ranks: int = 1) -> list[str]:
    start = [sys.executable]
    if ranks > 1:
        start += ["-m", "torch.distributed.run", "--standalone", f"--nproc_per_node={ranks}"]
    return [*start, str(HERE / "training_run.py"), *map(str, arguments)]


def run(*arguments: object, ranks: int = 1) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments, ranks=ranks), env=ENVIRONMENT, capture_output=True, text=True,
                          timeout=200)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """The number of threads changes float results, and the other processes use one."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def run_here(shards: Path, out: Path, steps: int, every: int = 0) -> None:
    """What training_run.py does, in this process."""
    task = make_task(shards, SoundEncoderRecipe(epochs=20, batch=8, half=False))
    train(task, LoopPlan(out, checkpoint_steps=every, stop_after=steps, events=False, quiet=True))


def losses(out: Path) -> list[float]:
    return [row["loss"] for row in read_curve(out / "curve.csv")]


def test_two_ranks_give_the_loss_and_gradients_of_one_on_the_same_global_batch(tmp_path: Path) -> None:
    shards = make_shards(tmp_path)
    done = run(shards, tmp_path / "two", 3, 2, 0, tmp_path / "two.safetensors", ranks=2)
    assert done.returncode == 0, done.stderr[-2000:]
    one = make_task(shards, SoundEncoderRecipe(epochs=20, batch=8, half=False))
    train(one, LoopPlan(tmp_path / "one", stop_after=3, events=False, quiet=True))
    assert losses(tmp_path / "two") == pytest.approx(losses(tmp_path / "one"), rel=1e-5)
    two = load_file(tmp_path / "two.safetensors")
    for name, parameter in one.network.named_parameters():
        assert parameter.grad is not None
        scale = parameter.grad.abs().max().clamp_min(1e-6)
        assert (two[name] - parameter.grad).abs().max() / scale < 1e-3, name


def test_a_batch_computed_in_parts_has_the_gradient_of_the_whole(tmp_path: Path) -> None:
    shards = make_shards(tmp_path)
    gradients = []
    for parts in (1, 4):
        task = make_task(shards, SoundEncoderRecipe(batch=8, half=False, accumulate=parts))
        task.optimiser.step = lambda closure=None: None  # type: ignore[method-assign]  # look at the gradients only
        batches = task.batches(0)
        values = task.step(next(batches), 0)
        batches.close()  # type: ignore[attr-defined]
        gradients.append((values["loss"], torch.cat([p.grad.flatten() for p in task.network.parameters()])))
    (whole_loss, whole), (parts_loss, parts_gradient) = gradients
    assert parts_loss == pytest.approx(whole_loss, rel=1e-6)
    assert (whole - parts_gradient).abs().max() / whole.abs().max() < 1e-5


def test_killed_without_warning_and_resumed_the_curve_is_the_same_to_the_last_digit(tmp_path: Path) -> None:
    shards = make_shards(tmp_path)
    run_here(shards, tmp_path / "whole", 40)
    process = subprocess.Popen(command(shards, tmp_path / "killed", 40, 1, 7), env=ENVIRONMENT)
    deadline = time.monotonic() + 120
    while len(read_curve(tmp_path / "killed" / "curve.csv")) < 17 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = json.loads((tmp_path / "killed" / "checkpoint.json").read_text())["step"]
    assert 14 <= done < 40 and done % 7 == 0
    run_here(shards, tmp_path / "killed", 40 - done, 7)
    assert losses(tmp_path / "killed") == losses(tmp_path / "whole")
    assert len(losses(tmp_path / "whole")) == 40
    assert (tmp_path / "killed" / "curve.png").stat().st_size > 5000
    assert len(list((tmp_path / "killed").glob("step-*.safetensors"))) == 1


def test_a_full_disk_stops_with_one_sentence_and_never_leaves_half_a_checkpoint(tmp_path: Path) -> None:
    shards = make_shards(tmp_path)
    run_here(shards, tmp_path / "out", 4, 2)
    before = (tmp_path / "out" / "checkpoint.json").read_text()
    done = run(shards, tmp_path / "out", 4, 1, 2, "--small-disk")
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1].startswith("No space is left to write")
    assert "Traceback" not in done.stderr
    assert (tmp_path / "out" / "checkpoint.json").read_text() == before
    task = make_task(shards)
    restored = load_checkpoint(tmp_path / "out", task.networks(), task.optimisers())
    assert restored is not None and restored[0] == 4
    assert [p.name for p in (tmp_path / "out").iterdir() if p.name.startswith(".")] == []


def test_a_damaged_or_foreign_checkpoint_is_refused_with_what_to_do(tmp_path: Path) -> None:
    shards = make_shards(tmp_path)
    task = make_task(shards)
    train(task, LoopPlan(tmp_path / "out", stop_after=1, events=False, quiet=True))
    (file,) = (tmp_path / "out").glob("step-*.safetensors")
    file.write_bytes(file.read_bytes()[:-500])
    with pytest.raises(CheckpointError, match="damaged or belongs to another network; delete"):
        train(make_task(shards), LoopPlan(tmp_path / "out", events=False, quiet=True))


def test_training_brings_sounds_to_their_texts_and_writes_events(tmp_path: Path) -> None:
    shards = make_shards(tmp_path, clips=30)
    task = make_task(shards, SoundEncoderRecipe(epochs=20, batch=10, half=True, cycles=1, learning_rate=3e-3))
    result = train(task, LoopPlan(tmp_path / "out", quiet=True))
    curve = read_curve(tmp_path / "out" / "curve.csv")
    assert result.finished and result.steps == 60 == len(curve) and result.items_per_second > 0
    assert {"loss", "a-t", "a-v", "a-a", "kl"} < set(curve[0])
    start, end = (sum(row["a-t"] for row in rows) / 5 for rows in (curve[:5], curve[-5:]))
    assert end < 0.8 * start
    assert any((tmp_path / "out" / "events").iterdir())


@pytest.mark.parametrize("recipe, recorded", [
    (SoundEncoderRecipe(batch=8, half=False, weights=LossWeights(self_supervised=0, weakly_paired=0)),
     {"step", "loss", "a-t", "a-v"}),
    (SoundEncoderRecipe(batch=8, half=False, objective="2022"), {"step", "loss"}),
    (SoundEncoderRecipe(batch=8, half=False, objective="workshop"), {"step", "loss"}),
])
def test_terms_can_be_switched_off_and_predecessors_chosen(tmp_path: Path, recipe: SoundEncoderRecipe,
                                                           recorded: set[str]) -> None:
    shards = make_shards(tmp_path)
    train(make_task(shards, recipe), LoopPlan(tmp_path / "out", stop_after=2, events=False, quiet=True))
    assert set(read_curve(tmp_path / "out" / "curve.csv")[0]) == recorded


def test_contradicting_recipes_are_refused(tmp_path: Path) -> None:
    shards = make_shards(tmp_path)
    with pytest.raises(RequestError, match="cannot be cut into 3 parts"):
        make_task(shards, SoundEncoderRecipe(batch=8, accumulate=3))
    with pytest.raises(RequestError, match="'2025' is no objective"):
        make_task(shards, SoundEncoderRecipe(batch=8, objective="2025"))


def test_the_learning_rate_restarts_as_often_as_there_are_cycles() -> None:
    rates = [cyclic_cosine(step, 100, cycles=5) for step in range(100)]
    assert [s for s in range(100) if rates[s] == 1.0] == [0, 20, 40, 60, 80]
    assert min(rates) == pytest.approx(0.01, abs=0.02) and cyclic_cosine(100, 100) == pytest.approx(0.01)
    assert cyclic_cosine(0, 100, warmup=10) == pytest.approx(0.1)
