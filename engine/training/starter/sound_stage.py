"""Stage ``sounds``: the small sound encoder, intensity-aware, in the teacher's space."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.embedding.mel import MelConfig, log_mel
from engine.evaluation.starter_guides import read_sound_index
from engine.media.sounds import level_lufs, load_sound, resampled
from engine.networks.sound_encoders import build_sound_encoder
from engine.training.class_words import FACE_PHRASES, SCENE_PHRASES
from engine.training.joint_embedding import cosine_rate
from engine.training.picture_data import HELD_OUT_FOLD, read_canonical_classes
from engine.training.starter.run_folder import RunFolder
from engine.training.starter.synthetic_sounds import MAKERS, background
from engine.training.starter.text_stage import SOUND_TEMPLATES, class_vectors

BATCH, RATE, MIX_SHARE = 48, 1e-3, 0.3
LEAN = 0.8
QUIETEST_LUFS, LUFS_RANGE = -50.0, 40.0
ENCODER = {"kind": "conv", "widths": [32, 64, 128, 192], "depths": [1, 1, 3, 1]}


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
    """All openly licensed clips outside the held-out fold."""
    rows = [r for r in read_sound_index(run.data) if r.fold != HELD_OUT_FOLD and r.split == "train"]
    names = sorted({r.label for r in rows})
    mels, lufs = [], []
    for row in rows:
        samples = resampled(load_sound(row.path, allow_silence=True), config.sample_rate).samples
        mels.append(log_mel(torch.from_numpy(np.ascontiguousarray(samples)), config)[0, 0].numpy().astype(np.float16))
        lufs.append(level_lufs(samples, config.sample_rate))
    return Heard(mels, np.array([names.index(r.label) for r in rows]), np.array(lufs), names)


def window(mel: np.ndarray, frames: int, rng: np.random.Generator) -> np.ndarray:
    """A random window of ``frames`` columns; short clips are placed in silence, sometimes repeated."""
    if mel.shape[1] >= frames:
        start = int(rng.integers(0, mel.shape[1] - frames + 1))
        return mel[:, start : start + frames].astype(np.float32)
    out = np.full((mel.shape[0], frames), -1, np.float32)
    start = int(rng.integers(0, frames - mel.shape[1] + 1))
    out[:, start : start + mel.shape[1]] = mel
    if rng.random() < 0.5 and mel.shape[1] < frames // 2:
        step = mel.shape[1] + int(rng.integers(0, frames // 4))
        start += step
        while start + mel.shape[1] <= frames:
            out[:, start : start + mel.shape[1]] = mel
            start += step
    return out


def varied_mel(mel: np.ndarray, config: MelConfig, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """(a window stretched, shifted in pitch, gained and equalised; the gain in dB). Gain changes the target, too."""
    frames, span = config.frames, config.db_ceiling - config.db_floor
    m = window(mel, frames, rng)
    rate = rng.uniform(0.85, 1.18)
    columns = np.clip(np.arange(frames) * rate + rng.uniform(0, frames * max(0.0, 1 - rate)), 0, frames - 1).astype(int)
    m = m[:, columns]
    shift = int(rng.integers(-3, 4))
    m = np.roll(m, shift, 0)
    if shift > 0:
        m[:shift] = m[shift]
    elif shift < 0:
        m[shift:] = m[shift - 1]
    gain = float(rng.uniform(-20, 12))
    m = np.where(m > -0.995, np.clip(m + 2 * gain / span, -1, 1), m)
    # Microphones, rooms and distance: an uneven response, a tilt, and often a band without its lows or highs.
    at = np.linspace(0, 1, config.n_mels)
    curve = np.interp(at, np.linspace(0, 1, 6), rng.normal(0, 3.0, 6)) + rng.normal(0, 5.0) * (at - 0.5)
    if rng.random() < 0.3:
        curve -= 60 * np.clip(at - rng.uniform(0.55, 1.0), 0, None)
    if rng.random() < 0.2:
        curve -= 60 * np.clip(rng.uniform(0.0, 0.25) - at, 0, None)
    # Silence stays silent: a response moves only what is heard.
    m = np.where(m > -0.995, m + curve[:, None] * 2 / span, m)
    return np.clip(m, -1, 1).astype(np.float32), gain


def mixed_mel(a: np.ndarray, b: np.ndarray, share: float, config: MelConfig) -> np.ndarray:
    """Two log-mels added as powers, ``share`` of the second."""
    span = config.db_ceiling - config.db_floor

    def power(m: np.ndarray) -> np.ndarray:
        return np.power(10.0, ((m + 1) * span / 2 + config.db_floor) / 10)

    total = np.maximum(power(a) * (1 - share) + power(b) * share, 10 ** (config.db_floor / 10))
    return np.clip((10 * np.log10(total) - config.db_floor) * 2 / span - 1, -1, 1).astype(np.float32)


def over_background(mel: np.ndarray, noise: np.ndarray, ratio_db: float, config: MelConfig) -> np.ndarray:
    """A log-mel with ``noise`` (same shape) under it, its mean power ``ratio_db`` below the mel's."""
    span = config.db_ceiling - config.db_floor

    def decibels(m: np.ndarray) -> np.ndarray:
        return (m + 1) * span / 2 + config.db_floor

    a, b = 10 ** (decibels(mel) / 10), 10 ** (decibels(noise) / 10)
    total = a + b * (a.mean() / b.mean() * 10 ** (-ratio_db / 10))
    return np.clip((10 * np.log10(total) - config.db_floor) * 2 / span - 1, -1, 1).astype(np.float32)


