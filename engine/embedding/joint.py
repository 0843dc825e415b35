"""The joint embedding: pictures, texts and sounds as unit vectors of one space.

Picture and text towers are an ``open_clip`` model (the starter's is a small configuration of the
same class as ViT-B/32). Sounds go through a pack's sound encoder; a long clip is heard in several
windows whose vectors are averaged.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.embedding.clip_text import build_tokenizer
from engine.embedding.mel import MelConfig, cut_window, log_mel
from engine.embedding.picture_resize import area_resize
from engine.embedding.stored_precision import in_precision, tensors_of
from engine.embedding.windows import sound_windows
from engine.errors import PackError
from engine.media.sounds import Sound, level_lufs, resampled

LARGE_CLIP = 20_000_000
"""Numbers of a CLIP from which half-precision weights are widened only where and while they are computed with."""
QUIET_SHARE = 0.85
"""How much of a sound's lean towards "quiet" is taken out of its guide vector: what remains keeps the vector
intensity-aware, and a faint recording of thunder still means thunder."""


def without_lean(vector: Tensor, quiet: Tensor) -> Tensor:
    """A sound's unit vector (d,) with ``QUIET_SHARE`` of its lean towards ``quiet`` (d,) taken out; unit again."""
    lean = (vector @ quiet).clamp_min(0) * QUIET_SHARE
    return F.normalize(vector - lean * quiet, dim=-1)


MEANING_TEMPERATURE = 0.07
"""As in the training of the starter packs' sound encoder."""
FIRST_SHARE = 0.6
"""Of the first listener beside the second, which is right more often (0.87 of unheard clips against 0.80)."""
MEANT = 3.0
"""What a sound most likely means counts three times as much as how it was heard: edits are then as clear as by text."""


def towards_meanings(
    vector: Tensor, meanings: Tensor, quiet: Tensor, odds: Tensor | None = None, expected: Tensor | None = None
) -> Tensor:
    """A sound's unit vector (d,) moved three quarters of the way to what it most likely means; unit again.

    ``meanings`` (K, d) unit: the text vectors of the labels that were learnt, weighted by the softmax of their cosines.
    A recording unlike all of training lies between meanings, where no edit was ever learnt. ``odds`` (K,) of a second
    listener, where there is one, move the vector most of the way to what that one heard first. Both are weighed by how
    much more often than others a label is ``expected`` (K,). The component along ``quiet`` (d,), which says how loud,
    stays as it is.
    """
    prior = torch.ones_like(meanings[:, 0]) if expected is None else expected
    lean = vector @ quiet
    heard = F.normalize(vector - lean * quiet, dim=-1)
    if odds is not None:
        second = (odds * prior) @ meanings
        heard = F.normalize(FIRST_SHARE * heard + F.normalize(second - (second @ quiet) * quiet, dim=-1), dim=-1)
    meant = torch.softmax(meanings @ heard / MEANING_TEMPERATURE + prior.log(), dim=0) @ meanings
    meant = F.normalize(meant - (meant @ quiet) * quiet, dim=-1)
    return lean * quiet + (1 - lean.square()).clamp_min(0).sqrt() * F.normalize(heard + MEANT * meant, dim=-1)


@dataclass(frozen=True)
class SoundEmbedding:
    """``vector`` (d,) unit; ``heard`` the parts the encoder listened to, in seconds; ``level_lufs`` absolute."""

    vector: Tensor
    heard: tuple[tuple[float, float], ...]
    level_lufs: float


def build_clip(config: Mapping[str, Any]) -> Any:
    """The open_clip model of a joint_embedder part: ``embed_dim``, ``vision_cfg``, ``text_cfg``, ``quick_gelu``."""
    import open_clip

    keys = ("embed_dim", "vision_cfg", "text_cfg", "quick_gelu")
    return open_clip.CLIP(**{k: config[k] for k in keys if k in config})


