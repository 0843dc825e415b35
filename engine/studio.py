"""The one facade both front ends use: load a pack, invert, edit, mix, finish."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from engine.edit_run import EditRun, kept_identity
from engine.errors import PackError, RequestError
from engine.finishing.finish import finish_picture, shown_picture
from engine.guidance.mixing import default_split, interpolate, split_layers
from engine.inversion.invert import invert_picture, sample_source
from engine.latent import between, distance
from engine.loaded_pack import LoadedPack, choose_device
from engine.media.pictures import Picture
from engine.media.sounds import Sound
from engine.packs.store import DEFAULT_PACK, PackStore
from engine.request import Request
from engine.results import Result, Source
from engine.steps import Progress

__all__ = ["EditRun", "Result", "Source", "Studio"]


class Studio:
    """Holds one loaded pack. Not thread-safe: one thread owns it."""

    def __init__(self, device: str = "auto", threads: int | None = None, store: PackStore | None = None) -> None:
        self.store = store or PackStore()
        self.device = choose_device(device)
        self.threads = threads or os.cpu_count() or 1
        torch.set_num_threads(self.threads)
        self._loaded: LoadedPack | None = None

    @property
    def pack_name(self) -> str | None:
        """Name of the loaded pack."""
        return None if self._loaded is None else self._loaded.pack.name

    @property
    def loaded(self) -> LoadedPack:
        """The loaded pack; loads the default one when none was chosen."""
        if self._loaded is None:
            self.load_pack(DEFAULT_PACK)
        assert self._loaded is not None
        return self._loaded

    def load_pack(self, name: str) -> LoadedPack:
        """Open a pack by name or folder. Raises ``PackError``; the pack loaded before then stays."""
        if self._loaded is None or name not in (self._loaded.pack.name, str(self._loaded.pack.path)):
            self._loaded = LoadedPack(self.store.open(name), self.device)
        return self._loaded

    def invert(
        self,
        picture: Picture,
        *,
        fidelity: str = "balanced",
        seed: int = 0,
        face: tuple[float, float, float, float, float] | None = None,
        align: bool = True,
    ) -> Generator[Progress, None, Source]:
        """Picture → source, as a generator of ``Progress`` that returns the ``Source``."""
        return invert_picture(self.loaded, picture, fidelity=fidelity, seed=seed, face=face, align=align)

    def sample(self, seed: int = 0) -> Source:
        """A random source (the papers start from these too)."""
        return sample_source(self.loaded, seed)

    def edit(
        self, source: Source, request: Request, sounds: Mapping[str, Sound], region: np.ndarray | None = None
    ) -> EditRun:
        """Start an edit; iterate the run for ``Progress`` and ``Step``. ``region`` float (H, W) in [0, 1]."""
        self._check(source)
        return EditRun(self.loaded, source, request, sounds, region)

    def mix(
        self, source: Source, sound: Result, text: Result, *, alpha: float | None = None, split: int | None = None
    ) -> Result:
        """Eq. 19 (``alpha``, 0.5 unless told) or per-layer mixing (``split`` rows from the sound)."""
        if alpha is not None and split is not None:
            raise RequestError("Interpolation and layer split exclude each other; give only one of them.")
        return mixed_result(self.loaded, source, sound, text, alpha=alpha, split=split)

    def render(self, source: Source, result: Result, *, strength: float = 1.0) -> np.ndarray:
        """The generator's picture at pack resolution, ``strength`` along source→edited: uint8 (R, R', 3); scenes keep
        light and contrast (``engine.finishing.kept_light``, ``kept_contrast``)."""
        self._check(source)
        return shown_picture(self.loaded, source, between(source.latent, result.latent, strength))

    def finish(
        self,
        source: Source,
        result: Result,
        *,
        finish: str | None = None,
        strength: float = 1.0,
        region: np.ndarray | None = None,
    ) -> Picture:
        """The final picture: ``model`` as the generator draws it, ``detail`` at the original's size."""
        self._check(source)
        latent = between(source.latent, result.latent, strength)
        return finish_picture(self.loaded, source, latent, finish or self.loaded.manifest.defaults.finish, region)

    def embed_picture(self, pixels: np.ndarray) -> Tensor:
        """uint8 (H, W, 3) sRGB → unit vector (d,)."""
        x = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float().to(self.device) / 127.5 - 1.0
        with torch.no_grad():
            return self.loaded.embedder.pictures(x)[0]

    def _check(self, source: Source) -> None:
        if source.pack != self.loaded.pack.name:
            raise PackError(
                f"{source.picture.name} was opened with the pack {source.pack}; "
                f"open it again with {self.loaded.pack.name}."
            )


def mixed_share(loaded: LoadedPack, alpha: float | None, split: int | None) -> float:
    """How much of a mix is the sound's, 0–1: 1 − α, or the share of its rows."""
    if split is not None:
        return split / max(1, loaded.num_ws)
    return 1.0 - (0.5 if alpha is None else alpha)


def mixed_result(
    loaded: LoadedPack, source: Source, sound: Result, text: Result, *, alpha: float | None, split: int | None
) -> Result:
    """The mixed result of two results of one source. Its ``similarity_after`` is the mean of theirs by share: what
    the mixed picture itself has can only be told with the guides at hand (``EditRun`` does)."""
    weight = mixed_share(loaded, alpha, split)
    if split is not None:
        latent = split_layers(sound.latent, text.latent, split)
    else:
        alpha = 0.5 if alpha is None else alpha
        latent = interpolate(sound.latent, text.latent, alpha)
    request = replace(
        sound.request, text=text.request.text, mix_alpha=alpha if split is None else None, split_layer=split
    )
    picture = shown_picture(loaded, source, latent)
    mask = sound.layer_mask * weight + text.layer_mask * (1 - weight)
    return replace(
        sound,
        request=request,
        kind="mixed",
        latent=latent,
        picture=picture,
        identity=kept_identity(loaded, source, picture),
        layer_mask=mask,
        moved=(latent.w - source.latent.w).norm(dim=1).numpy(),
        latent_distance=distance(source.latent, latent),
        similarity_before=sound.similarity_before * weight + text.similarity_before * (1 - weight),
        similarity_after=sound.similarity_after * weight + text.similarity_after * (1 - weight),
        steps=(),
        seconds={k: sound.seconds.get(k, 0.0) + text.seconds.get(k, 0.0) for k in {*sound.seconds, *text.seconds}},
        w_path=np.zeros((0, *latent.w.shape), np.float16),
    )


__all__ += ["default_split", "mixed_result", "mixed_share"]
