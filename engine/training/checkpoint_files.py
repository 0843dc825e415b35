"""Checkpoints of a training: one safetensors file of weights and optimiser state, and a json that points at it.

The json is written last and names the tensors' file, so whatever moment the machine dies at, `checkpoint.json`
describes a whole checkpoint. No pickle anywhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.errors import CheckpointError
from engine.media.atomic_files import write_file
from engine.training.tensor_files import save_tensors

NAME = "checkpoint.json"


def _optimiser_tensors(name: str, optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    tensors = {}
    for index, state in optimiser.state_dict()["state"].items():
        for key, value in state.items():
            tensors[f"optimiser/{name}/{index}/{key}"] = torch.as_tensor(value)
    return tensors


def _restore_optimiser(name: str, optimiser: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    prefix = f"optimiser/{name}/"
    state: dict[int, dict[str, Tensor]] = {}
    for full, value in tensors.items():
        if full.startswith(prefix):
            index, key = full[len(prefix):].split("/")
            state.setdefault(int(index), {})[key] = value
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def save_checkpoint(folder: Path, step: int, networks: dict[str, nn.Module],
                    optimisers: dict[str, torch.optim.Optimizer], extra: dict[str, Any]) -> Path:
    """Write a checkpoint after ``step`` steps, then remove the one before. Raises SaveError (disk full, …), in which
    case the one before is still there and whole."""
    tensors: dict[str, Tensor] = {}
    for name, network in networks.items():
        tensors |= {f"network/{name}/{key}": value for key, value in network.state_dict().items()}
    for name, optimiser in optimisers.items():
        tensors |= _optimiser_tensors(name, optimiser)
    target = folder / f"step-{step:09d}.safetensors"
    save_tensors(target, tensors)
    write_file(folder / NAME, json.dumps({"format": 1, "step": step, "file": target.name, "extra": extra},
                                         indent=1).encode())
    for other in folder.glob("step-*.safetensors"):
        if other != target:
            other.unlink(missing_ok=True)
    return target


def load_checkpoint(folder: Path, networks: dict[str, nn.Module],
                    optimisers: dict[str, torch.optim.Optimizer]) -> tuple[int, dict[str, Any]] | None:
    """Restore what :func:`save_checkpoint` wrote; returns (steps done, extra), or None when there is none.

    Raises CheckpointError when it is damaged or belongs to another network.
    """
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
        tensors = load_file(folder / described["file"])
        for name, network in networks.items():
            prefix = f"network/{name}/"
            network.load_state_dict({k[len(prefix):]: v for k, v in tensors.items() if k.startswith(prefix)})
        for name, optimiser in optimisers.items():
            _restore_optimiser(name, optimiser, tensors)
    except (OSError, KeyError, ValueError, RuntimeError, SafetensorError) as error:
        raise CheckpointError(f"The checkpoint in {folder} is damaged or belongs to another network; delete {path} to "
                              "begin again, or choose another folder.", error) from error
    return int(described["step"]), dict(described["extra"])
