"""`sgim train sound-encoder --data SHARDS --pack P --out FOLDER`, alone or under torchrun."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb; defaults are the paper's."""
    parser.add_argument("--data", required=True, help="shard folder (made by sgim train shard), or a collection, "
                        "which is cut into shards in OUT/shards first")
    parser.add_argument("--out", required=True, help="folder for checkpoints and the encoder; run again to resume")
    parser.add_argument("--pack", help="pack whose joint embedder the encoder learns (default: the starter pack)")
    parser.add_argument("--pictures", help="folder with images/index.csv: pictures for clips that have none")
    parser.add_argument("--encoder", default="swin_tiny",
                        choices=("conv", "swin_small", "swin_tiny", "resnet18", "resnet50"))
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--batch", type=int, default=384, help="clips per step over all ranks")
    parser.add_argument("--accumulate", type=int, default=1, help="compute a rank's clips in this many parts")
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument("--cycles", type=int, default=5, help="restarts of the cosine learning rate")
    parser.add_argument("--temperature", type=float, default=0.07)
    parser.add_argument("--objective", default="2024", choices=("2024", "2022", "workshop"))
    for name, words in (("text", "a-t, Eq. 5"), ("picture", "a-v, Eq. 6"), ("self", "a-a, Eq. 8"), ("kl", "Eq. 12")):
        parser.add_argument(f"--no-{name}", action="store_true", help=f"leave out the {name} loss ({words})")
    parser.add_argument("--gain-jitter", type=float, default=3.0, help="dB, the same for both views of a clip")
    parser.add_argument("--full-precision", action="store_true", help="float32 instead of bf16")
    parser.add_argument("--checkpoint-minutes", type=float, default=10.0)
    parser.add_argument("--minutes", type=float, help="stop after this long (the same command goes on)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Train; returns what was done and where the encoder lies."""
    from engine.embedding.mel import MelConfig
    from engine.networks.sound_encoders import build_sound_encoder
    from engine.training.feature_cache import cache_features
    from engine.training.loop import LoopPlan, train
    from engine.training.losses import LossWeights
    from engine.training.ranks import join_ranks, leave_ranks
    from engine.training.shard_stream import ShardStream
    from engine.training.sound_augmentation import SoundAugmentation
    from engine.training.sound_encoder_task import SoundEncoderRecipe, SoundEncoderTask
    from engine.training.towers import open_towers
    from engine.training.trained_part import write_trained_part

    out, mel = Path(args.out), MelConfig()
    weights = LossWeights(*(0.0 if off else 1.0 for off in (args.no_text, args.no_picture, args.no_self, args.no_kl)))
    recipe = SoundEncoderRecipe(
        epochs=args.epochs, learning_rate=args.learning_rate, weight_decay=args.weight_decay, batch=args.batch,
        cycles=args.cycles, temperature=args.temperature, objective=args.objective, weights=weights,
        accumulate=args.accumulate, half=not args.full_precision,
    )
    ranks = join_ranks(args.device)
    try:
        towers = open_towers(args.pack, ranks.device)
        shards = Path(args.data) if _holds_shards(Path(args.data)) else out / "shards"
        if ranks.leads:
            if shards != Path(args.data):
                _cut(Path(args.data), shards, mel.sample_rate)
            cache_features(shards, towers, pictures=args.pictures, seed=args.seed,
                           report=lambda line: print(line, file=sys.stderr))  # noqa: T201
        ranks.wait()
        stream = ShardStream(shards, mel, args.batch, seed=args.seed, rank=ranks.rank, world=ranks.world,
                             augmentation=SoundAugmentation(gain_db=args.gain_jitter))
        config = {"kind": args.encoder, "out_dim": towers.width, "mels": mel.n_mels, "frames": mel.frames}
        import torch

        torch.manual_seed(args.seed)
        task = SoundEncoderTask(build_sound_encoder(config), stream, recipe, ranks)
        result = train(task, LoopPlan(out, seed=args.seed, checkpoint_minutes=args.checkpoint_minutes,
                                      minutes=args.minutes), ranks)
        if ranks.leads:
            # everything a pack's sound_encoder part needs
            write_trained_part(out, "sound_encoder", task.network, {
                "architecture": "sgim_sound_encoder", "config": config, "mel": mel.to_dict(),
                "tower": towers.fingerprint})
    finally:
        leave_ranks()
    for name, what in stream.unreadable_names.items():
        print(f"left out: {name} ({what})", file=sys.stderr)  # noqa: T201
    return {"steps": result.steps, "finished": result.finished, "clips_per_second": round(result.items_per_second, 1),
            "unreadable_clips": stream.unreadable, **result.last, "encoder": str(out / "sound_encoder.safetensors")}


def _holds_shards(data: Path) -> bool:
    return data.is_dir() and (next(data.glob("*.tar"), None) is not None or (data / "shards.json").is_file())


def _cut(data: Path, shards: Path, rate: int) -> None:
    """Shards of a collection's training split; of an index.csv collection without its held-out fold."""
    from engine.training.readers.layouts import recognise_layout
    from engine.training.shard_writer import ShardPlan, write_shards

    held_out = ("4",) if data.is_dir() and recognise_layout(data) == "index" else ()
    write_shards(data, shards, ShardPlan(rate=rate, splits=("train",), without_folds=held_out),
                 report=lambda line: print(line, file=sys.stderr))  # noqa: T201
