"""Stage ``mapper``: the instant mapper, from exact before/after renders and the joint-space loss."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.embedding.joint import build_clip, without_lean
from engine.embedding.mel import MelConfig
from engine.networks.instant_mapper import InstantMapper, MapperConfig
from engine.networks.sound_encoders import build_sound_encoder
from engine.networks.structure_inversion import StructureInversion
from engine.networks.stylegan2 import Generator
from engine.training.class_words import FACE_PHRASES, PROMPTS, SCENE_PHRASES
from engine.training.instant_mapping import MapperBatch, MapperRecipe, train_mapper
from engine.training.joint_embedding import JointRecipe
from engine.training.picture_data import read_canonical_classes
from engine.training.starter.mel_views import varied_mel
from engine.training.starter.pairs_stage import read_pairs
from engine.training.starter.picture_stage import MEAN, STD
from engine.training.starter.run_folder import RunFolder
from engine.training.starter.sound_clips import leaned, loudness_share, read_clips, with_synthetic
from engine.training.starter.structure_stage import StructureRecipe
from engine.training.structure_generator import networks_from_average, to_tensor
from engine.training.weather import RENDERERS

BATCH, RATE, SEED = 12, 1.2e-3, 9
LEAST_AMOUNT = 0.5
"""The amount of weather that the quietest guide asks for; 1 for the loudest."""
SURE_AMOUNT = 0.72
"""Plain text, without a loudness, asks for at least this much."""
SOUND_VIEWS = 5
SOUND_SHARE = 0.55
DOUBT, SOUND_DOUBT_SHARE, TEXT_DOUBT_SHARE = 0.7, 0.7, 0.35
"""A recording never heard before lies between classes: guides are mixed with up to this much of another class's, and
the mapper learns to draw the one that is heard most."""


def trained_structure(run: RunFolder) -> tuple[Generator, StructureInversion]:
    """Generator and encoder of the ``structure`` stage, averaged and frozen."""
    tensors = run.load("structure/state.safetensors", "structure")
    return networks_from_average(StructureRecipe(), {k[4:]: v for k, v in tensors.items() if k.startswith("ema.")})


@torch.no_grad()
def sound_bank(run: RunFolder, classes: Collection[str]) -> dict[str, tuple[Tensor, Tensor]]:
    """Class → (vectors (n, d) of recorded and made training clips at several gains, their loudness shares (n,))."""
    shape = run.read_json("sound_encoder.json", "sounds")
    network = build_sound_encoder(shape).eval()
    network.load_state_dict(run.load("sound_encoder.safetensors", "sounds"))
    config, canonical = MelConfig(), read_canonical_classes(run.data, "sound")
    quiet = run.load("teacher.safetensors", "teacher")["quiet"]
    clips = with_synthetic(read_clips(run, config), config, SEED)[0]
    rng = np.random.default_rng(SEED)
    found: dict[str, tuple[list[Tensor], list[float]]] = {}
    for mel, label, lufs in zip(clips.mels, clips.label, clips.lufs, strict=True):
        name = canonical.get(clips.names[label])
        if name not in classes:
            continue
        vectors, shares = found.setdefault(str(name), ([], []))
        for _ in range(SOUND_VIEWS):
            view, gain = varied_mel(mel, config, rng)
            vectors.append(without_lean(network(torch.from_numpy(view)[None, None])[0], quiet))
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
        self.sounds, self.texts = sound_bank(run, {*SCENE_PHRASES, *FACE_PHRASES}), text_bank(clip)
        self.quiet = run.load("teacher.safetensors", "teacher")["quiet"]
        self._names = sorted({*self.sounds, *self.texts})

    def draw(self, name: str, amount: float, rng: np.random.Generator) -> Tensor:
        """Unit vector (d,) with a little noise."""
        loudness = max(0.0, (amount - LEAST_AMOUNT) / (1 - LEAST_AMOUNT))
        heard = name in self.sounds and rng.random() < SOUND_SHARE
        vector = self._heard(name, loudness, rng) if heard else self._read(name, rng)
        if not heard and (amount <= SURE_AMOUNT or rng.random() < 0.4):
            vector = leaned(vector, self.quiet, loudness)
        if rng.random() < (SOUND_DOUBT_SHARE if heard else TEXT_DOUBT_SHARE):
            other = self._names[int(rng.integers(len(self._names)))]
            doubt = self._heard(other, loudness, rng) if other in self.sounds else self._read(other, rng)
            vector = F.normalize(vector, dim=0) + float(rng.uniform(0, DOUBT)) * doubt
        noise = torch.from_numpy(rng.normal(0, 0.045, vector.shape[0]).astype(np.float32))
        return F.normalize(F.normalize(vector, dim=0) + noise, dim=0)

    def _heard(self, name: str, loudness: float, rng: np.random.Generator) -> Tensor:
        vectors, shares = self.sounds[name]
        jitter = torch.from_numpy(rng.random(len(shares)).astype(np.float32)) * 0.15
        return vectors[int(((shares - loudness).abs() + jitter).argmin())]

    def _read(self, name: str, rng: np.random.Generator) -> Tensor:
        return self.texts[name][int(rng.integers(len(self.texts[name])))]


def run_stage(run: RunFolder, steps: int, report: Callable[[str], None]) -> None:
    """Train through the frozen generator: its picture of the proposal follows the render.

    Continues from the folder's own mapper where there is one."""
    generator, encoder = trained_structure(run)
    clip: Any = build_clip(JointRecipe().clip_config())
    clip.load_state_dict(run.load("clip.safetensors", "pictures"))
    clip.eval().requires_grad_(False)
    guides, pairs, names = Guides(run, clip), read_pairs(run), list(RENDERERS)

    def sampler(rng: np.random.Generator) -> MapperBatch:
        index = np.sort(rng.choice(len(pairs.before), BATCH, replace=False))
        return MapperBatch(
            to_tensor(pairs.before[index]),
            to_tensor(pairs.after[index]),
            torch.stack([guides.draw(names[pairs.weather[i]], float(pairs.amount[i]), rng) for i in index]),
            torch.from_numpy(np.ascontiguousarray(pairs.fields[index])).float() / 255,
        )

    torch.manual_seed(0)
    mapper = InstantMapper(MapperConfig())
    if run.file("mapper.safetensors").is_file():
        mapper.load_state_dict(run.load("mapper.safetensors", "mapper"))
    recipe = MapperRecipe(
        steps, RATE, SEED, JointRecipe().picture_size, MEAN[0], STD[0], row_weight=0.05, follow_rows=True
    )
    train_mapper(mapper, generator, encoder, clip, sampler, recipe, report)
    run.save("mapper.safetensors", mapper.state_dict())
