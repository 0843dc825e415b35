"""Stage ``pictures``: the picture tower, from real pictures, portraits and rendered weather."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from engine.embedding.joint import build_clip
from engine.training.class_words import FACE_PHRASES, SCENE_PHRASES
from engine.training.joint_embedding import (
    JointRecipe,
    PictureBatch,
    augment_picture,
    normalised,
    train_picture_tower,
)
from engine.training.lightning import lightning_photograph
from engine.training.picture_data import (
    HELD_OUT_FOLD,
    load_square,
    random_crop,
    read_canonical_classes,
    read_picture_index,
)
from engine.training.starter.pairs_stage import read_pairs
from engine.training.starter.run_folder import RunFolder
from engine.training.starter.text_stage import class_vectors
from engine.training.weather import RENDERERS

MEAN, STD = (0.45, 0.45, 0.45), (0.27, 0.27, 0.27)
SCENES, RENDERED, LIGHTNING = 0.58, 0.22, 0.04
RATE, RATE_AGAIN = 2e-3, 1e-3
FAINT = 0.45
"""A render weaker than this is shown with its caption only, not as an example of its class."""


def run_stage(run: RunFolder, steps: int, report: Callable[[str], None]) -> None:
    """Train the tower beside the frozen text tower; goes on from the folder's own at half the rate."""
    recipe = JointRecipe()
    classes = [*SCENE_PHRASES, *FACE_PHRASES]
    texts = run.read_json("texts.json", "teacher")
    known = {t: i for i, t in enumerate(texts)}
    targets = run.load("teacher.safetensors", "teacher")["targets"]
    prototypes = class_vectors(targets, known)
    canonical = {**read_canonical_classes(run.data, "picture"), "smiling": "smiling", "neutral": "neutral"}
    rows, pictures = run.training_scenes()
    faces = [r for r in read_picture_index(run.data, domains=("portrait",)) if r.fold != HELD_OUT_FOLD]
    face_pictures = np.stack([load_square(r.path, 128) for r in faces])
    pairs, names = read_pairs(run), list(RENDERERS)

    def class_of(label: str) -> int:
        return classes.index(canonical[label]) if label in canonical else -1

    scene_class, face_class = [class_of(r.label) for r in rows], [class_of(r.label) for r in faces]
    counts = np.bincount([c for c in scene_class if c >= 0], minlength=len(classes))
    odds = np.array([1 / np.sqrt(counts[c]) if c >= 0 else 0.04 for c in scene_class])
    odds /= odds.sum()
    scene_caption = torch.stack([targets[known[r.caption]] for r in rows])
    face_caption = torch.stack([targets[known[r.caption]] for r in faces])

    def sampler(count: int, rng: np.random.Generator) -> PictureBatch:
        shown, captions, labels = [], [], []
        for _ in range(count):
            kind = rng.random()
            if kind < SCENES:
                i = int(rng.choice(len(rows), p=odds))
                picture, caption, label = pictures[i], scene_caption[i], scene_class[i]
            elif kind < SCENES + RENDERED:
                i = int(rng.integers(len(pairs.after)))
                label = classes.index(names[pairs.weather[i]])
                picture, caption = pairs.after[i], prototypes[label]
                label = -1 if pairs.amount[i] < FAINT else label
            elif kind < SCENES + RENDERED + LIGHTNING:
                label = classes.index("thunderstorm")
                scene = random_crop(pictures[int(rng.integers(len(pictures)))], 160, rng)
                picture, caption = lightning_photograph(scene, rng), prototypes[label]
            else:
                i = int(rng.integers(len(faces)))
                picture, caption, label = face_pictures[i], face_caption[i], face_class[i]
            shown.append(augment_picture(picture, recipe.picture_size, rng))
            captions.append(caption)
            labels.append(label)
        return PictureBatch(np.stack(shown), torch.stack(captions), torch.tensor(labels))

    torch.manual_seed(0)
    clip = build_clip(recipe.clip_config())
    again = run.file("clip.safetensors").is_file()
    clip.load_state_dict(run.load("clip.safetensors" if again else "text_tower.safetensors", "text"))
    train_picture_tower(
        clip, sampler, prototypes, mean=MEAN, std=STD, steps=steps, batch=48, seed=4 if again else 3,
        rate=RATE_AGAIN if again else RATE, report=report,
    )  # fmt: skip
    run.save("clip.safetensors", clip.state_dict())


@torch.no_grad()
def picture_vectors(clip: Any, pictures: np.ndarray) -> torch.Tensor:
    """Unit vectors (N, d) of uint8 (N, S, S, 3) at the tower's size."""
    return torch.cat(
        [
            F.normalize(clip.visual(normalised(pictures[i : i + 64], MEAN, STD)), dim=-1)
            for i in range(0, len(pictures), 64)
        ]
    )
