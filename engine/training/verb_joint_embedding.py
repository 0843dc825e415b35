"""`sgim train joint-embedding --data FOLDER --out FOLDER`: picture and text towers from captioned pictures."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.training.verb_arguments import device_of, loop_arguments, plan_of, told


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument("--data", required=True, help="folder with images/index.csv (path, label, caption, …), laid "
                        "out like the project's data; fold 4 is left out")
    loop_arguments(parser, steps=2000, batch=48, rate=5e-4)
    parser.add_argument("--scratch", action="store_true", help="start from random weights of the pack's architecture "
                        "(its sound encoder then has to be trained again)")
    parser.add_argument("--freeze-text", action="store_true", help="teach the picture tower alone; texts and sounds "
                        "keep their places")


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Train; writes OUT/joint_embedder.safetensors and .json."""
    import torch

    from engine.embedding.clip_text import build_tokenizer
    from engine.embedding.joint import build_clip
    from engine.packs.store import DEFAULT_PACK, PackStore
    from engine.training.joint_task import CaptionedPictures, JointTask
    from engine.training.loop import train
    from engine.training.trained_part import write_trained_part

    plan, device = plan_of(args), device_of(args)
    pack = PackStore().open(args.pack or DEFAULT_PACK)
    part, picture = pack.part("joint_embedder"), pack.manifest.preprocessing["picture"]
    torch.manual_seed(args.seed)
    clip = build_clip(part.config)
    if not args.scratch:
        clip.load_state_dict(pack.tensors("joint_embedder"))
    size = int(picture["size"])
    pictures = CaptionedPictures(Path(args.data), plan.out, max(size, 128))
    tokenize = build_tokenizer(int(part.config["text_cfg"].get("context_length", 77)), part.config.get("merges"))
    task = JointTask(clip, tokenize, pictures, size=size, mean=picture["mean"], std=picture["std"], steps=args.steps,
                     batch=args.batch, rate=args.learning_rate, freeze_text=args.freeze_text, seed=args.seed,
                     device=device)
    result = train(task, plan)
    weights = write_trained_part(plan.out, "joint_embedder", clip, {
        "architecture": part.architecture, "config": dict(part.config), "preprocessing": {"picture": dict(picture)}})
    return told(result, "pictures", weights, pictures=len(pictures.captions), broken=len(pictures.broken))
