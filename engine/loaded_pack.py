"""A pack with its networks in memory, ready to render, invert and embed on one device."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from engine.embedding.joint import JointEmbedder, starter_sound
from engine.embedding.mel import MelConfig
from engine.embedding.second_listener import second_opinion
from engine.errors import PackError
from engine.networks.channels import in_rgb
from engine.networks.sound_encoders import TwoListeners
from engine.packs.open_network import open_network
from engine.packs.preparation import OWN_SOUND, check_preparation
from engine.packs.store import Pack


def choose_device(name: str) -> torch.device:
    """ "auto" prefers CUDA, then Apple's MPS, then the CPU. Raises ``PackError`` when the named one is missing."""
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    if name == "cuda" and not torch.cuda.is_available():
        raise PackError("This machine has no CUDA device that torch can use; choose --device cpu.")
    if name == "mps" and not torch.backends.mps.is_available():
        raise PackError("This machine has no Apple MPS device; choose --device cpu.")
    return torch.device(name)


class LoadedPack:
    """Networks of one pack. Parts are opened when first needed, so a pack without faces loads no ArcFace."""

    def __init__(self, pack: Pack, device: torch.device) -> None:
        self.pack = pack
        self.manifest = pack.manifest
        self.device = device
        # A damaged generator is found now, not after the work; a pack that only embeds has none.
        self._generator: Any = open_network(pack, "generator").to(device) if pack.has("generator") else None
        self.extra: dict[str, Any] = dict(self.manifest.defaults.extra)

    @property
    def generator(self) -> Any:
        """The generator. Raises ``PackError`` when the pack has none."""
        if self._generator is None:
            self.pack.part("generator")
        return self._generator

    @property
    def structure_channels(self) -> int:
        """Channels of the structure map the generator starts from (F/W+); 0 when it starts from a constant."""
        return int(getattr(getattr(self.generator, "config", None), "structure_channels", 0))

    @property
    def has_structure(self) -> bool:
        """Whether the generator starts from a structure map (F/W+)."""
        return self.structure_channels > 0

    @property
    def num_ws(self) -> int:
        """Rows of W+."""
        return int(self.generator.num_ws)

    @property
    def resolution(self) -> int:
        """Side of the generator's picture in pixels."""
        return int(self.manifest.resolution)

    def render(self, w: Tensor, structure: Tensor | None = None) -> Tensor:
        """(N, num_ws, w_dim), (N, C, h, w) or None → (N, 3, H, W) about [-1, 1]."""
        if self.has_structure:
            return in_rgb(self.generator.synthesis(w, structure))
        return in_rgb(self.generator.synthesis(w))

    @cached_property
    def encoder(self) -> Any:
        """The inversion encoder, or None."""
        return (
            open_network(self.pack, "inversion_encoder").to(self.device) if self.pack.has("inversion_encoder") else None
        )

    @cached_property
    def mapper(self) -> Any:
        """The instant mapper, or None."""
        return open_network(self.pack, "mapper").to(self.device) if self.pack.has("mapper") else None

    @cached_property
    def identity(self) -> Callable[[Tensor], Tensor] | None:
        """Pictures (N, 3, H, W) in [-1, 1] → unit identity vectors, or None when the pack has no identity network."""
        if not self.pack.has("identity"):
            return None
        from engine.embedding.identity import open_identity

        return open_identity(self.pack, self.device)

    @cached_property
    def embedder(self) -> JointEmbedder:
        """The joint embedder. Raises ``PackError`` when the pack has none, or does not say how to feed it."""
        check_preparation(self.pack)
        if not self.pack.has("sound_encoder") or self.pack.part("sound_encoder").architecture == OWN_SOUND:
            return self._own_embedder()
        from engine.embedding.published import published_embedder

        return published_embedder(self.pack, self.device)

    def _own_embedder(self) -> JointEmbedder:
        part = self.pack.part("joint_embedder")
        picture = self.manifest.preprocessing["picture"]
        text = part.config["text_cfg"]
        listen = None
        hints: dict[str, Any] = {}
        if self.pack.has("sound_encoder"):
            encoder = open_network(self.pack, "sound_encoder").to(self.device)
            mel = MelConfig.from_dict(dict(self.manifest.preprocessing["mel"]))
            listen = starter_sound(encoder, mel)
            if isinstance(encoder, TwoListeners):
                hints = {
                    "quiet": encoder.get_buffer("quiet"),
                    "meanings": encoder.get_buffer("meanings"),
                    "expected": encoder.get_buffer("expected"),
                    "second": second_opinion(encoder.second, mel.window_seconds),
                }
        return JointEmbedder(
            open_network(self.pack, "joint_embedder", as_stored=True),
            mean=picture["mean"],
            std=picture["std"],
            size=int(picture["size"]),
            context_length=int(text.get("context_length", 77)),
            merges=part.config.get("merges"),
            sound=listen,
            **hints,
            device=self.device,
        )

    @cached_property
    def statistics(self) -> dict[str, Tensor]:
        """Latent statistics on the device ("mean", "covariance", …); empty when the pack has none."""
        return {k: v.to(self.device) for k, v in (self.pack.latent_statistics() or {}).items()}

    @cached_property
    def prior(self) -> Callable[[Tensor], Tensor] | None:
        """How far W+ rows (num_ws, w_dim) lie outside where training rows live; None without statistics.

        Squared Mahalanobis distance per dimension, counted only beyond ``prior_slack`` so that ordinary
        rows are free.
        """
        mean, covariance = self.statistics.get("mean"), self.statistics.get("covariance")
        if mean is None or covariance is None or mean.dim() != 2:
            return None
        eye = torch.eye(covariance.shape[-1], device=self.device)
        scale = covariance.diagonal(dim1=-2, dim2=-1).mean(-1)[:, None, None]
        precision = torch.linalg.inv(covariance + 0.02 * scale * eye)
        slack = float(self.extra.get("prior_slack", 1.0))

        def prior(w: Tensor) -> Tensor:
            d = w - mean
            squared = torch.einsum("ri,rij,rj->r", d, precision, d) / w.shape[1]
            return (squared - slack).clamp_min(0).mean()

        return prior
