"""What a training leaves for a pack: the weights of one part, and beside them what its manifest must say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from torch import nn

from engine.media.atomic_files import write_file
from engine.training.tensor_files import save_tensors


def write_trained_part(out: Path, kind: str, network: nn.Module, described: dict[str, Any]) -> Path:
    """Write ``OUT/kind.safetensors`` and ``OUT/kind.json`` (``architecture``, ``config`` and what else must agree with
    the weights); returns the former. Raises SaveError."""
    target = out / f"{kind}.safetensors"
    save_tensors(target, network.state_dict())
    write_file(out / f"{kind}.json", json.dumps(described, indent=1).encode())
    return target
