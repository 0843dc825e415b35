"""e4e and pSp checkpoints ({"state_dict", "opts", "latent_avg"}) → inversion encoder, and the decoder beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from torch import Tensor

from engine.checkpoints import formats_rosinality
from engine.checkpoints.converted import Converted
from engine.checkpoints.fitted import bare, fitted, under
from engine.checkpoints.refusal import Refusal

E4E, PSP = "e4e encoder", "pSp encoder"
LICENCE = "MIT code (omertov/encoder4editing, eladrich/pixel2style2pixel); weights under NVIDIA's non-commercial terms"
_KINDS = {"Encoder4Editing": "e4e", "GradualStyleEncoder": "psp"}
_STYLE = re.compile(r"styles\.(\d+)\.linear\.weight")


def _encoder(tensors: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    return under(tensors, "encoder.") or tensors


def matches(tensors: Mapping[str, Tensor]) -> bool:
    """Whether these names hold a feature-pyramid style encoder, alone or as ``encoder.*`` beside a decoder."""
    names = _encoder(bare(tensors))
    return "styles.0.convs.0.weight" in names and "latlayer1.weight" in names and "body.23.res_layer.1.weight" in names


def convert(tensors: Mapping[str, Tensor], extra: Mapping[str, Any]) -> Converted:
    """``extra`` holds "opts" (a table) and "latent_avg" (rows,512) or (512,) as the projects write them.

    The decoder in the file becomes a second part (``also``). e4e and pSp have the same tensors: without
    ``opts`` e4e is assumed, and a note says so. Raises Refusal when a tensor is missing or does not fit.
    """
    from engine.networks.e4e import E4EEncoder
    from engine.networks.psp import PSPEncoder

    tensors = bare(tensors)
    encoder = dict(_encoder(tensors))
    given = extra.get("opts")
    options: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    notes = []
    architecture = _KINDS.get(str(options.get("encoder_type", "")), "")
    if not architecture:
        architecture = "psp" if "psp" in str(extra.get("file_name", "")).lower() else "e4e"
        notes.append(f"The file does not say whether it is e4e or pSp; taken for {architecture}.")
    first = encoder.get("input_layer.0.weight")
    if first is not None and first.ndim == 4 and first.shape[1] != 3:
        raise Refusal(
            f"its encoder takes {first.shape[1]} channels instead of a picture's three (sketches, label maps, "
            "or ReStyle's pairs of pictures)",
            "Use a plain e4e or pSp encoder for photographs.",
        )
    rows = sum(1 for name in encoder if _STYLE.fullmatch(name))

    also: tuple[Converted, ...] = ()
    decoder = under(tensors, "decoder.")
    average = extra.get("latent_avg")
    if decoder and formats_rosinality.matches(decoder):
        generator = formats_rosinality.convert(decoder, {"latent_avg": average} if average is not None else {})
        also = (generator,)
        if average is None:
            average = generator.tensors["mapping.w_avg"]
    add_average = bool(options.get("start_from_latent_avg", True))
    if isinstance(average, Tensor):
        if average.shape not in ((rows, 512), (512,), (1, 512)):
            raise Refusal(f"its latent_avg has the shape {tuple(average.shape)}, not ({rows}, 512)")
        encoder["latent_avg"] = average.float().expand(rows, 512)
    elif add_average:
        raise Refusal("it lacks latent_avg, without which its codes mean nothing", "Use the authors' own file.")
    config: dict[str, Any] = {"rows": rows, "w_dim": 512, "add_latent_average": add_average}
    make = partial(E4EEncoder if architecture == "e4e" else PSPEncoder, **config)
    found = fitted(encoder, make, constant=("latent_avg",))
    return Converted(
        "inversion_encoder", architecture, config, found, LICENCE, " ".join(notes), also,
        format=E4E if architecture == "e4e" else PSP,
    )  # fmt: skip
