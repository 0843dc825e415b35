"""`sgim train mapper --data FOLDER --out FOLDER`: an instant mapper distilled from finished optimisations."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.training.verb_arguments import loop_arguments, plan_of, told


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("--data", required=True, help="folder with images/ and audio/, laid out like the project's "
                        "data; fold 4 is left out")
    loop_arguments(parser, steps=1500, batch=12, rate=6e-4)
    parser.add_argument("--edits", type=int, default=300, help="finished optimisations to learn from")
    parser.add_argument("--edit-steps", type=int, help="steps of each of them (default: the pack's)")
    parser.add_argument("--text", action="append", default=[], help="a text that guides some of them (may be repeated)")
    parser.add_argument("--scratch", action="store_true", help="do not start from the pack's own mapper")


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Make the edits that are missing, train, write OUT/mapper.safetensors and .json."""
    import torch

    from engine.errors import PackError, RequestError
    from engine.networks.instant_mapper import InstantMapper, MapperConfig
    from engine.packs.store import DEFAULT_PACK
    from engine.studio import Studio
    from engine.training.instant_mapping import MapperRecipe
    from engine.training.loop import train
    from engine.training.mapper_task import MapperTask, finished_edits
    from engine.training.trained_part import write_trained_part

    if args.device not in ("auto", "cpu"):
        # the loss it shares with the starter's stages is written for it
        raise RequestError("This training computes on the processor; leave --device out.")
    plan = plan_of(args)
    studio = Studio("cpu")
    loaded = studio.load_pack(args.pack or DEFAULT_PACK)
    if not loaded.has_structure or loaded.encoder is None:
        raise PackError(f"{loaded.manifest.name} has no structure map or no inversion encoder, which an instant "
                        "mapper reads; train them first (sgim train inversion-encoder).")
    pictures, sounds = _training_files(Path(args.data))
    edits, broken = finished_edits(studio, pictures, sounds, args.text, args.edits, _folder(plan.out),
                                   steps=args.edit_steps, seed=args.seed)
    torch.manual_seed(args.seed)
    if loaded.mapper is not None and not args.scratch:
        mapper: Any = loaded.mapper
    else:
        config = loaded.generator.config
        mapper = InstantMapper(MapperConfig(num_ws=loaded.num_ws, w_dim=int(config.w_dim),
                                            structure_channels=int(config.structure_channels),
                                            embed_dim=len(edits[0].guide)))
    picture = loaded.manifest.preprocessing["picture"]
    recipe = MapperRecipe(args.steps, args.learning_rate, args.seed, int(picture["size"]), float(picture["mean"][0]),
                          float(picture["std"][0]), row_weight=0.05, follow_rows=True)
    task = MapperTask(mapper.requires_grad_(True), loaded.generator, loaded.encoder, loaded.embedder.clip, edits,
                      recipe, args.batch)
    result = train(task, plan)
    weights = write_trained_part(plan.out, "mapper", mapper, {"architecture": "instant_mapper",
                                                              "config": mapper.config.to_dict()})
    return told(result, "edits", weights, finished_edits=len(edits), broken=broken)


def _folder(out: Path) -> Path:
    folder = out / "edits"
    folder.mkdir(exist_ok=True)
    return folder


def _training_files(data: Path) -> tuple[list[Path], list[Path]]:
    """Pictures and sounds of the training folds."""
    from engine.training.picture_data import HELD_OUT_FOLD, read_picture_index
    from engine.training.readers.clips import table_rows

    table = data / "audio" / "index.csv"
    sounds = [table.parent / r["path"] for r in table_rows(table, ("path", "label"))
              if r.get("fold") != HELD_OUT_FOLD and r.get("split", "train") == "train"]
    return [r.path for r in read_picture_index(data) if r.fold != HELD_OUT_FOLD], sounds
