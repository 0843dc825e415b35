"""Picture → source: crop, encode, and, by fidelity tier, project and tune."""

from __future__ import annotations

import copy
from collections.abc import Generator
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor

from engine.errors import PackError, PictureError
from engine.guidance.frozen import frozen_render
from engine.inversion.project import pivotal_tuning, project
from engine.latent import Latent
from engine.loaded_pack import LoadedPack
from engine.media.pictures import Picture, picture_from_pixels
from engine.networks.channels import in_rgb
from engine.results import Source
from engine.steps import Progress

BALANCED_STEPS = 40
HIGH_STEPS = 80
TUNING_STEPS = 90
PROJECTION_WITHOUT_ENCODER = 150
SIZE_MULTIPLE = 16
LONGEST_RATIO = 4.0


def to_pixels(picture: Tensor) -> np.ndarray:
    """(1, 3, H, W) or (3, H, W) about [-1, 1] → uint8 (H, W, 3)."""
    x = picture.detach().float().cpu().reshape(3, *picture.shape[-2:])
    return ((x.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(1, 2, 0).contiguous().numpy()


def to_tensor(pixels: np.ndarray, device: torch.device) -> Tensor:
    """uint8 (H, W, 3) → (1, 3, H, W) in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)[None].float().to(device) / 127.5 - 1.0


def fitted_size(height: int, width: int, short: int) -> tuple[int, int]:
    """(height, width) with the given shorter side, both multiples of 16, aspect kept up to 4:1."""
    ratio = min(max(height, width) / min(height, width), LONGEST_RATIO)
    long = max(short, int(round(short * ratio / SIZE_MULTIPLE)) * SIZE_MULTIPLE)
    return (short, long) if height <= width else (long, short)


def resize_pixels(pixels: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resize uint8 (H, W, 3): area when shrinking, Lanczos when enlarging."""
    shrinking = height * width < pixels.shape[0] * pixels.shape[1]
    return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LANCZOS4)


def psnr_of(a: np.ndarray, b: np.ndarray) -> float:
    """PSNR in dB of two uint8 pictures."""
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return 99.0 if error == 0 else 10.0 * float(np.log10(255.0**2 / error))


def cut_crop(
    loaded: LoadedPack, picture: Picture, face: tuple[float, float, float, float, float] | None, align: bool
) -> tuple[np.ndarray, object | None, str]:
    """What the networks see of ``picture``: (pixels, alignment or None, a note for the artist)."""
    pixels = picture.srgb()
    size = loaded.resolution
    if min(pixels.shape[:2]) < 16:
        raise PictureError(
            f"{picture.name} is only {pixels.shape[1]}×{pixels.shape[0]} pixels; choose a picture of at least 16×16."
        )
    if face is not None or (loaded.manifest.domain == "portrait" and align):
        from engine.alignment.crop import align as align_crop
        from engine.alignment.faces import find_face
        from engine.alignment.frame import Alignment, check_frame

        note = ""
        if face is not None:
            alignment = Alignment(*face)
            check_frame(alignment, picture.width, picture.height, picture.name)
        else:
            found = find_face(pixels, picture.name)
            alignment, note = found.face.alignment, found.note or ""
        return align_crop(pixels, alignment, size), alignment, note
    if sees_whole_picture(loaded):
        return resize_pixels(pixels, *fitted_size(pixels.shape[0], pixels.shape[1], size)), None, ""
    return resize_pixels(pixels[central_square(pixels)], size, size), None, ""


def sees_whole_picture(loaded: LoadedPack) -> bool:
    """Whether the crop of a picture without a face's frame is all of it; else it is the central square."""
    return loaded.has_structure and loaded.manifest.domain != "portrait"


def central_square(pixels: np.ndarray) -> tuple[slice, slice]:
    """Rows and columns of the largest square in the middle of (H, W, …)."""
    side = min(pixels.shape[:2])
    top, left = (pixels.shape[0] - side) // 2, (pixels.shape[1] - side) // 2
    return slice(top, top + side), slice(left, left + side)


def encode(loaded: LoadedPack, target: Tensor) -> Latent | None:
    """The encoder's guess for (1, 3, H, W), or None when the pack has no encoder."""
    encoder = loaded.encoder
    if encoder is None:
        return None
    with torch.no_grad():
        if loaded.has_structure:
            w, structure = encoder(target)
            return Latent(w[0], structure[0]).detached()
        size = int(getattr(encoder, "input_size", 256))
        from engine.embedding.picture_resize import area_resize

        return Latent(encoder(area_resize(target, size))[0]).detached()


def mean_latent(loaded: LoadedPack) -> Latent:
    """The generator's average W+ rows."""
    mean = loaded.statistics.get("mean")
    if mean is None:
        mean = loaded.generator.mapping.w_avg
    w = mean.expand(loaded.num_ws, -1) if mean.dim() == 1 else mean
    return Latent(w.detach().float().cpu().clone())


def on_device(latent: Latent, device: torch.device) -> Latent:
    """The latent's tensors on ``device``."""
    return Latent(
        latent.w.to(device), None if latent.structure is None else latent.structure.to(device), None, latent.tuned_delta
    )


def tuned_generator(loaded: LoadedPack, tuned: dict[str, Tensor] | None, *, with_noise: bool = True) -> Any:
    """The pack's generator, or a copy of it with a picture's tuned differences added.

    Tuned noise belongs to one size of picture; ``with_noise`` False leaves it out for drawing at another.
    """
    if not tuned:
        return loaded.generator
    generator = copy.deepcopy(loaded.generator)
    with torch.no_grad():
        state = generator.state_dict()
        for name, value in tuned.items():
            if with_noise or "noise" not in name:
                state[name].add_(value.to(state[name].device))
    return generator


@torch.no_grad()
def draw(loaded: LoadedPack, latent: Latent) -> np.ndarray:
    """The picture of a latent at its own structure's size: uint8 (H, W, 3)."""
    return to_pixels(drawn(loaded, latent))


def drawn(loaded: LoadedPack, latent: Latent) -> Tensor:
    """As :func:`draw`, before it is rounded: (1, 3, H, W) about [-1, 1]."""
    generator = tuned_generator(loaded, latent.tuned_delta)
    w = latent.w[None].to(loaded.device)
    structure = latent.edited_structure
    if structure is None:
        return in_rgb(generator.synthesis(w))
    return in_rgb(generator.synthesis(w, structure[None].to(loaded.device)))


def invert_picture(
    loaded: LoadedPack,
    picture: Picture,
    *,
    fidelity: str,
    seed: int,
    face: tuple[float, float, float, float, float] | None,
    align: bool,
) -> Generator[Progress, None, Source]:
    """See ``Studio.invert``. ``fast`` encodes, ``balanced`` also projects, ``high`` also tunes the generator."""
    torch.manual_seed(seed)
    crop, alignment, note = cut_crop(loaded, picture, face, align)
    note = note or picture.note
    target = to_tensor(crop, loaded.device)
    yield Progress("encode", 0, 1)
    latent = encode(loaded, target)
    yield Progress("encode", 1, 1)
    steps = {"fast": 0, "balanced": BALANCED_STEPS, "high": HIGH_STEPS}[fidelity]
    if latent is None:
        latent, steps = mean_latent(loaded), PROJECTION_WITHOUT_ENCODER

    if steps:
        start = on_device(latent, loaded.device)
        rate = 0.03 if loaded.has_structure else 0.05
        for step in project(frozen_render(loaded.generator, loaded.device), start, target, steps=steps, rate=rate):
            latent = step.latent
            yield Progress("project", step.index + 1, step.total)
    if fidelity == "high":
        generator = copy.deepcopy(loaded.generator)
        before = {k: v.clone() for k, v in generator.state_dict().items()}
        pivot = on_device(latent, loaded.device)
        for tuning in pivotal_tuning(generator, pivot, target, steps=TUNING_STEPS, seed=seed):
            yield Progress("tune", tuning.index + 1, tuning.total)
        after = generator.state_dict()
        changed = {
            k: (after[k] - before[k]).cpu()
            for k in after
            if after[k].is_floating_point() and not torch.equal(after[k], before[k])
        }
        latent = Latent(latent.w, latent.structure, None, changed)
    reconstruction = draw(loaded, latent)
    identity = None
    if loaded.identity is not None:
        with torch.no_grad():
            a, b = loaded.identity(target), loaded.identity(to_tensor(reconstruction, loaded.device))
            identity = float((a * b).sum())
    return Source(
        picture=picture,
        crop=crop,
        latent=latent,
        reconstruction=reconstruction,
        psnr=psnr_of(crop, reconstruction),
        identity=identity,
        pack=loaded.pack.name,
        fidelity=fidelity,
        alignment=alignment,  # type: ignore[arg-type]
        note=note,
    )


def sample_source(loaded: LoadedPack, seed: int) -> Source:
    """A random picture of the generator as a source, drawn from z by the mapping network (truncation 0.7)."""
    rng = torch.Generator().manual_seed(seed)
    generator = loaded.generator
    z = torch.randn(1, generator.mapping.z_dim, generator=rng).to(loaded.device)
    c = None
    if getattr(generator.mapping, "c_dim", 0):
        index = int(torch.randint(generator.mapping.c_dim, (1,), generator=rng))
        c = torch.nn.functional.one_hot(torch.tensor([index]), generator.mapping.c_dim).float().to(loaded.device)
    structure = None
    with torch.no_grad():
        if loaded.has_structure:
            bank = loaded.statistics.get("structures")
            if bank is None:
                raise PackError(
                    f"The pack {loaded.pack.name} holds no structure maps to draw random pictures from; "
                    "edit a picture of your own with it."
                )
            structure = bank[int(torch.randint(len(bank), (1,), generator=rng))].float()
            if torch.rand(1, generator=rng) < 0.5:
                structure = structure.flip(-1)
            w = (
                generator.mapping(z)[0].reshape(-1, generator.w_dim)
                if "rows" not in loaded.statistics
                else rows_from_z(loaded, z)
            )
        else:
            w = generator.mapping(z, c, truncation_psi=0.7)[0]
    latent = Latent(w, structure).detached()
    pixels = draw(loaded, latent)
    return Source(
        picture=picture_from_pixels(pixels, f"sample-{seed}.png"),
        crop=pixels,
        latent=latent,
        reconstruction=pixels,
        psnr=99.0,
        identity=None,
        pack=loaded.pack.name,
        fidelity="fast",
    )


def rows_from_z(loaded: LoadedPack, z: Tensor) -> Tensor:
    """Style rows of an F/W+ pack from z: the mapping network's w picks a point in the training rows' principal
    space (``rows`` (k, num_ws·w_dim), ``mean``): rows differ from each other, so one w for all would not do."""
    rows = loaded.statistics["rows"]
    w = loaded.generator.mapping(z)[0, 0]
    return loaded.statistics["mean"] + (w[: len(rows)] @ rows).view_as(loaded.statistics["mean"])
