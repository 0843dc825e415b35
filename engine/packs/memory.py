"""How much memory an edit with a pack will need, before anything is loaded (the window asks before it begins).

The factors were measured on a CPU in float32 (peak of forward and backward with frozen weights, over the number
of feature-map elements): StyleGAN2 19.5, StyleGAN3 29.3. Imports nothing heavy.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.packs.manifest import Part
from engine.packs.store import Pack

# PyTorch, timm, open_clip and Qt themselves.
LIBRARIES = 500_000_000
_PER_ELEMENT = {"stylegan2": 20.0, "stylegan3": 30.0}
# Numbers kept for the backward pass per token and channel of one transformer block.
_PER_TOKEN = 20.0
_RESNET_NUMBERS = 60_000_000
_IDENTITY_NUMBERS = 40_000_000


@dataclass(frozen=True)
class MemoryEstimate:
    """Bytes: of the ``libraries`` (main memory), of all ``weights``, and of one step's ``activations``."""

    libraries: int
    weights: int
    activations: int

    @property
    def total(self) -> int:
        """On a CPU everything lies in main memory."""
        return self.libraries + self.weights + self.activations

    @property
    def on_device(self) -> int:
        """What a graphics card must hold."""
        return self.weights + self.activations


def estimate_edit(pack: Pack, *, half: bool = False, views: int | None = None) -> MemoryEstimate:
    """What an edit with ``pack`` takes; ``half``: activations in 16 bits; ``views`` per step (default: the pack's)."""
    manifest = pack.manifest
    views = views or int(manifest.defaults.extra.get("views", 1))
    numbers = 0.0
    for kind, part in manifest.parts.items():
        if kind == "generator":
            numbers += generator_elements(part) * _PER_ELEMENT.get(part.architecture, 20.0)
        elif kind == "joint_embedder":
            numbers += views * _embedder_numbers(part)
        elif kind == "identity" and manifest.defaults.lambda_id > 0:
            numbers += _IDENTITY_NUMBERS
    weights = sum(4 * stored_numbers(pack.file(part.file)) for part in manifest.parts.values())
    return MemoryEstimate(LIBRARIES, weights, round(numbers * (2 if half else 4)))


def stored_numbers(path: Path) -> int:
    """Numbers in a safetensors file, from its header; 0 when it cannot be read."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(min(length, 100_000_000)))
        return sum(math.prod(entry["shape"]) for name, entry in header.items() if name != "__metadata__")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return 0


def generator_elements(part: Part) -> int:
    """Elements of all feature maps of one picture: channels × height × width, summed over resolutions or layers."""
    config = part.config
    channels: Any = config.get("channels", {})
    if isinstance(channels, Mapping):
        return sum(int(count) * int(side) ** 2 for side, count in channels.items())
    resolution, layers = int(config.get("resolution", 0)), max(1, len(channels))
    critical, margin = int(config.get("critical", 2)), int(config.get("margin", 10))
    total = 0
    for index, count in enumerate(channels):
        # Sampling rates grow from 16 to the resolution, in powers of two, and stay there for the last layers.
        share = min(1.0, index / max(1, layers - critical))
        side = min(resolution, 2 ** math.ceil(math.log2(16 * max(1.0, resolution / 16) ** share))) + 2 * margin
        total += int(count) * side**2
    return total


def _embedder_numbers(part: Part) -> float:
    vision = part.config.get("vision_cfg", {})
    size, patch, width = (vision.get(key) for key in ("image_size", "patch_size", "width"))
    layers = vision.get("layers")
    if isinstance(size, int) and isinstance(patch, int) and isinstance(layers, int) and isinstance(width, int):
        tokens = (size // patch) ** 2 + 1
        return _PER_TOKEN * layers * tokens * width
    return float(_RESNET_NUMBERS)
