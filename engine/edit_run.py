"""One edit as it runs: an iterable of ``Progress`` and ``Step`` whose best result so far is always at hand."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from engine.errors import RequestError
from engine.finishing.finish import model_picture, propose, shown_picture
from engine.finishing.region import region_in_crop
from engine.guidance.frozen import frozen_embed, frozen_render
from engine.guidance.identity_loss import IdentityLoss
from engine.guidance.loudness import loudness_amount
from engine.guidance.optimise import OptimisationStep, Problem, Settings, optimise
from engine.guidance.views import Box, make_views, region_box
from engine.inversion.invert import on_device, to_pixels, to_tensor, tuned_generator
from engine.latent import Latent, between, distance
from engine.loaded_pack import LoadedPack
from engine.media.sounds import Sound, clip, mix_sounds
from engine.request import Request
from engine.results import Result, Source
from engine.steps import Progress, Step

NEUTRAL_TEXTS = ("a picture", "a photo", "a landscape", "a painting")
PREVIEWS = 12
VARIANT_STRIDE = 7919


@dataclass(frozen=True)
class Guide:
    """A guide as the optimisation sees it: ``vector`` (d,); ``amount`` scales the edit: the pack's reach, with sounds
    times loudness."""

    kind: str
    vector: Tensor
    amount: float = 1.0
    heard: tuple[tuple[float, float], ...] = ()
    level_lufs: float | None = None


def clipped_sound(request: Request, sounds: Mapping[str, Sound]) -> Sound:
    """The request's sounds, trimmed, gained and mixed into one. Raises ``RequestError`` when one is missing."""
    parts = []
    for guide in request.sounds:
        if guide.sha256 not in sounds:
            raise RequestError(
                f"The sound {guide.name or guide.sha256[:8]} of this request was not given; add the file again."
            )
        parts.append((clip(sounds[guide.sha256], guide.start, guide.end, guide.gain_db), guide.mix_weight))
    return parts[0][0] if len(parts) == 1 and parts[0][1] == 1.0 else mix_sounds(parts)


