"""The frozen picture and text side of a pack, as training needs it."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.embedding.joint import JointEmbedder, build_clip
from engine.packs.store import DEFAULT_PACK, Pack, PackStore


class PackTowers:
    """A pack's joint embedder. ``width`` d; ``fingerprint`` the sha256 of its weights (empty ones: its name)."""

    def __init__(self, embedder: JointEmbedder, width: int, fingerprint: str) -> None:
        self.embedder, self.width, self.fingerprint = embedder, width, fingerprint

    def texts(self, texts: list[str]) -> Tensor:
        """Unit rows (N, d) on the CPU."""
        return self.embedder.texts(texts).cpu()

    @torch.no_grad()
    def pictures(self, pictures: Tensor) -> Tensor:
        """(N, 3, H, W) in [-1, 1] → unit rows (N, d) on the CPU."""
        return self.embedder.pictures(pictures.to(self.embedder.device)).cpu()


def towers_of(pack: Pack, device: torch.device | str = "cpu") -> PackTowers:
    """The towers of an opened pack. Raises PackError when it has no joint embedder."""
    part, picture = pack.part("joint_embedder"), pack.manifest.preprocessing["picture"]
    clip = build_clip(part.config)
    clip.load_state_dict(pack.tensors("joint_embedder"))
    embedder = JointEmbedder(
        clip, mean=picture["mean"], std=picture["std"], size=int(picture["size"]),
        context_length=int(part.config["text_cfg"].get("context_length", 77)), merges=part.config.get("merges"),
        device=device,
    )
    return PackTowers(embedder, int(part.config["embed_dim"]), part.sha256 or pack.name)


def open_towers(name: str | None = None, device: torch.device | str = "cpu") -> PackTowers:
    """The towers of a pack by name or folder (None: the starter pack)."""
    return towers_of(PackStore().open(name or DEFAULT_PACK), device)
