"""Latent → final picture: ``model`` as the generator draws it (scenes with the light and the contrast of photographs),
clipping no pixel anew; ``detail`` carried to the original."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.errors import RequestError
from engine.finishing.deep_colour import carry_deep
from engine.finishing.detail import FAINT, carry, soft_limit, split_change
from engine.finishing.face_colour import carried_face
from engine.finishing.kept_contrast import with_contrast
from engine.finishing.kept_light import with_light
from engine.finishing.native_colour import apply_srgb_change
from engine.finishing.region import fitted_region, region_in_crop
from engine.inversion.invert import (
    central_square,
    draw,
    drawn,
    fitted_size,
    resize_pixels,
    to_pixels,
    to_tensor,
    tuned_generator,
)
from engine.latent import Latent
from engine.loaded_pack import LoadedPack
from engine.media.pictures import Picture, picture_from_pixels
from engine.media.weather_fields import seed_fields
from engine.networks.channels import in_rgb
from engine.networks.instant_mapper import STRUCTURE_STRIDE
from engine.results import Source

DETAIL_SHORT_SIDE = 384
MODEL_SHORT_SIDE = 256


def propose(
    loaded: LoadedPack, w: Tensor, structure: Tensor, redraw: Tensor, anchor: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """The instant mapper's proposals summed by weight: Δw (num_ws, w_dim), mask g (num_ws,), spatial delta like
    ``structure`` (C, h, w). ``redraw`` (K, 2 + d) as in ``Latent``."""
    assert loaded.mapper is not None
    height, width = _picture_size(structure)
    delta_w = mask = delta = None
    for row in redraw.to(loaded.device):
        fields = None
        if loaded.mapper.config.fields:
            like = None if anchor is None else _picture_size(anchor)
            fields = torch.from_numpy(seed_fields(height, width, int(row[1]), like))[None].to(loaded.device)
        with torch.no_grad():
            dw, g, ds = loaded.mapper(
                w[None], structure[None], row[None, 2:], fields, None if anchor is None else anchor[None]
            )
        weight = row[0]
        delta_w = weight * dw[0] if delta_w is None else delta_w + weight * dw[0]
        mask = g[0] if mask is None else mask + g[0]
        delta = weight * ds[0] if delta is None else delta + weight * ds[0]
    assert delta_w is not None and mask is not None and delta is not None
    return delta_w, mask / len(redraw), delta


def _picture_size(structure: Tensor) -> tuple[int, int]:
    """(height, width) of what is drawn from a structure map (C, h, w)."""
    return structure.shape[1] * STRUCTURE_STRIDE, structure.shape[2] * STRUCTURE_STRIDE


def drawn_pair(loaded: LoadedPack, source: Source, latent: Latent, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Source and edit as the generator draws them over ``pixels`` uint8 (h, w, 3): float32 (h, w, 3) in [0, 1] each.

    F/W+ packs draw at the size of ``pixels``: the mapper's proposals are drawn again there (streaks stay
    streaks), what optimisation added to them is resized. Other packs draw at their own size.
    """
    device = loaded.device
    own_size = pixels.shape == source.crop.shape
    generator = tuned_generator(loaded, latent.tuned_delta, with_noise=own_size)
    w_source, w = source.latent.w.to(device), latent.w.to(device)
    with torch.no_grad():
        if not loaded.has_structure or loaded.encoder is None:
            before, after = generator.synthesis(w_source[None]), generator.synthesis(w[None])
        else:
            base = source.latent.structure
            assert base is not None
            base = base.to(device)
            structure = loaded.encoder.structure(to_tensor(pixels, device)).float()[0]
            delta = torch.zeros_like(structure)
            if latent.structure_delta is not None:
                rest = latent.structure_delta.to(device)
                if latent.redraw is not None and loaded.mapper is not None:
                    rest = rest - propose(loaded, w_source, base, latent.redraw)[2]
                    delta = propose(loaded, w_source, structure, latent.redraw, anchor=base)[2]
                delta = (
                    delta + F.interpolate(rest[None], size=structure.shape[1:], mode="bilinear", align_corners=False)[0]
                )
            before = generator.synthesis(w_source[None], structure[None])
            after = generator.synthesis(w[None], (structure + delta)[None])

    return _in_unit(in_rgb(before)), _in_unit(in_rgb(after))


def _in_unit(picture: Tensor) -> np.ndarray:
    """(1, 3, H, W) about [-1, 1] → float32 (H, W, 3) in [0, 1]."""
    return (picture.detach()[0].float().cpu().clamp(-1, 1).permute(1, 2, 0).numpy() * 0.5 + 0.5).astype(np.float32)


