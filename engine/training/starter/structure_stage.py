"""Stage ``structure``: generator and inversion encoder from real pictures and rendered weather."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from engine.media.atomic_files import written_beside
from engine.training.picture_data import HELD_OUT_FOLD, random_crop
from engine.training.starter.run_folder import RunFolder
from engine.training.structure_generator import StructureRecipe, train_structure
from engine.training.weather import random_weather

POOL, POOL_SEED, WEATHER_SHARE = 3500, 77, 0.35
SMALL_CROP, SMALL_SHARE = 96, 0.75
HELD_OUT_EVERY = 7


def weather_pool(run: RunFolder, pictures: np.ndarray, size: int) -> np.ndarray:
    """Pictures under random weather, rendered once: uint8 (POOL, size, size, 3)."""
    cache = run.file("weather_pool.npy")
    if not cache.is_file():
        rng = np.random.default_rng(POOL_SEED)
        drawn = [random_weather(random_crop(pictures[i % len(pictures)], size, rng), rng) for i in range(POOL)]
        with written_beside(cache) as beside:
            np.save(beside, np.stack(drawn))
    return np.load(cache)


def run_stage(run: RunFolder, steps: int, report: Callable[[str], None]) -> None:
    """Train for ``steps`` in all; resumes from the run folder."""
    recipe = StructureRecipe(total_steps=steps)
    rows, everything = run.scene_pictures()
    _, pictures = run.training_scenes()
    pool = weather_pool(run, pictures, recipe.resolution)
    held = [i for i, r in enumerate(rows) if r.fold == HELD_OUT_FOLD][::HELD_OUT_EVERY]
    size = (recipe.resolution, recipe.resolution)
    held_out = np.stack([cv2.resize(everything[i], size, interpolation=cv2.INTER_AREA) for i in held])

    def sampler(count: int, rng: np.random.Generator) -> np.ndarray:
        # Most batches are smaller crops: cheaper, and the fully convolutional networks see several scales.
        side = SMALL_CROP if rng.random() < SMALL_SHARE else recipe.resolution
        batch = []
        for _ in range(count):
            source = pool if rng.random() < WEATHER_SHARE else pictures
            batch.append(random_crop(source[rng.integers(len(source))], side, rng))
        return np.stack(batch)

    train_structure(sampler, held_out, run.file("structure"), recipe, report)
