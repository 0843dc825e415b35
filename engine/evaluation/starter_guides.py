"""How well a pack's joint space hears, reads and sees: zero-shot through its own text prompts."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.embedding.joint import JointEmbedder
from engine.errors import DataError
from engine.evaluation.judge import SCENE_CLASSES, LabelledPictures
from engine.evaluation.paraphrases import PARAPHRASES
from engine.media.sounds import load_sound
from engine.training.picture_data import HELD_OUT_FOLD, read_canonical_classes

ESC10 = (
    "dog_barking", "rooster", "rain", "sea_waves", "fire_crackling",
    "baby_crying", "sneezing", "clock_tick", "helicopter", "chainsaw",
)  # fmt: skip
SOUND_PROMPTS = ("{}", "the sound of {}", "a recording of {}")
SCENE_PROMPTS = ("{}", "a picture of {}", "a painting of {}", "a landscape with {}")
SCENE_WORDS = {
    "sunny": ("sunshine", "a sunny day", "a clear blue sky"),
    "cloudy": ("a cloudy sky", "overcast weather", "grey clouds"),
    "sunset": ("a sunset", "a sunrise", "an evening sky"),
    "rain": ("rain", "rainy weather", "falling rain"),
    "thunderstorm": ("a thunderstorm", "lightning", "thunder"),
    "snow": ("snow", "a snowy landscape", "winter"),
    "fog": ("fog", "mist", "a foggy landscape"),
    "fire": ("fire", "flames", "a burning forest"),
    "sea": ("the sea", "ocean waves", "the coast"),
    "night": ("night", "a night sky", "a dark night"),
}


@dataclass(frozen=True)
class SoundRow:
    """One line of ``audio/index.csv``."""

    path: Path
    label: str
    caption: str
    fold: str
    split: str


def read_sound_index(data: Path) -> list[SoundRow]:
    """Rows of ``data/audio/index.csv``."""
    index = data / "audio" / "index.csv"
    if not index.is_file():
        raise DataError(
            f"{index} is missing; name a folder laid out like the project's data (audio/, images/, classes.csv)."
        )
    with index.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return [SoundRow(index.parent / r["path"], r["label"], r["caption"], r["fold"], r["split"]) for r in rows]


def held_out_sounds(data: Path) -> list[SoundRow]:
    """Rows of fold 4."""
    return [r for r in read_sound_index(data) if r.fold == HELD_OUT_FOLD]


def prompt_vectors(embedder: JointEmbedder, words: Sequence[Sequence[str]], prompts: Sequence[str]) -> Tensor:
    """One unit vector per class (K, d): the mean over its words and prompts."""
    means = [embedder.texts([p.format(w) for w in group for p in prompts]).mean(0) for group in words]
    return F.normalize(torch.stack(means), dim=-1)


def scene_vectors(embedder: JointEmbedder) -> Tensor:
    """The ten scene classes as text vectors (10, d)."""
    return prompt_vectors(embedder, [SCENE_WORDS[c] for c in SCENE_CLASSES], SCENE_PROMPTS)


def sound_zero_shot(embedder: JointEmbedder, rows: Sequence[SoundRow]) -> tuple[float, int, dict[str, float]]:
    """(top-1, number of clips, top-1 by class) over the ESC-10 classes."""
    captions: dict[str, set[str]] = {}
    for row in rows:
        captions.setdefault(row.label, set()).add(row.caption)
    words = [sorted({c.replace("_", " "), *captions.get(c, set())}) for c in ESC10]
    classes = prompt_vectors(embedder, words, SOUND_PROMPTS)
    right: dict[str, list[bool]] = {}
    for row in rows:
        if row.label in ESC10:
            said = int((classes @ embedder.sound(load_sound(row.path)).vector).argmax())
            right.setdefault(row.label, []).append(ESC10[said] == row.label)
    if not right:
        raise DataError("No clip of the ESC-10 classes lies in the held-out fold; name another data folder.")
    every = [x for values in right.values() for x in values]
    return float(np.mean(every)), len(every), {k: float(np.mean(v)) for k, v in right.items()}


def picture_zero_shot(embedder: JointEmbedder, data: LabelledPictures) -> tuple[float, int, dict[str, float]]:
    """(top-1, number of pictures, top-1 by class) over the ten scene classes, held-out pictures."""
    classes = scene_vectors(embedder)
    held = np.flatnonzero(data.held_out)
    said = []
    with torch.no_grad():
        for i in range(0, len(held), 32):
            x = torch.from_numpy(data.pictures[held[i : i + 32]]).permute(0, 3, 1, 2).float() / 127.5 - 1
            said.append((embedder.pictures(x) @ classes.t()).argmax(1))
    answer, truth = torch.cat(said).numpy(), data.classes[held]
    by_class = {c: float((answer[truth == i] == i).mean()) for i, c in enumerate(SCENE_CLASSES) if (truth == i).any()}
    return float((answer == truth).mean()), len(held), by_class


def paraphrase_accuracy(embedder: JointEmbedder) -> tuple[float, list[tuple[str, str, str]]]:
    """(top-1, the misses as (class, words, said)) over sixty paraphrases that no training caption uses."""
    classes = scene_vectors(embedder)
    misses, total = [], 0
    for name in SCENE_CLASSES:
        for words in PARAPHRASES[name]:
            said = SCENE_CLASSES[int((embedder.texts([words])[0] @ classes.t()).argmax())]
            total += 1
            if said != name:
                misses.append((name, words, said))
    return 1 - len(misses) / total, misses


def sounds_of_class(data: Path, rows: Sequence[SoundRow], name: str) -> list[SoundRow]:
    """Held-out clips whose edit should be seen as the canonical class ``name``."""
    canonical = read_canonical_classes(data, "sound")
    return [r for r in rows if canonical.get(r.label) == name]
