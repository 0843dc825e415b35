"""What a published checkpoint becomes once it has been read: one pack part, tensors in our names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor


@dataclass(frozen=True)
class Kind:
    """What a file is: the pack ``part`` it can become, the publisher's ``format`` in words, and how it is stored."""

    part: str
    format: str
    container: str


@dataclass(frozen=True)
class Converted:
    """One pack part made from a published file.

    ``kind`` is the pack part ("generator", "inversion_encoder", "joint_embedder", "sound_encoder",
    "identity"), ``architecture`` the name in ``engine.networks.registry``, ``config`` its keyword
    arguments together with everything that must agree with the weights (JSON values only),
    ``tensors`` the state dict of that network, ``licence`` what is known about the licence, ``notes``
    what the artist should know. ``also`` holds further parts found in the same file (the decoder of an
    e4e file, the CLIP tower of an AudioCLIP file). ``format`` names the publisher's layout in words;
    ``tower`` the joint space of an embedder or sound encoder, "MODEL/WEIGHTS" as in ``Part.tower``.
    """

    kind: str
    architecture: str
    config: dict[str, Any]
    tensors: dict[str, Tensor]
    licence: str = ""
    notes: str = ""
    also: tuple[Converted, ...] = field(default=())
    format: str = ""
    tower: str = ""
