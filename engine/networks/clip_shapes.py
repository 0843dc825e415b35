"""Names and shapes of a plain CLIP's weights, from its configuration alone.

``open_clip`` would tell them as well, but importing it takes two seconds and 155 MB: more than half of what a CLIP in
half precision weighs. Adding a file needs the names only; the network is built when an edit needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Shape = tuple[int, ...]

# open_clip's settings that add no tensor and rename none; with any other one the model is not plain.
_PLAIN = {"embed_dim", "vision_cfg", "text_cfg", "quick_gelu", "preprocessing", "merges", "init_logit_scale"}
_PLAIN_VISION = {"image_size", "layers", "width", "head_width", "mlp_ratio", "patch_size", "patch_dropout"}
_PLAIN_TEXT = {"context_length", "vocab_size", "width", "heads", "layers", "mlp_ratio"}
_MOST_LAYERS = 1000


def plain_clip_shapes(config: Mapping[str, Any]) -> dict[str, Shape] | None:
    """Names → shapes of the state dict that ``open_clip.CLIP`` has with this configuration.

    ``config`` is open_clip's ({"embed_dim", "vision_cfg", "text_cfg", …}). None where it asks for anything but a
    plain ViT or ResNet beside a plain text tower, or contradicts itself: then only open_clip knows.
    """
    vision, text = config.get("vision_cfg"), config.get("text_cfg")
    if not isinstance(vision, Mapping) or not isinstance(text, Mapping):
        return None
    if not (set(config) <= _PLAIN and set(vision) <= _PLAIN_VISION and set(text) <= _PLAIN_TEXT):
        return None
    try:
        found = dict(_text(text, _count(config["embed_dim"])))
        tower = _resnet if isinstance(vision.get("layers"), list | tuple) else _vit
        found.update((f"visual.{name}", shape) for name, shape in tower(vision, _count(config["embed_dim"])))
    except (KeyError, ValueError):
        return None
    return found | {"logit_scale": ()}


def _text(cfg: Mapping[str, Any], outputs: int) -> Iterator[tuple[str, Shape]]:
    width, layers = _count(cfg.get("width", 512)), _count(cfg.get("layers", 12), _MOST_LAYERS)
    _divides(_count(cfg.get("heads", 8)), width)
    yield "token_embedding.weight", (_count(cfg.get("vocab_size", 49408)), width)
    yield "positional_embedding", (_count(cfg.get("context_length", 77)), width)
    yield from _blocks(width, layers, cfg.get("mlp_ratio", 4.0))
    yield from _both("ln_final", (width,))
    yield "text_projection", (width, outputs)


def _vit(cfg: Mapping[str, Any], outputs: int) -> Iterator[tuple[str, Shape]]:
    width, layers = _count(cfg.get("width", 768)), _count(cfg.get("layers", 12), _MOST_LAYERS)
    _divides(width // _count(cfg.get("head_width", 64)), width)
    sides = cfg.get("image_size", 224)
    high, wide = (_count(side) for side in (sides if isinstance(sides, list | tuple) else (sides, sides)))
    patch = _count(cfg.get("patch_size", 16))
    yield "conv1.weight", (width, 3, patch, patch)
    yield "class_embedding", (width,)
    yield "positional_embedding", ((high // patch) * (wide // patch) + 1, width)
    yield from _both("ln_pre", (width,))
    yield from _blocks(width, layers, cfg.get("mlp_ratio", 4.0))
    yield from _both("ln_post", (width,))
    yield "proj", (width, outputs)


def _blocks(width: int, layers: int, ratio: Any) -> Iterator[tuple[str, Shape]]:
    """Pre-norm transformer blocks; ``ratio`` is the hidden layer's width over ``width``."""
    if not isinstance(ratio, int | float):
        raise ValueError(ratio)
    hidden = _count(int(width * ratio))
    for layer in range(layers):
        at = f"transformer.resblocks.{layer}"
        yield from _both(f"{at}.ln_1", (width,))
        yield f"{at}.attn.in_proj_weight", (3 * width, width)
        yield f"{at}.attn.in_proj_bias", (3 * width,)
        yield from _linear(f"{at}.attn.out_proj", width, width)
        yield from _both(f"{at}.ln_2", (width,))
        yield from _linear(f"{at}.mlp.c_fc", width, hidden)
        yield from _linear(f"{at}.mlp.c_proj", hidden, width)


def _resnet(cfg: Mapping[str, Any], outputs: int) -> Iterator[tuple[str, Shape]]:
    """CLIP's ResNet: a stem of three convolutions, four stages of bottlenecks, a pool that attends."""
    width, side = _count(cfg.get("width", 64)), _count(cfg.get("image_size", 224)) // 32
    stages = [_count(layers, _MOST_LAYERS) for layers in cfg["layers"]]
    if len(stages) != 4 or width % 2:
        raise ValueError(stages)
    _divides(width * 32 // _count(cfg.get("head_width", 64)), width * 32)
    for i, (before, after) in enumerate(((3, width // 2), (width // 2, width // 2), (width // 2, width)), start=1):
        yield f"conv{i}.weight", (after, before, 3, 3)
        yield from _batch_norm(f"bn{i}", after)
    inputs = width
    for stage, blocks in enumerate(stages, start=1):
        planes = width * 2 ** (stage - 1)
        for block in range(blocks):
            at = f"layer{stage}.{block}"
            for i, shape in enumerate(((planes, inputs, 1), (planes, planes, 3), (4 * planes, planes, 1)), start=1):
                yield f"{at}.conv{i}.weight", (*shape, shape[-1])
                yield from _batch_norm(f"{at}.bn{i}", shape[0])
            if block == 0:  # every stage begins with more feature maps than came in
                yield f"{at}.downsample.0.weight", (4 * planes, inputs, 1, 1)
                yield from _batch_norm(f"{at}.downsample.1", 4 * planes)
            inputs = 4 * planes
    yield "attnpool.positional_embedding", (side * side + 1, inputs)
    for name in "kqv":
        yield from _linear(f"attnpool.{name}_proj", inputs, inputs)
    yield from _linear("attnpool.c_proj", inputs, outputs)


def _both(name: str, shape: Shape) -> Iterator[tuple[str, Shape]]:
    yield f"{name}.weight", shape
    yield f"{name}.bias", shape


def _linear(name: str, inputs: int, outputs: int) -> Iterator[tuple[str, Shape]]:
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def _batch_norm(name: str, channels: int) -> Iterator[tuple[str, Shape]]:
    yield from _both(name, (channels,))
    yield f"{name}.running_mean", (channels,)
    yield f"{name}.running_var", (channels,)
    yield f"{name}.num_batches_tracked", ()


def _count(value: Any, most: int = 1 << 31) -> int:
    """``value`` when it is a whole number from 1 to ``most``; ValueError otherwise (the table may be anybody's)."""
    if type(value) is not int or not 1 <= value <= most:
        raise ValueError(value)
    return value


def _divides(heads: int, width: int) -> None:
    if heads < 1 or width % heads:
        raise ValueError(f"{width} is no multiple of {heads} heads")
