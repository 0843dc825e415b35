"""Run in its own process by the tests: train on a shard folder, alone or as one of torchrun's ranks.

usage: training_run.py SHARDS OUT STEPS ACCUMULATE CHECKPOINT_STEPS [GRADIENTS.safetensors]
"""

from __future__ import annotations

import resource
import signal
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from small_collection import make_task

from engine.errors import SgimError
from engine.training.loop import LoopPlan, train
from engine.training.ranks import join_ranks, leave_ranks
from engine.training.sound_encoder_task import SoundEncoderRecipe


def main() -> int:
    shards, out, steps, accumulate, every = sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:6])
    torch.set_num_threads(1)
    ranks = join_ranks("cpu")
    task = make_task(Path(shards), SoundEncoderRecipe(epochs=20, batch=8, half=False, accumulate=accumulate), ranks)
    if len(sys.argv) > 6 and sys.argv[6] == "--small-disk":
        # a real refusal of the system: no file may grow beyond this many bytes
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, 12_000))
    try:
        train(task, LoopPlan(out, checkpoint_steps=every, stop_after=steps, events=False, quiet=True), ranks,
              after_step=lambda number, values: time.sleep(0.01))
    except SgimError as error:
        print(error.sentence, file=sys.stderr)
        return error.exit_code
    if len(sys.argv) > 6 and ranks.leads:
        save_file({n: p.grad.clone() for n, p in task.network.named_parameters() if p.grad is not None}, sys.argv[6])
    leave_ranks()
    return 0


if __name__ == "__main__":
    sys.exit(main())
