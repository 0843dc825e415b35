"""`sgim train generator PICTURES --out FOLDER`: an artist's own folder of pictures becomes a pack."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("pictures", help="folder of pictures (any sizes, any depth)")
    parser.add_argument("--out", required=True, help="folder for checkpoints and the pack; run again to resume")
    parser.add_argument("--recipe", default="stylegan2-ada", choices=("stylegan2-ada",))
    parser.add_argument("--name", default="my-pictures", help="name of the pack")
    parser.add_argument("--domain", default="own pictures")
    parser.add_argument("--pack", help="pack whose joint embedder and sound encoder the new pack takes over "
                        "(default: the starter pack)")
    parser.add_argument("--resolution", type=int, default=64, choices=(32, 64, 128, 256, 512, 1024))
    parser.add_argument("--kimg", type=float, default=1000.0, help="thousand pictures shown in all")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--gamma", type=float, help="weight of R1 (default: 0.0002 R² / batch)")
    parser.add_argument("--channels", type=int, default=128, help="most feature maps of a layer (published: 512)")
    parser.add_argument("--latent", type=int, default=128, help="length of z and w (published: 512)")
    parser.add_argument("--no-mirror", action="store_true", help="do not show pictures mirrored")
    parser.add_argument("--licence", default="unknown", help="licence of the pictures, written into the pack")
    parser.add_argument("--checkpoint-minutes", type=float, default=10.0)
    parser.add_argument("--minutes", type=float, help="stop after this long (the same command goes on)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Train, then write the pack."""
    import torch

    from engine.errors import SaveError
    from engine.training.generator_pack import save_samples, write_generator_pack
    from engine.training.generator_task import GeneratorRecipe, GeneratorTask
    from engine.training.loop import LoopPlan, train
    from engine.training.picture_folder import PictureFolder
    from engine.training.ranks import join_ranks, leave_ranks

    out = Path(args.out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaveError(f"{out} cannot be made; choose another place.", error) from error
    recipe = GeneratorRecipe(resolution=args.resolution, kimg=args.kimg, batch=args.batch, gamma=args.gamma,
                             base=args.channels * 64, most=args.channels, latent=args.latent,
                             mirror=not args.no_mirror)
    ranks = join_ranks(args.device)
    try:
        if ranks.leads:
            PictureFolder(args.pictures, out, args.resolution,
                          report=lambda line: print(line, file=sys.stderr))  # noqa: T201
        ranks.wait()
        pictures = PictureFolder(args.pictures, out, args.resolution)
        torch.manual_seed(args.seed)
        task = GeneratorTask(pictures, recipe, ranks, args.seed)
        result = train(task, LoopPlan(out, seed=args.seed, checkpoint_minutes=args.checkpoint_minutes,
                                      minutes=args.minutes), ranks)
        if ranks.leads:
            save_samples(task.average, out / "samples.png")
            pack = write_generator_pack(out / "pack" / args.name, task.average, args)
    finally:
        leave_ranks()
    return {"steps": result.steps, "finished": result.finished, "pictures": pictures.count,
            "broken": len(pictures.broken), "pictures_per_second": round(result.items_per_second, 1), **result.last,
            "pack": str(pack) if ranks.leads else ""}
