"""Stage ``sounds``: the small sound encoder, intensity-aware, in the teacher's space."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.embedding.mel import MelConfig
from engine.networks.sound_encoders import build_sound_encoder
from engine.training.joint_embedding import cosine_rate
from engine.training.starter.mel_views import masked, mixed_mel, varied_mel
from engine.training.starter.run_folder import RunFolder
from engine.training.starter.sound_clips import label_vectors, leaned, loudness_share, read_clips

BATCH, RATE, MIX_SHARE = 48, 1e-3, 0.3
ENCODER = {"kind": "conv", "widths": [32, 64, 128, 192], "depths": [1, 1, 3, 1]}
NEARNESS = 3.0
"""Of the cosine to the loudness-aware vector, beside the cross-entropies."""

Loss = Callable[[Tensor], Tensor]


def descend(
    network: nn.Module,
    rate: float,
    steps: int,
    draw: Callable[[int], tuple[np.ndarray, Loss]],
    report: Callable[[int, float], None],
) -> None:
    """AdamW with a cosine schedule. ``draw(step)`` → log-mels (N, mels, frames) and the loss of their vectors (N, d);
    ``report(steps done, loss)``."""
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.05)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = rate * cosine_rate(step, steps)
        mels, loss_of = draw(step)
        with torch.autocast("cpu", torch.bfloat16):
            z = network(torch.from_numpy(mels)[:, None])
        loss = loss_of(z.float())
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        report(step + 1, loss.item())


def every(count: int, name: str, steps: int, report: Callable[[str], None]) -> Callable[[int, float], None]:
    """Says every ``count`` steps where training stands."""
    started = time.time()

    def said(done: int, loss: float) -> None:
        if done % count == 0:
            report(f"{name} {done}/{steps} loss {loss:.3f} {time.time() - started:.0f} s")

    return said


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

    def draw(step: int) -> tuple[np.ndarray, Loss]:
        rng = np.random.default_rng((3, step))
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

        def loss(z: Tensor) -> Tensor:
            scores = F.log_softmax(z @ vectors.t() / 0.07, 1)
            weight = torch.tensor(share)
            named = weight * scores.gather(1, torch.tensor(first)[:, None])[:, 0]
            named = named + (1 - weight) * scores.gather(1, torch.tensor(second)[:, None])[:, 0]
            return -named.mean() + NEARNESS * (1 - (z * torch.stack(wanted)).sum(1)).mean()

        return np.stack(mels), loss

    descend(network, RATE, steps, draw, every(100, "sounds", steps, report))
    run.save("sound_encoder_first.safetensors", network.state_dict())
    run.write_json("sound_encoder.json", shape)
