"""Stage ``mapper``: the instant mapper, from exact before/after renders and the joint-space loss."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.embedding.joint import build_clip
from engine.embedding.mel import MelConfig
from engine.embedding.picture_resize import area_resize
from engine.networks.instant_mapper import InstantMapper, MapperConfig
from engine.networks.sound_encoders import build_sound_encoder
from engine.networks.structure_inversion import StructureInversion
from engine.networks.stylegan2 import Generator
from engine.training.class_words import FACE_PHRASES, PROMPTS, SCENE_PHRASES
from engine.training.joint_embedding import JointRecipe, cosine_rate
from engine.training.picture_data import read_canonical_classes
from engine.training.starter.pairs_stage import read_pairs
from engine.training.starter.picture_stage import MEAN, STD
from engine.training.starter.run_folder import RunFolder
from engine.training.starter.sound_stage import leaned, loudness_share, read_clips, varied_mel
from engine.training.starter.structure_stage import StructureRecipe
from engine.training.structure_generator import networks_from_average, pyramid_loss, to_tensor
from engine.training.weather import RENDERERS

BATCH, RATE, SEED = 12, 1.2e-3, 9
LEAST_AMOUNT = 0.55
"""The amount of weather that the quietest guide asks for; 1 for the loudest."""
SURE_AMOUNT = 0.72
"""Plain text, without a loudness, asks for at least this much."""
SOUND_VIEWS = 5
JOINT_WEIGHT = 0.15


def trained_structure(run: RunFolder) -> tuple[Generator, StructureInversion]:
    """Generator and encoder of the ``structure`` stage, averaged and frozen."""
    tensors = run.load("structure/state.safetensors", "structure")
    return networks_from_average(StructureRecipe(), {k[4:]: v for k, v in tensors.items() if k.startswith("ema.")})


@torch.no_grad()
def sound_bank(run: RunFolder) -> dict[str, tuple[Tensor, Tensor]]:
    """Class → (vectors (n, d) of training clips at several gains, their loudness shares (n,))."""
    shape = run.read_json("sound_encoder.json", "sounds")
    network = build_sound_encoder(shape).eval()
    network.load_state_dict(run.load("sound_encoder.safetensors", "sounds"))
    config, canonical = MelConfig(), read_canonical_classes(run.data, "sound")
    clips = read_clips(run, config)
    rng = np.random.default_rng(SEED)
    found: dict[str, tuple[list[Tensor], list[float]]] = {}
    for mel, label, lufs in zip(clips.mels, clips.label, clips.lufs, strict=True):
        name = canonical.get(clips.names[label])
        if name not in SCENE_PHRASES and name not in FACE_PHRASES:
            continue
        vectors, shares = found.setdefault(str(name), ([], []))
        for _ in range(SOUND_VIEWS):
            view, gain = varied_mel(mel, config, rng)
            vectors.append(network(torch.from_numpy(view)[None, None])[0])
            shares.append(loudness_share(float(lufs) + gain))
    return {name: (torch.stack(v), torch.tensor(s)) for name, (v, s) in found.items()}


@torch.no_grad()
def text_bank(clip: Any) -> dict[str, Tensor]:
    """Class → the text tower's vectors (n, d) of all its phrases and prompts."""
    from engine.embedding.clip_text import build_tokenizer
    from engine.training.joint_embedding import CONTEXT, MERGES

    tokenize = build_tokenizer(CONTEXT, MERGES)
    return {
        name: F.normalize(clip.encode_text(tokenize([q.format(p) for p in phrases for q in PROMPTS])).float(), dim=-1)
        for name, phrases in {**SCENE_PHRASES, **FACE_PHRASES}.items()
    }


class Guides:
    """Draws a guide vector that asks for a weather at an amount: a sound of that loudness, a text, or in between."""

    def __init__(self, run: RunFolder, clip: Any) -> None:
        self.sounds, self.texts = sound_bank(run), text_bank(clip)
        self.quiet = run.load("teacher.safetensors", "teacher")["quiet"]

    def draw(self, name: str, amount: float, rng: np.random.Generator) -> Tensor:
        """Unit vector (d,) with a little noise."""
        loudness = max(0.0, (amount - LEAST_AMOUNT) / (1 - LEAST_AMOUNT))
        kind = rng.random()
        if name in self.sounds and kind < 0.5:
            vectors, shares = self.sounds[name]
            jitter = torch.from_numpy(rng.random(len(shares)).astype(np.float32)) * 0.08
            vector = vectors[int(((shares - loudness).abs() + jitter).argmin())]
        else:
            vector = self.texts[name][int(rng.integers(len(self.texts[name])))]
            if amount <= SURE_AMOUNT or kind > 0.8:
                vector = leaned(vector, self.quiet, loudness)
        noise = torch.from_numpy(rng.normal(0, 0.035, vector.shape[0]).astype(np.float32))
        return F.normalize(vector + noise, dim=0)


def run_stage(run: RunFolder, steps: int, report: Callable[[str], None]) -> None:
    """Train through the frozen generator: its picture of the proposal follows the render."""
    generator, encoder = trained_structure(run)
    clip: Any = build_clip(JointRecipe().clip_config())
    clip.load_state_dict(run.load("clip.safetensors", "pictures"))
    clip.eval().requires_grad_(False)
    guides, pairs, names = Guides(run, clip), read_pairs(run), list(RENDERERS)
    torch.manual_seed(0)
    mapper = InstantMapper(MapperConfig())
    mapper.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(mapper.parameters(), lr=RATE, weight_decay=1e-3, betas=(0.9, 0.98))
    started = time.time()
    for step in range(steps):
        rng = np.random.default_rng((SEED, step))
        for group in optimiser.param_groups:
            group["lr"] = RATE * cosine_rate(step, steps)
        index = np.sort(rng.choice(len(pairs.before), BATCH, replace=False))
        before, after = to_tensor(pairs.before[index]), to_tensor(pairs.after[index])
        fields = torch.from_numpy(np.ascontiguousarray(pairs.fields[index])).float() / 255
        guide = torch.stack([guides.draw(names[pairs.weather[i]], float(pairs.amount[i]), rng) for i in index])
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            w, structure = encoder(before)
            w_after, structure_after = encoder(after)
        with torch.autocast("cpu", torch.bfloat16):
            delta_w, mask, delta = mapper(w, structure, guide, fields)
            drawn = generator.synthesis(w + delta_w, structure + delta)
        drawn = drawn.float()
        seen = pyramid_loss(drawn, after)
        latent = (
            0.05 * (w + delta_w - w_after).square().mean() + 0.2 * (structure + delta - structure_after).abs().mean()
        )
        # Descent on Eq. 17 moves g towards the rows that moved least (KNOWLEDGE §7): the mapper proposes such a mask.
        still = 1 / (delta_w.detach().norm(dim=2) + 1e-3)
        mask_loss = F.mse_loss(mask, still / still.sum(1, keepdim=True))
        small = area_resize(drawn, JointRecipe().picture_size) * 0.5 + 0.5
        joint = 1 - (F.normalize(clip.visual((small - MEAN[0]) / STD[0]), dim=-1) * guide).sum(1).mean()
        loss = seen + latent + 0.05 * mask_loss + JOINT_WEIGHT * joint
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(mapper.parameters(), 1.0)
        optimiser.step()
        if (step + 1) % 100 == 0:
            report(
                f"mapper {step + 1}/{steps} picture {seen.item():.3f} joint {joint.item():.3f} "
                f"{time.time() - started:.0f} s"
            )
    run.save("mapper.safetensors", mapper.state_dict())