class EditRun:
    """Iterate it; ``close()`` cancels and keeps the best so far; ``result`` and ``results`` hold what there is.

    With sound and text, both edits run from one start latent and are then mixed: ``results`` has
    "sound", "text" and "mixed", and ``result`` is the mixed one.
    """

    def __init__(
        self,
        loaded: LoadedPack,
        source: Source,
        request: Request,
        sounds: Mapping[str, Sound],
        region: np.ndarray | None = None,
    ) -> None:
        if not request.sounds and request.text is None:
            raise RequestError(
                'There is nothing to guide the edit; give a sound (--sound FILE) or a text (--text "…").'
            )
        if request.text is not None and not request.text.text.strip():
            raise RequestError("The text is empty; write what the picture should become.")
        if request.instant and loaded.mapper is None:
            raise RequestError(
                f"The pack {loaded.pack.name} has no instant mapper; edit without it, or choose another pack."
            )
        for layer, _ in request.pinned_layers:
            if layer >= loaded.num_ws:
                raise RequestError(
                    f"Layer {layer + 1} is pinned, but the pack {loaded.pack.name} has {loaded.num_ws} layers; "
                    "unpin it, or choose another pack."
                )
        # "All cores" is another number elsewhere, and the number of threads changes the floats.
        request = request.changed(threads=request.threads or torch.get_num_threads())
        self.loaded, self.source, self.request = loaded, source, request
        self._sounds = sounds
        self._box: Box | None = None if region is None else region_box(region_in_crop(loaded, source, region))
        self.results: dict[str, Result] = {}
        self._steps: Generator[Progress | Step, None, None] = self._run()

    def __iter__(self) -> Iterator[Progress | Step]:
        return self._steps

    def close(self) -> None:
        """Stop; what was reached stays in ``result``."""
        self._steps.close()

    @property
    def result(self) -> Result | None:
        """The mixed result if there is one, else the sound-guided, else the text-guided; None before the first step."""
        for kind in ("mixed", "sound", "text"):
            if kind in self.results:
                return self.results[kind]
        return None

    def _guides(self) -> list[Guide]:
        embedder = self.loaded.embedder
        reach = float(self.loaded.extra.get("reach", 1.0))
        guides = []
        if self.request.sounds:
            heard = embedder.sound(clipped_sound(self.request, self._sounds))
            vector, amount = heard.vector, 1.0
            if self.request.loudness:
                vector, amount = embedder.level_free(vector), loudness_amount(heard.level_lufs)
            guides.append(Guide("sound", vector, reach * amount, heard.heard, heard.level_lufs))
        if self.request.text is not None:
            guides.append(Guide("text", embedder.texts([self.request.text.text])[0], reach))
        return guides

    def _run(self) -> Generator[Progress | Step, None, None]:
        torch.manual_seed(self.request.seed)
        started = time.perf_counter()
        yield Progress("listen", 0, 1)
        guides = self._guides()
        listened = time.perf_counter() - started
        yield Progress("listen", 1, 1)
        for guide in guides:
            yield from self._edit(guide, listened)
        if len(guides) == 2:
            from engine.studio import mixed_result, mixed_share

            mixed = mixed_result(
                self.loaded,
                self.source,
                self.results["sound"],
                self.results["text"],
                alpha=self.request.mix_alpha,
                split=self.request.split_layer,
            )
            # The mixed picture is compared with both guides by itself; both were listened to once, together.
            share = mixed_share(self.loaded, self.request.mix_alpha, self.request.split_layer)
            after = sum(
                weight * self._similarity(mixed.latent, guide)
                for weight, guide in zip((share, 1 - share), guides, strict=True)
            )
            seconds = {**mixed.seconds, "listen": listened}
            self.results["mixed"] = replace(mixed, similarity_after=after, seconds=seconds)

    def settings(self) -> Settings:
        """The request's settings, the pack's defaults where it says nothing."""
        request, defaults, extra = self.request, self.loaded.manifest.defaults, self.loaded.extra
        steps = defaults.steps if request.steps is None else request.steps
        return Settings(
            steps=0 if request.instant else steps,
            learning_rate=defaults.learning_rate if request.learning_rate is None else request.learning_rate,
            objective=request.objective,
            lambda_reg=defaults.lambda_reg if request.lambda_reg is None else request.lambda_reg,
            lambda_id=defaults.lambda_id if request.lambda_id is None else request.lambda_id,
            lambda_prior=float(extra.get("lambda_prior", 0.0)),
            lambda_delta=float(extra.get("lambda_delta", 0.0)),
            delta_rate=float(extra.get("delta_rate", 0.3)),
            bound=float(extra.get("delta_bound", 1.5)),
            mask=request.mask,
            pinned=request.pinned_layers,
            patience=int(extra.get("patience", 0)),
        )

    def problem(self, guide: Guide, proposal: Latent) -> Problem:
        """What is optimised for ``guide``, starting at ``proposal``."""
        loaded, device, request = self.loaded, self.loaded.device, self.request
        source = on_device(self.source.latent, device)
        generator = tuned_generator(loaded, self.source.latent.tuned_delta)
        embedder = loaded.embedder
        neutral = embedder.texts(NEUTRAL_TEXTS).mean(0) if request.objective == "directional" else None
        identity = None
        if loaded.identity is not None and self.settings().lambda_id > 0:
            identity = IdentityLoss(loaded.identity, to_tensor(self.source.reconstruction, device))

        crops = int(loaded.extra.get("views", 1))
        return Problem(
            render=frozen_render(generator, device),
            embed=frozen_embed(embedder),
            w_source=source.w,
            guide=guide.vector,
            structure_source=source.structure,
            start_w=proposal.w.to(device),
            start_delta=None if proposal.structure_delta is None else proposal.structure_delta.to(device),
            neutral=neutral,
            # One view of the whole picture is what embedding does by itself.
            views=make_views(request.seed + request.variant * VARIANT_STRIDE, crops, embedder.size, self._box)
            if crops or self._box is not None
            else None,
            prior=loaded.prior,
            identity=identity,
        )

    def _proposal(self, guide: Guide) -> tuple[Latent, Tensor | None]:
        """Where the optimisation starts: the mapper's proposal, or the source (moved a little for variants)."""
        loaded, source = self.loaded, self.source.latent
        seed = self.request.seed + self.request.variant * VARIANT_STRIDE
        if loaded.mapper is None or source.structure is None:
            w = source.w
            if self.request.variant:
                noise = torch.randn(w.shape, generator=torch.Generator().manual_seed(seed))
                w = w + 0.15 * w.std() * noise
            return replace(source, w=w), None
        row = torch.cat([torch.tensor([1.0, float(seed % 2**20)]), guide.vector.cpu()])[None]
        device = on_device(source, loaded.device)
        assert device.structure is not None
        delta_w, mask, delta = propose(loaded, device.w, device.structure, row)
        return Latent(source.w + delta_w.cpu(), source.structure, delta.cpu(), source.tuned_delta, row), mask

    def _edit(self, guide: Guide, listened: float) -> Generator[Progress | Step, None, None]:
        started = time.perf_counter()
        settings = self.settings()
        proposal, mask = self._proposal(guide)
        source = self.source.latent
        num_ws = source.w.shape[0]
        before = self._similarity(source, guide)
        history: list[dict[str, float]] = []
        path: list[np.ndarray] = []
        layer_mask = np.full(num_ws, 1.0 / num_ws, np.float32) if mask is None else mask.cpu().numpy()

        def keep(latent: Latent, g: np.ndarray) -> None:
            edited = between(source, latent, guide.amount)
            picture = shown_picture(self.loaded, self.source, edited)
            self.results[guide.kind] = Result(
                request=self.request,
                kind=guide.kind,
                latent=edited,
                layer_mask=g,
                moved=(edited.w - source.w).norm(dim=1).numpy(),
                similarity_before=before,
                similarity_after=self._similarity(edited, guide),
                identity=kept_identity(self.loaded, self.source, picture),
                latent_distance=distance(source, edited),
                picture=picture,
                steps=tuple(history),
                seconds={"listen": listened, "optimise": time.perf_counter() - started},
                w_path=np.stack(path) if path else np.zeros((0, *edited.w.shape), np.float16),
                heard=guide.heard,
                level_lufs=guide.level_lufs,
                amount=guide.amount,
            )

        if self.loaded.mapper is not None:
            # The instant first picture: one forward pass, shown at once.
            keep(proposal, layer_mask)
            first = self.results[guide.kind]
            yield Step(
                0,
                settings.steps,
                guide.kind,
                1.0,
                first.similarity_after,
                layer_mask,
                first.moved,
                {},
                first.picture,
                first.latent.w.numpy(),
            )
        every = max(1, settings.steps // PREVIEWS)
        last: OptimisationStep | None = None
        try:
            for state in optimise(self.problem(guide, proposal), settings) if settings.steps else ():
                last = state
                history.append({"step": state.index, "loss": state.loss, "similarity": state.similarity})
                w = source.w + (state.w.cpu() - source.w) * guide.amount
                path.append(w.numpy().astype(np.float16))
                preview = None
                if state.index % every == 0 or state.index == settings.steps - 1:
                    preview = shown_picture(
                        self.loaded, self.source, between(source, self._latent(proposal, state), guide.amount)
                    )
                yield Step(
                    state.index + 1,
                    settings.steps,
                    guide.kind,
                    state.loss,
                    state.similarity,
                    state.mask.cpu().numpy(),
                    state.moved.cpu().numpy(),
                    state.losses,
                    preview,
                    w.numpy(),
                )
        finally:
            if last is not None:
                keep(self._latent(proposal, last), last.mask.cpu().numpy())
        if last is None and guide.kind not in self.results:
            keep(proposal, layer_mask)

    @staticmethod
    def _latent(proposal: Latent, state: OptimisationStep) -> Latent:
        return replace(proposal, w=state.w.cpu(), structure_delta=None if state.delta is None else state.delta.cpu())

    def _similarity(self, latent: Latent, guide: Guide) -> float:
        with torch.no_grad():
            picture = to_tensor(model_picture(self.loaded, latent), self.loaded.device)
            return float(self.loaded.embedder.pictures(picture)[0] @ guide.vector)


def kept_identity(loaded: LoadedPack, source: Source, picture: np.ndarray) -> float | None:
    """Cosine of ``picture`` uint8 (H, W, 3) and the source's reconstruction in the pack's identity network, or None."""
    if loaded.identity is None:
        return None
    before = IdentityLoss(loaded.identity, to_tensor(source.reconstruction, loaded.device))
    with torch.no_grad():
        return float(before.similarity(to_tensor(picture, loaded.device)))


__all__ = ["EditRun", "Guide", "clipped_sound", "kept_identity", "to_pixels"]
