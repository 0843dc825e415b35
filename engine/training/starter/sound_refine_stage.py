"""Stage ``sounds-refine``: the scenes' recordings and synthesised ones weigh more, and are told apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.embedding.mel import MelConfig, log_mel
from engine.networks.sound_encoders import build_sound_encoder
from engine.training.class_words import FACE_PHRASES, SCENE_PHRASES
from engine.training.picture_data import read_canonical_classes
from engine.training.starter.mel_views import masked, mixed_mel, over_background, varied_mel, window
from engine.training.starter.run_folder import RunFolder
from engine.training.starter.sound_clips import label_vectors, leaned, loudness_share, read_clips, with_synthetic
from engine.training.starter.sound_stage import BATCH, MIX_SHARE, NEARNESS, Loss, descend, every
from engine.training.starter.synthetic_noise import background
from engine.training.starter.text_stage import class_vectors

REFINE_RATE = 6e-4
BACKGROUNDS = 80
REFINED_SHARE = 0.5
"""The weights end halfway between before and after refining (a "model soup", Wortsman et al. 2022): the scenes' gain
without forgetting the other sounds."""
SCENE_SHARE, SYNTHETIC_SHARE = 0.45, 0.33


def run_stage(run: RunFolder, steps: int, report: Callable[[str], None]) -> None:
    """Refine the encoder for the scenes: their recordings and synthesised ones weigh more, and are told apart."""
    config = MelConfig()
    clips, first_made = with_synthetic(read_clips(run, config), config, 17)
    vectors = label_vectors(run, clips.names)
    texts = run.read_json("texts.json", "teacher")
    teacher = run.load("teacher.safetensors", "teacher")
    scenes = class_vectors(teacher["targets"], {t: i for i, t in enumerate(texts)})
    names, canonical = [*SCENE_PHRASES, *FACE_PHRASES], read_canonical_classes(run.data, "sound")
    scene_of = np.array(
        [names.index(canonical[clips.names[k]]) if clips.names[k] in canonical else -1 for k in clips.label]
    )
    index = np.arange(len(clips.mels))
    groups = (index[(scene_of >= 0) & (index < first_made)], index[index >= first_made], index[index < first_made])

    def odds(chosen: np.ndarray, of: np.ndarray, power: float) -> np.ndarray:
        counts = {v: int((of[chosen] == v).sum()) for v in set(of[chosen].tolist())}
        weight = np.array([counts[int(of[i])] ** -power for i in chosen])
        return np.asarray(weight / weight.sum())

    made = [log_mel(torch.from_numpy(background(np.random.default_rng((19, k)))), config)[0, 0].numpy()
            for k in range(BACKGROUNDS)]  # fmt: skip
    over_noise = {names.index("night"), names.index("sunny")}
    drawn = [odds(groups[0], scene_of, 0.8), odds(groups[1], scene_of, 0.4), odds(groups[2], clips.label, 0.5)]
    torch.manual_seed(0)
    shape = run.read_json("sound_encoder.json", "sounds")
    network = build_sound_encoder(shape)
    network.load_state_dict(run.load("sound_encoder_first.safetensors", "sounds"))
    network.train()

    def draw(step: int) -> tuple[np.ndarray, Loss]:
        rng = np.random.default_rng((41, step))
        mels: list[np.ndarray] = []
        labels: list[int] = []
        picked: list[int] = []
        wanted: list[Tensor] = []
        for _ in range(BATCH):
            kind = rng.random()
            g = 0 if kind < SCENE_SHARE else 1 if kind < SCENE_SHARE + SYNTHETIC_SHARE else 2
            i = int(rng.choice(groups[g], p=drawn[g]))
            mel, gain = varied_mel(clips.mels[i], config, rng)
            if int(scene_of[i]) in over_noise and rng.random() < 0.6:
                # Crickets and birds are recorded out of doors; games give them clean.
                noise = window(made[int(rng.integers(BACKGROUNDS))], config.frames, rng)
                mel = over_background(mel, noise, float(rng.uniform(-6, 22)), config)
            if rng.random() < MIX_SHARE:
                # The same scene heard twice at once, or a faint other sound behind it.
                same = index[scene_of == scene_of[i]] if scene_of[i] >= 0 and rng.random() < 0.5 else index
                j = int(rng.choice(same))
                part = float(rng.uniform(0, 0.5 if scene_of[j] == scene_of[i] and scene_of[i] >= 0 else 0.2))
                mel = mixed_mel(mel, varied_mel(clips.mels[j], config, rng)[0], part, config)
            mels.append(masked(mel, rng))
            labels.append(int(clips.label[i]))
            picked.append(int(scene_of[i]))
            wanted.append(
                leaned(vectors[clips.label[i]], teacher["quiet"], loudness_share(float(clips.lufs[i]) + gain))
            )
        scene = torch.tensor(picked)

        def loss(z: Tensor) -> Tensor:
            total = F.cross_entropy(z @ vectors.t() / 0.07, torch.tensor(labels))
            total = total + NEARNESS * (1 - (z * torch.stack(wanted)).sum(1)).mean()
            return total + F.cross_entropy(z[scene >= 0] @ scenes.t() / 0.07, scene[scene >= 0])

        return np.stack(mels), loss

    descend(network, REFINE_RATE, steps, draw, every(50, "refine", steps, report))
    before, after = run.load("sound_encoder_first.safetensors", "sounds"), network.state_dict()
    run.save("sound_encoder_refined.safetensors", after)
    run.save("sound_encoder.safetensors", {k: before[k] + REFINED_SHARE * (after[k] - before[k]) for k in after})
