"""`sgim train inversion-encoder PICTURES --out FOLDER`: the encoder that finds a picture in a pack's generator."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from engine.training.verb_arguments import device_of, loop_arguments, plan_of, told


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("pictures", help="folder of pictures (any sizes, any depth)")
    loop_arguments(parser, steps=2600, batch=16, rate=1.5e-3)
    parser.add_argument("--scratch", action="store_true", help="do not start from the pack's own encoder")


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Train through the pack's frozen generator; writes OUT/inversion_encoder.safetensors and .json."""
    import torch

    from engine.networks.registry import build
    from engine.packs.open_network import open_network
    from engine.packs.store import DEFAULT_PACK, PackStore
    from engine.training.inversion_task import InversionTask
    from engine.training.loop import train
    from engine.training.picture_folder import PictureFolder
    from engine.training.trained_part import write_trained_part

    plan, device = plan_of(args), device_of(args)
    pack = PackStore().open(args.pack or DEFAULT_PACK)
    generator: Any = open_network(pack, "generator")
    pictures = PictureFolder(args.pictures, plan.out, pack.manifest.resolution,
                             report=lambda line: print(line, file=sys.stderr))  # noqa: T201
    torch.manual_seed(args.seed)
    if pack.has("inversion_encoder"):
        part = pack.part("inversion_encoder")
        architecture, config = part.architecture, dict(part.config)
        encoder = build(architecture, config) if args.scratch else open_network(pack, "inversion_encoder")
    else:
        architecture, config = _fresh(generator, pack.manifest.resolution)
        encoder = build(architecture, config)
    task = InversionTask(encoder.requires_grad_(True), generator, pictures, steps=args.steps, batch=args.batch,
                         rate=args.learning_rate, seed=args.seed, device=device)
    result = train(task, plan)
    weights = write_trained_part(plan.out, "inversion_encoder", task.average,
                                 {"architecture": architecture, "config": config})
    return told(result, "pictures", weights, pictures=pictures.count, broken=len(pictures.broken))


def _fresh(generator: Any, resolution: int) -> tuple[str, dict[str, Any]]:
    """The encoder that suits a generator: F/W+ where it starts from a structure map, else pSp."""
    channels = int(getattr(getattr(generator, "config", None), "structure_channels", 0))
    if channels:
        return "structure_inversion", {"resolution": resolution, "structure_channels": channels,
                                       "num_ws": int(generator.num_ws), "w_dim": int(generator.config.w_dim)}
    return "psp", {"rows": int(generator.num_ws), "w_dim": int(generator.config.w_dim)}
