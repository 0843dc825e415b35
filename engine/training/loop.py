"""The one training loop: every `sgim train` verb gives it a task, and it does the rest.

The rest: resume from the last checkpoint in the middle of an epoch, learning rate, a checkpoint every few minutes
and when interrupted, the curve, progress with throughput and time left.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from torch import nn

from engine.errors import SgimError
from engine.media.atomic_files import save_error
from engine.training.checkpoint_files import load_checkpoint, save_checkpoint
from engine.training.curve import Curve, draw_curve
from engine.training.ranks import Ranks

Batch = TypeVar("Batch")


class Task(Protocol[Batch]):
    """What is being trained. A step must depend on the weights, the batch and its number alone: all randomness is
    either in the batch or drawn from torch's global generator, which the loop seeds before every step. That is what
    makes a resume exact without storing any generator's state."""

    name: str
    total_steps: int
    items_per_step: int
    unit: str

    def networks(self) -> dict[str, nn.Module]:
        """Everything whose weights a checkpoint must hold (not wrapped for DDP)."""
        ...

    def optimisers(self) -> dict[str, torch.optim.Optimizer]: ...

    def batches(self, start: int) -> Iterator[Batch]:
        """Endless batches from step ``start`` on; reading step n never depends on having read those before."""
        ...

    def step(self, batch: Batch, number: int) -> dict[str, float]:
        """One whole optimisation step; returns what to record."""
        ...

    def rate(self, number: int) -> float:
        """Share of each optimiser's learning rate at a step."""
        ...

    def extra(self) -> dict[str, Any]:
        """Other state, as JSON values; none unless a task says so."""
        return {}

    def restore_extra(self, values: dict[str, Any]) -> None:
        """Take up what ``extra`` gave."""
        return None


@dataclass(frozen=True)
class LoopPlan:
    """Where and how long: ``out`` folder; stop after ``stop_after`` steps of this run or ``minutes`` (None: at the
    task's end); a checkpoint every ``checkpoint_minutes`` or ``checkpoint_steps``; record every ``record_every``."""

    out: Path
    seed: int = 0
    checkpoint_minutes: float = 10.0
    checkpoint_steps: int = 0
    record_every: int = 1
    minutes: float | None = None
    stop_after: int | None = None
    events: bool = True
    quiet: bool = False


@dataclass(frozen=True)
class LoopResult:
    """``steps`` done in all, ``finished`` or stopped before the end, items per second of this run, last values."""

    steps: int
    finished: bool
    items_per_second: float
    last: dict[str, float]


class Progress:
    """One line on stderr, at most once a second: step, losses, throughput, time left."""

    def __init__(self, task: Task[Any], quiet: bool) -> None:
        self.task, self.quiet, self.began, self.shown, self.done = task, quiet, time.monotonic(), 0.0, 0

    def show(self, number: int, values: dict[str, float]) -> None:
        self.done += 1
        now = time.monotonic()
        if self.quiet or now - self.shown < 1.0:
            return
        self.shown = now
        each = (now - self.began) / self.done
        left = each * (self.task.total_steps - number - 1)
        losses = "  ".join(f"{name} {value:.4g}" for name, value in sorted(values.items()))
        end = "\r" if sys.stderr.isatty() else "\n"
        sys.stderr.write(f"{self.task.name} {number + 1}/{self.task.total_steps}  {losses}  "
                         f"{self.speed():.1f} {self.task.unit}/s  {_duration(left)} left{end}")
        sys.stderr.flush()

    def speed(self) -> float:
        """Items per second since the start of this run."""
        return self.done * self.task.items_per_step / max(1e-9, time.monotonic() - self.began)


def _duration(seconds: float) -> str:
    minutes, hours = seconds / 60, seconds / 3600
    return f"{hours:.1f} h" if hours >= 1 else f"{minutes:.0f} min" if minutes >= 1 else f"{seconds:.0f} s"


def _time_is_up(plan: LoopPlan, began: float, ranks: Ranks) -> bool:
    if plan.minutes is None:
        return False
    # Clocks differ: the ranks must stop at the same step, or one waits for ever. Rank 0 decides.
    own = torch.tensor([time.monotonic() - began > 60 * plan.minutes], device=ranks.device)
    return bool(ranks.gathered(own)[0])


def train(task: Task[Any], plan: LoopPlan, ranks: Ranks | None = None,
          after_step: Callable[[int, dict[str, float]], None] | None = None) -> LoopResult:
    """Train until the task's end (or the plan's), resuming whatever checkpoint ``plan.out`` holds.

    Raises SaveError when a checkpoint cannot be written (the one before stays whole), SgimError when interrupted
    (after saving) and when the loss is no longer a number.
    """
    ranks = ranks or Ranks()
    try:
        plan.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise save_error(plan.out, error) from error
    restored = load_checkpoint(plan.out, task.networks(), task.optimisers())
    first = 0
    if restored is not None:
        first, extra = restored
        task.restore_extra(extra)
    ranks.wait()
    curve = Curve(plan.out, first, plan.events) if ranks.leads else None
    progress = Progress(task, plan.quiet or not ranks.leads)
    initial = {name: [g["lr"] for g in o.param_groups] for name, o in task.optimisers().items()}
    last_save, began, number, values = time.monotonic(), time.monotonic(), first, dict[str, float]()
    stop = task.total_steps if plan.stop_after is None else min(task.total_steps, first + plan.stop_after)

    def save() -> None:
        if ranks.leads:
            save_checkpoint(plan.out, number, task.networks(), task.optimisers(), task.extra())

    batches = task.batches(first)
    try:
        for batch in batches:
            if number >= stop or _time_is_up(plan, began, ranks):
                break
            share = task.rate(number)
            for name, optimiser in task.optimisers().items():
                for group, rate in zip(optimiser.param_groups, initial[name], strict=True):
                    group["lr"] = rate * share
            # rank is part of the seed: dropout and noise must differ between ranks
            torch.manual_seed((plan.seed * 1_000_003 + number) * 4096 + ranks.rank)
            values = task.step(batch, number)
            if any(value != value for value in values.values()):
                raise SgimError(f"The loss of {task.name} is no longer a number at step {number}; lower the learning "
                                f"rate and run it again, it goes on from the checkpoint in {plan.out}.")
            if curve is not None and number % plan.record_every == 0:
                curve.add(number, values)
            progress.show(number, values)
            if after_step is not None:
                after_step(number, values)
            number += 1
            by_steps = plan.checkpoint_steps and number % plan.checkpoint_steps == 0
            if by_steps or time.monotonic() - last_save > 60 * plan.checkpoint_minutes:
                save()
                last_save = time.monotonic()
    except KeyboardInterrupt:
        save()
        raise SgimError(f"Stopped after {number} steps; the same command goes on from there.") from None
    finally:
        close = getattr(batches, "close", None)
        if close is not None:
            close()
        for name, optimiser in task.optimisers().items():
            for group, rate in zip(optimiser.param_groups, initial[name], strict=True):
                group["lr"] = rate
        if curve is not None:
            curve.close()
    if number > first or restored is None:
        save()
    if ranks.leads:
        draw_curve(plan.out, task.name)
    ranks.wait()
    return LoopResult(number, number >= task.total_steps, progress.speed(), values)
