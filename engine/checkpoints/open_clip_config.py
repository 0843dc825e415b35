"""Which open_clip configuration a state dict has: by comparing shapes, or read from the tensors themselves."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from engine.checkpoints.fitted import shapes_of
from engine.checkpoints.open_clip_tables import model_configs
from engine.checkpoints.refusal import Refusal
from engine.networks.clip_shapes import plain_clip_shapes

Shapes = Mapping[str, tuple[int, ...]]

_HEAD_WIDTH = 64


def known_config(tensors: Mapping[str, Tensor], words: str) -> tuple[str, dict[str, Any]]:
    """(name, configuration) of the first open_clip model whose names and shapes are these; ("", {}) if none.

    ``words``: the file's name in lower case; where several models have the same shapes, one named in it wins.
    """
    shapes = shapes_of(tensors)
    configs = model_configs()
    words = words.replace("_", "-")
    names = [name for name in configs if not name.endswith("-quickgelu")]
    names.sort(key=lambda name: -len(name) if name.lower().replace("_", "-") in words else 0)
    for name in names:
        if _may_be(shapes, configs[name]) and _has_shapes_of(shapes, configs[name]):
            return name, copy.deepcopy(configs[name])
    return "", {}


def _may_be(shapes: Shapes, config: Mapping[str, Any]) -> bool:
    """Cheap tests first: building all of open_clip's models would take half a minute."""
    text, vision = config["text_cfg"], config["vision_cfg"]
    if "multimodal_cfg" in config or "hf_model_name" in text or "hf_tokenizer_name" in text:
        return False  # their words are split by a tokenizer that would have to be fetched
    tokens = shapes.get("token_embedding.weight") or shapes.get("text.token_embedding.weight")
    if tokens != (text.get("vocab_size", 49408), text.get("width", 512)):
        return False
    if ("timm_model_name" in vision) != any(name.startswith("visual.trunk.") for name in shapes):
        return False
    projections = ("text_projection", "text.text_projection", "text_projection.weight")
    projection = next((shapes[name] for name in projections if name in shapes), None)
    if projection is not None and config["embed_dim"] not in projection:
        return False
    patch, first = vision.get("patch_size"), shapes.get("visual.conv1.weight")
    return patch is None or first is None or first == (vision["width"], 3, patch, patch)


def _has_shapes_of(shapes: Shapes, config: Mapping[str, Any]) -> bool:
    wanted = plain_clip_shapes(config)
    if wanted is None:
        from engine.networks.open_clip_model import weight_shapes  # imports open_clip: only where nothing else knows

        wanted = weight_shapes(config)
    wanted.pop("logit_bias", None)
    for name, shape in wanted.items():
        if name.endswith("num_batches_tracked"):
            continue
        if shapes.get(name) != shape:
            return False
    return True


def derived_config(tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """A configuration read from the tensors of a plain CLIP (ViT or ResNet); 64-wide heads are assumed.

    Raises Refusal for towers of any other kind.
    """
    try:
        return _derived(shapes_of(tensors))
    except (KeyError, IndexError, ZeroDivisionError) as cause:
        raise Refusal(
            "its towers are of no kind that open_clip describes",
            "Keep open_clip_config.json beside the file and add it again.",
        ) from cause


def _derived(shapes: Shapes) -> dict[str, Any]:
    text_width = shapes["ln_final.weight"][0]
    text = {
        "context_length": shapes["positional_embedding"][0],
        "vocab_size": shapes["token_embedding.weight"][0],
        "width": text_width,
        "heads": max(1, text_width // _HEAD_WIDTH),
        "layers": _count(shapes, r"transformer\.resblocks\.(\d+)\.ln_1\.weight"),
    }
    vision: dict[str, Any]
    if "visual.proj" in shapes:
        first = shapes["visual.conv1.weight"]
        grid = math.isqrt(shapes["visual.positional_embedding"][0] - 1)
        hidden = shapes["visual.transformer.resblocks.0.mlp.c_fc.weight"][0]
        vision = {
            "image_size": grid * first[-1],
            "layers": _count(shapes, r"visual\.transformer\.resblocks\.(\d+)\.ln_1\.weight"),
            "width": first[0],
            "patch_size": first[-1],
            "head_width": min(_HEAD_WIDTH, first[0]),
            "mlp_ratio": hidden / first[0],
        }
    else:
        grid = math.isqrt(shapes["visual.attnpool.positional_embedding"][0] - 1)
        layers = [_count(shapes, rf"visual\.layer{stage}\.(\d+)\.conv1\.weight") for stage in (1, 2, 3, 4)]
        vision = {"image_size": 32 * grid, "layers": layers, "width": shapes["visual.layer1.0.conv1.weight"][0]}
        vision["patch_size"] = None
    return {"embed_dim": shapes["text_projection"][1], "vision_cfg": vision, "text_cfg": text}


def _count(shapes: Shapes, pattern: str) -> int:
    found = {match[1] for name in shapes if (match := re.fullmatch(pattern, name))}
    if not found:
        raise KeyError(pattern)
    return len(found)
