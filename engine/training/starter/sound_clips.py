"""The recordings a starter sound encoder learns from, as log-mels, with the text vectors they should get."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.embedding.mel import MelConfig, log_mel
from engine.evaluation.starter_guides import read_sound_index
from engine.media.sounds import level_lufs, resampled
from engine.training.class_words import FACE_PHRASES, SCENE_PHRASES
from engine.training.picture_data import HELD_OUT_FOLD, read_canonical_classes
from engine.training.starter.further_sounds import training_recordings
from engine.training.starter.run_folder import RunFolder
from engine.training.starter.synthetic_sounds import MAKERS
from engine.training.starter.text_stage import SOUND_TEMPLATES, class_vectors

SHOWN_AS = {
    "cicadas": "night", "frog": "night", "wolf_howl": "night", "rooster": "sunset", "seagulls": "sea", "whale": "sea",
    "hail": "rain", "explosion": "fire",
}  # fmt: skip
"""What a picture shows by sounds that the data's classes leave out: frogs are heard at night, a rooster at sunrise."""
LEAN = 0.8
QUIETEST_LUFS, LUFS_RANGE = -50.0, 40.0
SYNTHETIC_EACH = 140
EXPECTED = 3.0


def loudness_share(lufs: float) -> float:
    """0 at −50 LUFS and below, 1 at −10 and above."""
    return float(np.clip((lufs - QUIETEST_LUFS) / LUFS_RANGE, 0, 1))


def leaned(target: Tensor, quiet: Tensor, loudness: float) -> Tensor:
    """A guide's vector for a sound of this loudness share: the quieter, the more it leans to "quiet"."""
    return F.normalize(target + LEAN * (1 - loudness) * quiet, dim=0)


@dataclass(frozen=True)
class Heard:
    """Training clips as log-mels in [-1, 1] (mels, frames), their class index and level."""

    mels: list[np.ndarray]
    label: np.ndarray
    lufs: np.ndarray
    names: list[str]


def read_clips(run: RunFolder, config: MelConfig) -> Heard:
    """All recordings to learn from."""
    recordings = training_recordings(run)
    names = learnt_labels(run)
    mels, lufs = [], []
    for recording in recordings:
        samples = resampled(recording.sound(), config.sample_rate).samples
        mels.append(log_mel(torch.from_numpy(np.ascontiguousarray(samples)), config)[0, 0].numpy().astype(np.float16))
        lufs.append(level_lufs(samples, config.sample_rate))
    return Heard(mels, np.array([names.index(r.label) for r in recordings]), np.array(lufs), names)


def taught_texts(run: RunFolder) -> tuple[dict[str, int], Tensor]:
    """Text → row of the teacher's vectors (N, d), and those vectors."""
    texts = run.read_json("texts.json", "teacher")
    return {t: i for i, t in enumerate(texts)}, run.load("teacher.safetensors", "teacher")["targets"]


def scene_and_face_vectors(run: RunFolder) -> dict[str, Tensor]:
    """Class → its unit vector (d,)."""
    known, targets = taught_texts(run)
    return dict(zip([*SCENE_PHRASES, *FACE_PHRASES], class_vectors(targets, known), strict=True))


def label_vectors(run: RunFolder, names: list[str]) -> Tensor:
    """One unit vector (d,) per sound label: its own words, halfway to its scene's where it has one."""
    known, targets = taught_texts(run)
    captions: dict[str, set[str]] = {}
    for row in read_sound_index(run.data):
        captions.setdefault(row.label, set()).add(row.caption)
    classes = scene_and_face_vectors(run)
    canonical = read_canonical_classes(run.data, "sound")
    vectors = []
    for name in names:
        said = [targets[known[q.format(c)]] for c in sorted(captions[name]) for q in SOUND_TEMPLATES]
        vector = F.normalize(torch.stack(said).mean(0), dim=0)
        if name in canonical:
            vector = F.normalize(vector + classes[canonical[name]], dim=0)
        vectors.append(vector)
    return torch.stack(vectors)


def learnt_labels(run: RunFolder) -> list[str]:
    """The labels of all openly licensed clips outside the held-out fold, in order."""
    rows = read_sound_index(run.data)
    return sorted({r.label for r in rows if r.fold != HELD_OUT_FOLD and r.split == "train"})


def learnt_meanings(run: RunFolder) -> Tensor:
    """The vectors (K, d) of all labels that were learnt, for ``engine.embedding.joint.towards_meanings``.

    Nearer to the scene's or face's than what the first listener learnt to answer: crickets are heard as crickets, and
    what a picture is to show by them is a night.
    """
    names = learnt_labels(run)
    canonical = {**SHOWN_AS, **read_canonical_classes(run.data, "sound")}
    classes = scene_and_face_vectors(run)
    shown = [classes[canonical[name]] if name in canonical else torch.zeros(()) for name in names]
    return torch.stack([F.normalize(v + s, dim=0) for v, s in zip(label_vectors(run, names), shown, strict=True)])


def expected_labels(run: RunFolder) -> Tensor:
    """How much more often than others a label (K,) is to be expected: what the packs can draw is what they are given.

    Over the training folds, each held out once, the second listener alone is then right on 0.85 instead of 0.81 of the
    sounds of scenes and faces, and on 0.43 instead of 0.47 of all others.
    """
    canonical = read_canonical_classes(run.data, "sound")
    return torch.tensor([EXPECTED if label in canonical else 1.0 for label in learnt_labels(run)])


def with_synthetic(clips: Heard, config: MelConfig, seed: int) -> tuple[Heard, int]:
    """The clips followed by synthesised ones; and the index of the first of those."""
    rng = np.random.default_rng(seed)
    mels, labels, lufs = list(clips.mels), list(clips.label), list(clips.lufs)
    first = len(mels)
    for name, make in MAKERS.items():
        for _ in range(SYNTHETIC_EACH):
            samples = make(rng)
            mels.append(log_mel(torch.from_numpy(samples), config)[0, 0].numpy().astype(np.float16))
            labels.append(clips.names.index(name))
            lufs.append(level_lufs(samples, config.sample_rate))
    return Heard(mels, np.array(labels), np.array(lufs), clips.names), first
