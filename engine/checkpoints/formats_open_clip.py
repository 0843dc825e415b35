"""CLIP models of OpenAI and open_clip → our joint embedder: picture and text towers with their configuration."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from torch import Tensor

from engine.checkpoints.converted import Converted
from engine.checkpoints.fitted import bare, filled, fitted, like_of
from engine.checkpoints.open_clip_config import derived_config, known_config
from engine.checkpoints.open_clip_tables import WEIGHTS
from engine.checkpoints.refusal import Refusal
from engine.networks.clip_shapes import plain_clip_shapes

FORMAT = "open_clip"
AUDIOCLIP_FULL = "audioclip"
OPENAI_MEAN, OPENAI_STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
# OpenAI's own files store these numbers beside the weights; they were trained with QuickGELU.
_OPENAI_MARKS = ("input_resolution", "context_length", "vocab_size")
_LICENCE_OPENAI = "MIT (OpenAI CLIP)"
_LICENCE = "that of whoever trained the weights (open_clip's code is MIT)"


def matches(tensors: Mapping[str, Tensor]) -> bool:
    """Whether these names hold a CLIP picture tower and text tower in OpenAI's or open_clip's naming."""
    names = bare(tensors)
    pictures = any(n in names for n in ("visual.conv1.weight", "visual.trunk.patch_embed.proj.weight")) or any(
        n.startswith("visual.trunk.") for n in names
    )
    return pictures and any(n in names for n in ("token_embedding.weight", "text.token_embedding.weight"))


def convert(tensors: Mapping[str, Tensor], extra: Mapping[str, Any]) -> Converted:
    """Find the configuration that fits the tensors, and take them over unchanged (half precision stays half).

    ``extra`` may hold "file_name" (its path, whose words tell OpenAI's weights and QuickGELU), "torchscript"
    (true for the archives OpenAI publishes) and "open_clip_config" (the table of an ``open_clip_config.json``
    beside the file: {"model_cfg", "preprocess_cfg"}). The part's configuration is open_clip's, and
    "preprocessing" ({"mean", "std", "size"}); ``tower`` says which model and, where known, whose weights.
    Raises Refusal when nothing fits.
    """
    tensors = bare(tensors)
    beside = extra.get("open_clip_config")
    beside = beside if isinstance(beside, Mapping) else {}
    words = str(extra.get("file_name", "")).lower()
    openai = "openai" in words or bool(extra.get("torchscript")) or all(mark in tensors for mark in _OPENAI_MARKS)
    quick = openai or "quickgelu" in words
    name, config = known_config(tensors, words)
    weights = _weights_named(words, openai)
    notes = ""
    stated = beside.get("model_cfg")
    if isinstance(stated, Mapping) and "vision_cfg" in stated and "text_cfg" in stated:
        config = dict(stated)
        if "hf_model_name" in config["text_cfg"] or "hf_tokenizer_name" in config["text_cfg"]:
            raise Refusal("its text tower needs a tokenizer that open_clip lacks", "Choose another CLIP model.")
        quick = bool(config.get("quick_gelu", quick))
    elif not config:
        config = derived_config(tensors)
    config["quick_gelu"] = quick
    if not (quick or weights or stated) and name:
        notes = (
            "Taken for open_clip weights with ordinary GELU. If these are OpenAI's weights, put “openai” into the "
            "file's name and add it again: they need QuickGELU."
        )
    tower = f"{name or 'custom'}/{weights}".rstrip("/")
    return _converted(tensors, config, tower, openai, notes, beside.get("preprocess_cfg"))


def _weights_named(words: str, openai: bool) -> str:
    """Whose weights these are, as open_clip tags them, where the file's name says so; else ""."""
    if openai:
        return "openai"
    plain = words.replace("-", "_")
    return max((tag for tag in WEIGHTS if tag in plain), key=len, default="")


def convert_audioclip_tower(tensors: Mapping[str, Tensor], extra: Mapping[str, Any]) -> Converted:
    """The CLIP RN50 inside an AudioCLIP file, which its sound head belongs to (QuickGELU, as OpenAI's)."""
    name, config = known_config(tensors, "")
    config = config or derived_config(tensors)
    config["quick_gelu"] = True
    tower = f"{name or 'RN50'}/{AUDIOCLIP_FULL if trained_with_sound(extra) else 'openai'}"
    return _converted(tensors, config, tower, True, "The CLIP tower of an AudioCLIP file.", None)


def trained_with_sound(extra: Mapping[str, Any]) -> bool:
    """Whether an AudioCLIP file's towers were trained along with its sound head (the "Full" training).

    Only the file's name tells. The "Partial" training left CLIP's own RN50 untouched.
    """
    return "partial" not in str(extra.get("file_name", "")).lower()


def _converted(
    tensors: Mapping[str, Tensor], config: dict[str, Any], tower: str, openai: bool, notes: str, preprocess: Any
) -> Converted:
    shapes = plain_clip_shapes(config)
    if shapes is not None:
        found = filled(tensors, like_of(shapes), keep_half=True)
    else:
        from engine.networks.open_clip_model import build_open_clip  # imports open_clip: only where nothing else knows

        found = fitted(tensors, partial(build_open_clip, config), constant=("logit_bias",), keep_half=True)
    size = config["vision_cfg"].get("image_size", 224)
    stated = preprocess if isinstance(preprocess, Mapping) else {}
    config["preprocessing"] = {
        "mean": [float(x) for x in stated.get("mean", OPENAI_MEAN)],
        "std": [float(x) for x in stated.get("std", OPENAI_STD)],
        "size": int(size[0] if isinstance(size, list | tuple) else size),
    }
    licence = _LICENCE_OPENAI if openai else _LICENCE
    return Converted("joint_embedder", "open_clip", config, found, licence, notes, format=FORMAT, tower=tower)
