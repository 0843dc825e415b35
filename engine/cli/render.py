"""``sgim render``: a latent as a picture, or as the generator's own numbers."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.common_options import add_device, add_json, add_pack, check_writable, keep_originals, with_sidecars
from engine.cli.edit import PICTURE_ENDINGS
from engine.errors import RequestError

if TYPE_CHECKING:
    import numpy as np


def register(subparsers: Any) -> None:
    """Add the verb."""
    parser = subparsers.add_parser("render", help="draw a latent")
    parser.add_argument("latent", type=Path, metavar="LATENT.safetensors")
    add_pack(parser)
    parser.add_argument("--out", required=True, type=Path, metavar="OUT.png|OUT.npy")
    add_device(parser)
    parser.add_argument("--strip", action="store_true", help="leave the provenance out of the picture")
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Render; .npy holds float32 (channels, H, W) in about [-1, 1], as the generator gives it. Raises ``SgimError``."""
    check_writable(args.out, (*PICTURE_ENDINGS, ".npy"))
    keep_originals([args.latent], with_sidecars([args.out]))
    import numpy as np

    from engine.cli.report import dumps
    from engine.cli.run_edit import open_studio
    from engine.media.atomic_files import write_file
    from engine.media.pictures import save_picture

    studio = open_studio(args.pack, args.device, args.threads, needs=("generator",))
    chw = render_latent(studio.loaded, args.latent)
    if args.out.suffix.lower() == ".npy":
        buffer = io.BytesIO()
        np.save(buffer, chw, allow_pickle=False)
        write_file(args.out, buffer.getvalue())
    else:
        import torch

        from engine.networks.channels import in_rgb

        rgb = in_rgb(torch.from_numpy(chw)[None])[0].numpy()
        pixels = np.round((np.clip(rgb, -1, 1).transpose(1, 2, 0) + 1) * 127.5).astype(np.uint8)
        save_picture(args.out, pixels, strip=args.strip, licence=studio.loaded.manifest.licence, drawn=True)
    print(dumps({"out": args.out, "shape": chw.shape}) if args.json else args.out)
    return 0


def render_latent(loaded: Any, path: Path) -> np.ndarray:
    """The latent of ``path`` drawn by the loaded pack: float32 (channels, H, W), about [-1, 1], not clipped.

    Raises ``RequestError`` when the file is no latent, or of another pack's shape.
    """
    import torch

    from engine.inversion.invert import tuned_generator
    from engine.latent_files import load_latent

    latent, origin = load_latent(path)
    if origin.get("pack") not in (None, "", loaded.pack.name):  # of the same shape, it would draw something else
        print(f"note: {path.name} was made with the pack {origin['pack']}, not {loaded.pack.name}.", file=sys.stderr)
    rows, width = loaded.num_ws, int(loaded.generator.w_dim)
    if tuple(latent.w.shape) != (rows, width):
        raise RequestError(
            f"The latent in {path.name} is {tuple(latent.w.shape)}, but the pack {loaded.pack.name} draws "
            f"({rows}, {width}); choose the pack it was made with."
        )
    structure = latent.edited_structure if loaded.has_structure else None
    if loaded.has_structure and structure is None:
        raise RequestError(f"{path.name} lacks the structure map the pack {loaded.pack.name} needs; invert again.")
    if structure is not None and structure.shape[0] != loaded.structure_channels:
        raise RequestError(
            f"The structure map in {path.name} has {structure.shape[0]} channels, but the pack {loaded.pack.name} "
            f"draws {loaded.structure_channels}; choose the pack it was made with."
        )
    device = loaded.device
    try:
        generator: Any = tuned_generator(loaded, latent.tuned_delta)
    except (KeyError, RuntimeError) as error:
        raise RequestError(
            f"The tuning in {path.name} does not fit the pack {loaded.pack.name}; choose the pack it was made with.",
            error,
        ) from error
    with torch.no_grad():
        w = latent.w[None].to(device)
        drawn = generator.synthesis(w) if structure is None else generator.synthesis(w, structure[None].to(device))
    if not drawn.isfinite().all():
        raise RequestError(f"The latent in {path.name} draws values that are not finite; write it again.")
    return drawn[0].float().cpu().numpy()