class JointEmbedder:
    """Embeds pictures, texts and sounds of one pack. Weights are frozen; gradients flow to pictures only."""

    def __init__(
        self,
        clip: Any,
        *,
        mean: Sequence[float],
        std: Sequence[float],
        size: int,
        context_length: int,
        merges: int | None = None,
        sound: Callable[[Sound], tuple[Tensor, tuple[tuple[float, float], ...]]] | None = None,
        quiet: Tensor | None = None,
        meanings: Tensor | None = None,
        second: Callable[[Sound], Tensor] | None = None,
        expected: Tensor | None = None,
        device: torch.device | str = "cpu",
    ) -> None:
        clip = clip.eval().requires_grad_(False)
        if sum(tensor.numel() for tensor in clip.parameters()) < LARGE_CLIP:
            clip = clip.float()
        self.clip = clip.to(device)
        self._tower: nn.Module | None = None  # the picture tower as it is computed with
        self._dtype = torch.float32
        self.size = size
        self.device = torch.device(device)
        self.mean = torch.tensor(mean, device=device).view(1, 3, 1, 1)
        self.std = torch.tensor(std, device=device).view(1, 3, 1, 1)
        self.tokenize = build_tokenizer(context_length, merges)
        self._sound = sound
        self._second = second
        self._expected = None if expected is None else expected.float().to(device)
        self._quiet = None if quiet is None else quiet.to(device)
        self._meanings = None if meanings is None else F.normalize(meanings.float(), dim=-1).to(device)

    def pictures(self, pictures: Tensor) -> Tensor:
        """(N, 3, H, W) in [-1, 1] → (N, d) unit vectors; properly normalised (KNOWLEDGE §1, CLIP input)."""
        if self._tower is None:
            self._tower = in_precision(self.clip.visual, self._dtype)
        x = area_resize(pictures.float(), self.size) * 0.5 + 0.5
        return F.normalize(self._tower(((x - self.mean) / self.std).to(self._dtype)).float(), dim=-1)

    @torch.no_grad()
    def texts(self, texts: Sequence[str]) -> Tensor:
        """Texts → (N, d) unit vectors."""
        # Rarely asked: a half-precision text tower is widened for the moment only.
        clip = in_precision(self.clip, torch.float32, shared=tensors_of(self.clip.visual))
        return F.normalize(clip.encode_text(self.tokenize(texts).to(self.device)).float(), dim=-1)

    def sound(self, sound: Sound) -> SoundEmbedding:
        """One clip → its unit vector, the parts that were heard, and its absolute level."""
        if self._sound is None:
            raise PackError(
                "This pack has no sound encoder; combine it with an embedder that has one, or guide it by text."
            )
        with torch.no_grad():
            vectors, heard = self._sound(sound)
            vector = F.normalize(vectors.float().mean(0), dim=-1)
            if self._quiet is not None:
                vector = without_lean(vector, self._quiet)
                if self._meanings is not None:
                    odds = None if self._second is None else self._second(sound).to(vector)
                    vector = towards_meanings(vector, self._meanings, self._quiet, odds, self._expected)
        return SoundEmbedding(vector.to(self.device), heard, level_lufs(sound.samples, sound.rate))

    def level_free(self, vector: Tensor) -> Tensor:
        """A sound's unit vector (d,) without what is left of its lean towards "quiet"; unit again.

        For edits that loudness scales: counted twice, it would leave faint snow half drawn.
        """
        if self._quiet is None:
            return vector
        return F.normalize(vector - (vector @ self._quiet) * self._quiet, dim=-1)

    def hearing_with(
        self, sound: Callable[[Sound], tuple[Tensor, tuple[tuple[float, float], ...]]]
    ) -> JointEmbedder:
        """The same pictures and texts, sounds heard by another listening function (see ``starter_sound``) alone."""
        other = copy.copy(self)
        other._sound, other._second = sound, None
        return other

    def with_tower_in(self, dtype: torch.dtype) -> JointEmbedder:
        """The same space, pictures embedded in another precision (for optimisation steps).

        A float32 tower made from half-precision weights is let go of; it is made again when it is needed.
        """
        other = copy.copy(self)
        other._tower, other._dtype = None, dtype
        self._tower = None
        return other

    @property
    def logit_scale(self) -> float:
        """The temperature's inverse, as CLIP stores it (exp of ``logit_scale``)."""
        return float(self.clip.logit_scale.exp())


def starter_sound(
    encoder: nn.Module, config: MelConfig
) -> Callable[[Sound], tuple[Tensor, tuple[tuple[float, float], ...]]]:
    """The listening function of an ``sgim_sound_encoder``: mel with a fixed dB reference, several windows."""

    def listen(sound: Sound) -> tuple[Tensor, tuple[tuple[float, float], ...]]:
        samples = torch.from_numpy(np.ascontiguousarray(resampled(sound, config.sample_rate).samples))
        starts = sound_windows(len(samples), config.window_samples)
        batch = torch.stack([cut_window(samples, config, s) for s in starts])
        seconds = len(samples) / config.sample_rate
        heard = tuple(
            (s / config.sample_rate, min(seconds, s / config.sample_rate + config.window_seconds)) for s in starts
        )
        return encoder(log_mel(batch, config)), heard

    return listen
