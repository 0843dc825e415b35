"""What a picture shows by a sound: the label's own words, drawn to its scene; frogs are heard at night."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.media.wav_files import save_wav
from engine.training.class_words import FACE_PHRASES, PROMPTS, SCENE_PHRASES
from engine.training.starter.run_folder import RunFolder
from engine.training.starter.sound_clips import (
    SHOWN_AS,
    label_vectors,
    learnt_labels,
    learnt_meanings,
    scene_and_face_vectors,
)
from engine.training.starter.text_stage import SOUND_TEMPLATES

LABELS = ("crickets", "drill", "frog")


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """Three labels, of which the data's classes know one; random vectors for every text."""
    audio = tmp_path / "data" / "audio"
    audio.mkdir(parents=True)
    lines = ["path,label,caption,source,licence,fold,split"]
    for label in LABELS:
        save_wav(audio / f"{label}.wav", np.zeros(800, np.float32), 8000)
        lines.append(f"{label}.wav,{label},{label},x,CC0,1,train")
    (audio / "index.csv").write_text("\n".join(lines))
    (tmp_path / "data" / "classes.csv").write_text("kind,label,canonical\nsound,crickets,night\n")
    run = RunFolder(tmp_path / "data", tmp_path / "run")
    phrases = [p for group in (SCENE_PHRASES, FACE_PHRASES) for said in group.values() for p in said]
    texts = [*(q.format(p) for p in phrases for q in PROMPTS), *(q.format(w) for w in LABELS for q in SOUND_TEMPLATES)]
    texts = list(dict.fromkeys(texts))
    targets = F.normalize(torch.randn(len(texts), 64, generator=torch.Generator().manual_seed(0)), dim=1)
    run.write_json("texts.json", texts)
    run.save("teacher.safetensors", {"targets": targets})
    return run


def test_meanings_lie_nearer_the_scene_than_what_the_first_listener_learnt(run: RunFolder) -> None:
    names, night = learnt_labels(run), scene_and_face_vectors(run)["night"]
    assert tuple(names) == LABELS
    learnt, meant = label_vectors(run, names), learnt_meanings(run)
    assert torch.allclose(meant.norm(dim=1), torch.ones(3), atol=1e-5)
    for label in ("crickets", "frog"):
        at = names.index(label)
        assert float(meant[at] @ night) > float(learnt[at] @ night) + 0.1
    drill = names.index("drill")
    assert torch.allclose(meant[drill], learnt[drill], atol=1e-5)


def test_every_sound_outside_the_classes_is_shown_as_a_class() -> None:
    assert set(SHOWN_AS.values()) <= {*SCENE_PHRASES, *FACE_PHRASES}
