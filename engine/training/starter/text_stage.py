"""Stages ``teacher`` and ``text``: the texts, the teacher's joint space, and the text tower distilled from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.embedding.joint import build_clip
from engine.evaluation.paraphrases import PARAPHRASES
from engine.evaluation.starter_guides import read_sound_index
from engine.training.class_words import FACE_PHRASES, PROMPTS, SCENE_PHRASES
from engine.training.joint_embedding import JointRecipe, train_text_tower
from engine.training.picture_data import read_picture_index
from engine.training.starter.run_folder import RunFolder
from engine.training.text_teacher import SentenceTeacher, fit_projection, project

SOUND_TEMPLATES = ("{}", "the sound of {}", "a recording of {}")
FRAMES = (
    "a {} {}", "{} over the {}", "{} and {}", "the {} of the {}",
    "{} in the {}", "{} {}", "a {} with {}", "under the {} {}",
)  # fmt: skip
QUIET = ("a faint quiet sound", "barely audible", "silence", "very quiet and far away")
WORDS, RANDOM_PHRASES = 16_000, 14_000
NEAR_WORDS, NEAR_PHRASES = 2_600, 6_500


def class_phrases() -> list[str]:
    """Every training phrase of scenes and faces."""
    return [p for group in (SCENE_PHRASES, FACE_PHRASES) for phrases in group.values() for p in phrases]


def first_corpus(run: RunFolder, vocabulary: list[str], rng: np.random.Generator) -> tuple[list[str], int]:
    """(texts, how many of them at the front are about the data): captions, labels, phrases, then plain vocabulary."""
    phrases = class_phrases()
    texts = [q.format(p) for p in phrases for q in PROMPTS]
    captions: dict[str, set[str]] = {}
    for row in read_sound_index(run.data):
        captions.setdefault(row.label, set()).add(row.caption)
    for label, said in captions.items():
        texts += [q.format(w) for w in [label.replace("_", " "), *sorted(said)] for q in SOUND_TEMPLATES]
    pictures = read_picture_index(run.data, domains=("landscape", "painting", "portrait"))
    texts += sorted({r.caption for r in pictures})
    texts += sorted({q.format(r.label.replace("_", " ")) for r in pictures for q in PROMPTS})
    texts = list(dict.fromkeys(texts))
    about_data = len(texts)
    texts += vocabulary[:WORDS]
    for _ in range(RANDOM_PHRASES):
        count = int(rng.integers(2, 4))
        words = [vocabulary[int(j)] for j in (rng.random(count) ** 1.7 * WORDS).astype(int)]
        if rng.random() < 0.5:
            words = [phrases[int(rng.integers(len(phrases)))], words[0]][:: int(rng.choice([1, -1]))]
        said_words = " ".join(words)
        texts.append(PROMPTS[int(rng.integers(5))].format(said_words) if rng.random() < 0.6 else said_words)
    return list(dict.fromkeys(texts)), about_data


def near_corpus(vocabulary: list[str], nearness: Tensor, rng: np.random.Generator) -> list[str]:
    """Phrases of the words that the teacher places nearest to the classes, so that rare ones are learned well."""
    order = nearness.argsort(descending=True)[:NEAR_WORDS].tolist()
    near = [vocabulary[i] for i in order]
    phrases = class_phrases()
    texts = [PROMPTS[int(rng.integers(1, 5))].format(w) for w in near]
    for _ in range(NEAR_PHRASES):
        first = near[int(rng.random() ** 1.5 * len(near))]
        other = (
            near[int(rng.random() ** 1.5 * len(near))]
            if rng.random() < 0.7
            else phrases[int(rng.integers(len(phrases)))]
        )
        texts.append(FRAMES[int(rng.integers(len(FRAMES)))].format(first, other))
    return [*near, *texts]


def run_teacher(run: RunFolder, report: Callable[[str], None]) -> None:
    """Encode all texts with the sentence teacher and fit the projection.

    Nothing fixes how the joint space is turned: another run's vectors are these up to a rotation, so that towers and
    mappers go only with the teacher they learnt from.
    """
    rng = np.random.default_rng(0)
    teacher = SentenceTeacher()
    vocabulary = teacher.vocabulary()
    texts, about_data = first_corpus(run, vocabulary, rng)
    report(f"encoding {len(texts)} texts")
    vectors = torch.cat([teacher(texts[i : i + 2000]) for i in range(0, len(texts), 2000)])
    known: Mapping[str, int] = {t: i for i, t in enumerate(texts)}
    groups = {**SCENE_PHRASES, **FACE_PHRASES}
    phrase_vectors = {p: vectors[known[p]] for phrases in groups.values() for p in phrases}
    weight, mean = fit_projection(phrase_vectors, groups, vectors, JointRecipe().dim)
    words = vocabulary
    word_vectors = torch.cat([teacher(words[i : i + 2000]) for i in range(0, len(words), 2000)])
    phrases = project(torch.stack([phrase_vectors[p] for p in class_phrases()]), weight, mean)
    nearness = (project(word_vectors, weight, mean) @ phrases.t()).amax(1)
    tested = {p for group in PARAPHRASES.values() for p in group}
    near = near_corpus(words, nearness, np.random.default_rng(4))
    extra = [t for t in dict.fromkeys([*words, *near]) if t not in known and t not in tested]
    report(f"encoding {len(extra)} texts near the classes")
    vectors = torch.cat([vectors, *(teacher(extra[i : i + 2000]) for i in range(0, len(extra), 2000))])
    odds = torch.ones(len(texts) + len(extra))
    odds[:about_data] = 2.0
    odds[len(texts) :] = 2.5
    run.write_json("texts.json", [*texts, *extra])
    quiet = quiet_direction(teacher, weight, mean, vectors, {t: i for i, t in enumerate([*texts, *extra])})
    run.save(
        "teacher.safetensors",
        {"targets": project(vectors, weight, mean), "weight": weight, "mean": mean, "odds": odds, "quiet": quiet},
    )


def quiet_direction(
    teacher: SentenceTeacher, weight: Tensor, mean: Tensor, vectors: Tensor, known: Mapping[str, int]
) -> Tensor:
    """The unit vector (d,) of "quiet", made orthogonal to every class so that leaning to it never changes the class."""
    quiet = project(teacher(QUIET), weight, mean).mean(0)
    classes = class_vectors(project(vectors, weight, mean), known)
    basis, _ = torch.linalg.qr(classes.t())
    return F.normalize(quiet - basis @ (basis.t() @ quiet), dim=0)


def class_vectors(targets: Tensor, known: Mapping[str, int]) -> Tensor:
    """The teacher's vector of every scene and face class: (12, d) unit, order of the phrase tables."""
    groups = {**SCENE_PHRASES, **FACE_PHRASES}
    means = [
        torch.stack([targets[known[q.format(p)]] for p in phrases for q in PROMPTS]).mean(0)
        for phrases in groups.values()
    ]
    return F.normalize(torch.stack(means), dim=1)


def run_text_tower(run: RunFolder, steps: int, report: Callable[[str], None]) -> None:
    """Distil the text tower from the teacher's vectors."""
    texts = run.read_json("texts.json", "teacher")
    teacher = run.load("teacher.safetensors", "teacher")
    recipe = JointRecipe()
    torch.manual_seed(0)
    clip: nn.Module = build_clip(recipe.clip_config())
    train_text_tower(clip, texts, teacher["targets"], teacher["odds"], steps=steps, batch=256, seed=1, report=report)
    run.save("text_tower.safetensors", clip.state_dict())
