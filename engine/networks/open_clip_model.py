"""An ``open_clip`` model from its configuration alone: no name is looked up, no weights, no files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from engine.networks.attention_layout import lay_out_attention
from engine.networks.unfilled import unfilled

# open_clip's own arguments; a part's configuration may hold more ("preprocessing", "custom_text", …).
_ARGUMENTS = (
    "embed_dim", "vision_cfg", "text_cfg", "quick_gelu", "init_logit_scale", "init_logit_bias", "nonscalar_logit_scale",
)  # fmt: skip


def build_open_clip(config: Mapping[str, Any]) -> nn.Module:
    """Picture and text towers with random weights, in evaluation mode.

    ``config`` is open_clip's model configuration ({"embed_dim", "quick_gelu", "vision_cfg", "text_cfg", …}).
    The model has ``encode_image((N,3,S,S))`` and ``encode_text((N,L) int64)``, both → (N,embed_dim).
    """
    import open_clip

    arguments = {name: value for name, value in config.items() if name in _ARGUMENTS}
    # Pretrained trunks would be fetched; ours come from the pack.
    vision = dict(arguments.get("vision_cfg", {}))
    if "timm_model_name" in vision:
        vision["timm_model_pretrained"] = False
    arguments["vision_cfg"] = vision
    arguments["text_cfg"] = dict(arguments.get("text_cfg", {}))
    make = open_clip.CustomTextCLIP if config.get("custom_text") else open_clip.CLIP
    model = make(**arguments)
    assert isinstance(model, nn.Module)
    return lay_out_attention(model).eval()


def open_clip_model(**config: Any) -> nn.Module:
    """``build_open_clip`` with the configuration as keyword arguments, as the registry calls it."""
    return build_open_clip(config)


def weight_shapes(config: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Names and shapes of that model's state dict, without making its weights."""
    with torch.device("meta"), unfilled():
        return {name: tuple(tensor.shape) for name, tensor in build_open_clip(config).state_dict().items()}
