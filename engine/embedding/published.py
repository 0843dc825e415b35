"""Published embedders behind the same interface as the starter's: an open_clip model and a published sound encoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.embedding.fronts import SOUND_ARCHITECTURES, sound_front
from engine.embedding.joint import JointEmbedder
from engine.errors import PackError
from engine.media.sound import Sound
from engine.packs.open_network import open_network
from engine.packs.pairing import refusal_of_pack
from engine.packs.store import Pack

CLIP_VOCABULARY = 49_408
_BYTES_AND_MARKS = 514  # rows of CLIP's token table that are not merges

Listen = Callable[[Sound], tuple[Tensor, tuple[tuple[float, float], ...]]]


def published_sound(encoder: nn.Module, architecture: str, config: Mapping[str, Any]) -> Listen:
    """The listening function of a published encoder: sound → (one unit vector per window (n,d), windows heard).

    Windows go through the network one at a time: memory stays that of one window, and no network that looks
    at its batch (Wav2CLIP as published) could let windows leak into each other.
    """
    front = sound_front(architecture, dict(config))

    def listen(sound: Sound) -> tuple[Tensor, tuple[tuple[float, float], ...]]:
        batch, heard = front(sound)
        device = next(encoder.parameters()).device
        with torch.no_grad():
            rows = [F.normalize(encoder(window[None].to(device)).float(), dim=-1) for window in batch]
        return torch.cat(rows), tuple(heard)

    return listen


def published_embedder(pack: Pack, device: torch.device | str = "cpu") -> JointEmbedder:
    """The joint embedder of a pack whose tower is an open_clip model; its sound encoder, if any, is a published one.

    Large half-precision weights are widened to float32 where they are computed with. Raises ``PackError`` when the
    tower is of another kind or the sound encoder belongs to another tower.
    """
    part = pack.part("joint_embedder")
    if part.architecture != "open_clip":
        raise PackError(f"The joint embedder of {pack.name} is a {part.architecture}, not a CLIP; choose another pack.")
    if refusal := refusal_of_pack(pack.manifest):
        raise PackError(refusal)
    config = part.config
    picture = pack.manifest.preprocessing.get("picture") or config.get("preprocessing")
    if not isinstance(picture, Mapping):
        raise PackError(f"The pack {pack.name} does not say how its pictures are prepared; add it again.")
    listen: Listen | None = None
    if pack.has("sound_encoder"):
        sound = pack.part("sound_encoder")
        encoder = open_network(pack, "sound_encoder").to(device)
        listen = published_sound(encoder, sound.architecture, sound.config)
    text = config["text_cfg"]
    vocabulary = int(text.get("vocab_size", CLIP_VOCABULARY))
    return JointEmbedder(
        open_network(pack, "joint_embedder", as_stored=True),
        mean=picture["mean"],
        std=picture["std"],
        size=int(picture.get("size", 224)),
        context_length=int(text.get("context_length", 77)),
        merges=config.get("merges", None if vocabulary == CLIP_VOCABULARY else vocabulary - _BYTES_AND_MARKS),
        sound=listen,
        device=device,
    )


def is_published(architecture: str) -> bool:
    """Whether a sound encoder of this architecture has its front end here."""
    return architecture in SOUND_ARCHITECTURES