def masked(mel: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """SpecAugment: two bands of up to 15 % of the mels, two stretches of up to 15 % of the time."""
    mels, frames = mel.shape
    for _ in range(2):
        high = int(rng.integers(0, int(mels * 0.15) + 1))
        low = int(rng.integers(0, mels - high + 1))
        mel[low : low + high] = -1
        wide = int(rng.integers(0, int(frames * 0.15) + 1))
        left = int(rng.integers(0, frames - wide + 1))
        mel[:, left : left + wide] = -1
    return mel


def label_vectors(run: RunFolder, names: list[str]) -> Tensor:
    """One unit vector (d,) per sound label: its own words, halfway to its scene's where it has one."""
    texts = run.read_json("texts.json", "teacher")
    known, targets = {t: i for i, t in enumerate(texts)}, run.load("teacher.safetensors", "teacher")["targets"]
    captions: dict[str, set[str]] = {}
    for row in read_sound_index(run.data):
        captions.setdefault(row.label, set()).add(row.caption)
    classes = dict(zip([*SCENE_PHRASES, *FACE_PHRASES], class_vectors(targets, known), strict=True))
    canonical = read_canonical_classes(run.data, "sound")
    vectors = []
    for name in names:
        said = [targets[known[q.format(c)]] for c in sorted(captions[name]) for q in SOUND_TEMPLATES]
        vector = F.normalize(torch.stack(said).mean(0), dim=0)
        if name in canonical:
            vector = F.normalize(vector + classes[canonical[name]], dim=0)
        vectors.append(vector)
    return torch.stack(vectors)


def run_stage(run: RunFolder, steps: int, report: Callable[[str], None]) -> None:
    """Train the encoder: cross-entropy over the labels' text vectors, plus the loudness-aware vector itself."""
    config = MelConfig()
    clips = read_clips(run, config)
    vectors = label_vectors(run, clips.names)
    quiet = run.load("teacher.safetensors", "teacher")["quiet"]
    odds = 1 / np.sqrt(np.bincount(clips.label)[clips.label])
    odds /= odds.sum()
    torch.manual_seed(0)
    shape = {**ENCODER, "out_dim": vectors.shape[1], "mels": config.n_mels, "frames": config.frames}
    network = build_sound_encoder(shape).train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.05)
    started = time.time()
    for step in range(steps):
        rng = np.random.default_rng((3, step))
        for group in optimiser.param_groups:
            group["lr"] = RATE * cosine_rate(step, steps)
        mels, first, second, share, wanted = [], [], [], [], []
        for i in rng.choice(len(clips.mels), BATCH, p=odds):
            mel, gain = varied_mel(clips.mels[i], config, rng)
            j, part = int(i), 0.0
            if rng.random() < MIX_SHARE:
                j, part = int(rng.choice(len(clips.mels), p=odds)), float(rng.uniform(0, 0.5))
                mel = mixed_mel(mel, varied_mel(clips.mels[j], config, rng)[0], part, config)
            mels.append(masked(mel, rng))
            first.append(int(clips.label[i]))
            second.append(int(clips.label[j]))
            share.append(1 - part)
            target = (1 - part) * vectors[clips.label[i]] + part * vectors[clips.label[j]]
            wanted.append(leaned(target, quiet, loudness_share(float(clips.lufs[i]) + gain)))
        with torch.autocast("cpu", torch.bfloat16):
            z = network(torch.from_numpy(np.stack(mels))[:, None])
        scores = F.log_softmax(z.float() @ vectors.t() / 0.07, 1)
        weight = torch.tensor(share)
        named = weight * scores.gather(1, torch.tensor(first)[:, None])[:, 0]
        named = named + (1 - weight) * scores.gather(1, torch.tensor(second)[:, None])[:, 0]
        loss = -named.mean() + 3.0 * (1 - (z.float() * torch.stack(wanted)).sum(1)).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        if (step + 1) % 100 == 0:
            report(f"sounds {step + 1}/{steps} loss {loss.item():.3f} {time.time() - started:.0f} s")
    run.save("sound_encoder_first.safetensors", network.state_dict())
    run.write_json("sound_encoder.json", shape)


SYNTHETIC_EACH, REFINE_RATE = 140, 6e-4
BACKGROUNDS = 80
REFINED_SHARE = 0.5
"""The weights end halfway between before and after refining (a "model soup", Wortsman et al. 2022): the scenes' gain
without forgetting the other sounds."""
SCENE_SHARE, SYNTHETIC_SHARE = 0.45, 0.33


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


def run_refine(run: RunFolder, steps: int, report: Callable[[str], None]) -> None:
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
    optimiser = torch.optim.AdamW(network.parameters(), lr=REFINE_RATE, weight_decay=0.05)
    started = time.time()
    for step in range(steps):
        rng = np.random.default_rng((41, step))
        for group in optimiser.param_groups:
            group["lr"] = REFINE_RATE * cosine_rate(step, steps)
        mels, labels, wanted, picked = [], [], [], []
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
        with torch.autocast("cpu", torch.bfloat16):
            z = network(torch.from_numpy(np.stack(mels))[:, None])
        z = z.float()
        loss = F.cross_entropy(z @ vectors.t() / 0.07, torch.tensor(labels))
        loss = loss + 3.0 * (1 - (z * torch.stack(wanted)).sum(1)).mean()
        scene = torch.tensor(picked)
        loss = loss + F.cross_entropy(z[scene >= 0] @ scenes.t() / 0.07, scene[scene >= 0])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        if (step + 1) % 50 == 0:
            report(f"refine {step + 1}/{steps} loss {loss.item():.3f} {time.time() - started:.0f} s")
    before, after = run.load("sound_encoder_first.safetensors", "sounds"), network.state_dict()
    run.save("sound_encoder_refined.safetensors", after)
    run.save("sound_encoder.safetensors", {k: before[k] + REFINED_SHARE * (after[k] - before[k]) for k in after})