def work_pixels(source: Source, short: int) -> np.ndarray:
    """The whole original at working size: uint8 (h, w, 3), multiples of 16."""
    pixels = source.picture.srgb()
    short = max(128, min(short, min(pixels.shape[:2]) // 16 * 16))
    return resize_pixels(pixels, *fitted_size(pixels.shape[0], pixels.shape[1], short))


def model_picture(loaded: LoadedPack, latent: Latent) -> np.ndarray:
    """The generator's own picture at the latent's size: uint8 (H, W, 3)."""
    return draw(loaded, latent)


def shown_picture(loaded: LoadedPack, source: Source, latent: Latent) -> np.ndarray:
    """``model_picture`` of an edit of ``source`` as it is shown: a scene keeps light and contrast."""
    if not _is_scene(loaded, source):
        return model_picture(loaded, latent)
    lit, _ = _with_light_and_contrast(source.reconstruction.astype(np.float32) / 255.0, _in_unit(drawn(loaded, latent)))
    return np.round(lit * 255.0).astype(np.uint8)


def _with_light_and_contrast(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, float]:
    """``after`` with the light and the contrast that photographs have, and how much it was stretched for that."""
    return with_contrast(before, with_light(before, after))


def _is_scene(loaded: LoadedPack, source: Source) -> bool:
    """Whether it is drawn from a structure map and no face; faces have their own light."""
    return loaded.has_structure and source.alignment is None


def finish_picture(
    loaded: LoadedPack, source: Source, latent: Latent, finish: str, region: np.ndarray | None
) -> Picture:
    """See ``Studio.finish``. ``region`` float (H, W) in [0, 1] at the original's size: outside it nothing changes."""
    if finish not in ("model", "detail"):
        raise RequestError(f"There is no finish called {finish}; choose model or detail.")
    if region is not None:
        region = fitted_region(region, source.picture)
    if source.alignment is not None:
        return _finish_face(loaded, source, latent, finish, region)
    if not loaded.has_structure:
        return _finish_square(loaded, source, latent, finish, region)
    pixels = work_pixels(source, MODEL_SHORT_SIDE if finish == "model" else DETAIL_SHORT_SIDE)
    before, after = drawn_pair(loaded, source, latent, pixels)
    after, stretch = _with_light_and_contrast(before, after)
    if finish == "model":
        return _model_with_region(source, before, after, region)
    original = source.picture.srgb()
    # Grain that the stretch has made stronger is grain still; colour was not stretched.
    faint = np.array([FAINT * stretch, FAINT, FAINT], np.float32)
    change = split_change(before, after, original=pixels.astype(np.float32) / 255.0, faint=faint)
    if source.picture.bit_depth == 16:
        return carry_deep(source.picture, change, region)
    edited = carry(original, change, region)
    return apply_srgb_change(source.picture, original, edited)


def _model_with_region(source: Source, before: np.ndarray, after: np.ndarray, region: np.ndarray | None) -> Picture:
    if region is not None:
        import cv2

        weight = cv2.resize(region.astype(np.float32), (after.shape[1], after.shape[0]), interpolation=cv2.INTER_AREA)
        after = before + (after - before) * weight[..., None]
    after = soft_limit(after, before)
    pixels = np.round(after * 255).astype(np.uint8)
    return replace(picture_from_pixels(pixels, source.picture.name))


def _finish_square(
    loaded: LoadedPack, source: Source, latent: Latent, finish: str, region: np.ndarray | None
) -> Picture:
    """Packs with a constant input see the central square; ``detail`` changes that square and leaves the rest."""
    before, after = drawn_pair(loaded, source, latent, source.crop)
    mask = None if region is None else region_in_crop(loaded, source, region)
    if finish == "model":
        return _model_with_region(source, before, after, mask)
    original = source.picture.srgb()
    square = central_square(original)
    edited = original.copy()
    edited[square] = carry(np.ascontiguousarray(original[square]), split_change(before, after), mask)
    return apply_srgb_change(source.picture, original, edited)


def _finish_face(loaded: LoadedPack, source: Source, latent: Latent, finish: str, region: np.ndarray | None) -> Picture:
    """The edited face goes back into its frame; outside the blend mask no pixel changes."""
    from engine.alignment.crop import align
    from engine.alignment.paste import paste_change

    assert source.alignment is not None
    if finish == "model":
        drawn_face = draw(loaded, latent)
        if region is not None:
            drawn_face = _blended(source.reconstruction, drawn_face, region_in_crop(loaded, source, region))
        return replace(picture_from_pixels(drawn_face, source.picture.name))
    original = source.picture.srgb()
    # Drawn at the size the mapper learned: a mouth twice as large is not one it knows. The change is carried up.
    frame = int(max(source.alignment.w, source.alignment.h))
    size = loaded.resolution
    before, after = drawn_pair(loaded, source, latent, align(original, source.alignment, size))
    fine = align(original, source.alignment, int(np.clip(frame, size, 2048)))
    edited = paste_change(original, fine, carried_face(fine, before, after), source.alignment)
    if region is not None:
        edited = _blended(original, edited, region)
    return apply_srgb_change(source.picture, original, edited)


def _blended(before: np.ndarray, after: np.ndarray, region: np.ndarray) -> np.ndarray:
    """``after`` inside ``region`` (H, W) in [0, 1], ``before`` outside: uint8 (H, W, 3)."""
    weight = region[..., None].astype(np.float32)
    blended: np.ndarray = np.round(before + (after.astype(np.float32) - before) * weight).astype(np.uint8)
    return blended


__all__ = [
    "DETAIL_SHORT_SIDE",
    "MODEL_SHORT_SIDE",
    "drawn_pair",
    "finish_picture",
    "model_picture",
    "propose",
    "shown_picture",
    "to_pixels",
    "work_pixels",
]
