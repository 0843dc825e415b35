"""ArcFace IR-SE50 (``model_ir_se50.pth`` of InsightFace_Pytorch, used by StyleCLIP and e4e) → our identity network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from engine.checkpoints.converted import Converted
from engine.checkpoints.fitted import bare, fitted

FORMAT = "ArcFace IR-SE50"
LICENCE = "MIT code (InsightFace_Pytorch); weights trained on MS-Celeb-1M, for research use"
NOTES = (
    "Recognises people: trained on photographs of celebrities who were not asked. Used only to keep a portrait's "
    "identity while it is edited."
)


def matches(tensors: Mapping[str, Tensor]) -> bool:
    """Whether these names are an IR-SE50 with its 512 outputs (and not an encoder built on it)."""
    names = bare(tensors)
    return "output_layer.3.weight" in names and "body.23.res_layer.5.fc1.weight" in names


def convert(tensors: Mapping[str, Tensor], extra: Mapping[str, Any]) -> Converted:
    """Names are kept. Raises Refusal when a tensor is missing or does not fit."""
    from engine.networks.ir_se50 import IRSE50

    return Converted("identity", "ir_se50", {}, fitted(bare(tensors), IRSE50), LICENCE, NOTES, format=FORMAT)
