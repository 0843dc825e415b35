"""How much memory an edit with a pack will need, before anything is loaded (the window asks before it begins).

The factors were measured on a CPU, per element of all feature maps of a picture: peak of forward and backward
20 numbers (StyleGAN2 with a structure) and 30 (StyleGAN3); a published StyleGAN2 runs in its frozen form, which keeps
the input and output of every layer and works on seven tensors of its largest. Imports nothing heavy.
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

# PyTorch, timm, open_clip and OpenCV themselves, pages of their files included.
LIBRARIES = 730_000_000
_KEPT_PER_ELEMENT, _LARGEST_AT_WORK = 2.0, 7.0
# A picture drawn without gradients in float32 works on this many tensors of its largest layer.
_DRAWN = 4.0
# From how many numbers the frozen form is used, and half-precision towers stay as stored
# (``engine.guidance.frozen``, ``engine.embedding.joint``).
_FROZEN_ELEMENTS, _LARGE_TOWER = 5_000_000, 20_000_000
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
    """What an edit with ``pack`` takes; ``half``: large networks compute in 16 bits (``engine.guidance.frozen``);
    ``views`` per step (default: the whole picture and the pack's crops). Pivotal tuning (``high``) takes more."""
    manifest = pack.manifest
    views = views or int(manifest.defaults.extra.get("views", 1)) + 1
    size = 2 if half else 4
    weights, activations = 0.0, 0.0
    for kind, part in manifest.parts.items():
        stored = stored_numbers(pack.file(part.file))
        weights += 4 * stored
        if kind == "generator" and is_frozen(part):
            kept, largest = generator_elements(part) * _KEPT_PER_ELEMENT, largest_layer(part)
            weights += size * stored
            activations += max(size * (kept + largest * _LARGEST_AT_WORK), 4 * largest * _DRAWN)
        elif kind == "generator":
            activations += 4 * generator_elements(part) * _PER_ELEMENT.get(part.architecture, 20.0)
        elif kind == "joint_embedder":
            activations += size * views * _embedder_numbers(part)
            if stored >= _LARGE_TOWER:
                # As stored (half precision), and the picture tower as it is computed with: in the steps' precision,
                # and in float32 when the result is measured.
                tower = stored_numbers(pack.file(part.file), "visual.")
                weights += 2 * stored + (size + 4 if half else size) * tower - 4 * stored
        elif kind == "identity" and manifest.defaults.lambda_id > 0:
            activations += 4 * _IDENTITY_NUMBERS
    return MemoryEstimate(LIBRARIES, round(weights), round(activations))


def is_frozen(part: Part) -> bool:
    """Whether optimisation draws with this generator in its frozen form: a large StyleGAN2 that starts from nothing."""
    alone = part.architecture == "stylegan2" and not part.config.get("structure_channels")
    return alone and generator_elements(part) >= _FROZEN_ELEMENTS


def largest_layer(part: Part) -> int:
    """Elements of the largest feature map of a StyleGAN2."""
    return max(int(count) * int(side) ** 2 for side, count in part.config["channels"].items())


def stored_numbers(path: Path, prefix: str = "") -> int:
    """Numbers in a safetensors file, from its header, of tensors named ``prefix``…; 0 when it cannot be read."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(min(length, 100_000_000)))
        return sum(math.prod(entry["shape"]) for name, entry in header.items() if _counts(name, prefix))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return 0


def _counts(name: str, prefix: str) -> bool:
    return name != "__metadata__" and name.startswith(prefix)


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
