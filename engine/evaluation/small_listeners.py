"""Small sound encoders that differ in one thing: trained on mel pictures computed once, heard on those held out.

What the ablation and the retention measurement share. A collection is decoded once into ``mels.safetensors``; from
then on a training costs the network alone.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import safe_open
from torch import Tensor, nn

from engine.embedding.mel import MelConfig, log_mel
from engine.embedding.windows import sound_windows
from engine.errors import DataError, SoundError
from engine.media.sounds import load_sound, resampled
from engine.networks.sound_encoders import build_sound_encoder
from engine.training.feature_cache import FrozenTowers, picture_pool
from engine.training.loop import LoopPlan, train
from engine.training.losses import LossWeights
from engine.training.memory_stream import HeldClips, MemoryStream, pool_of
from engine.training.picture_data import HELD_OUT_FOLD
from engine.training.ranks import Ranks
from engine.training.readers import Tally, read_collection
from engine.training.readers.clips import ClipEntry
from engine.training.sound_encoder_task import SoundEncoderRecipe, SoundEncoderTask
from engine.training.tensor_files import save_tensors
from engine.training.text_augmentation import caption_variants

# 3.2 s at 50 frames a second: an epoch of the project's 700 clips takes one core a few seconds.
MEL = MelConfig(hop=640, frames=160)
WIDTHS, DEPTHS = (16, 32, 64), (1, 1, 1)
RATE, VARIANTS = 2e-3, 8


@dataclass(frozen=True)
class MelCollection:
    """``entries`` that could be read, ``mels`` of each (mels, frames) half precision, ``broken`` ones counted."""

    entries: list[ClipEntry]
    mels: list[Tensor]
    broken: int

    def training(self) -> list[int]:
        """Rows that may be trained on: openly licensed, outside the held-out fold."""
        return [i for i, e in enumerate(self.entries) if e.split == "train" and e.fold != HELD_OUT_FOLD]

    def held_out(self) -> list[int]:
        """Rows of the held-out fold."""
        return [i for i, e in enumerate(self.entries) if e.fold == HELD_OUT_FOLD]

    def subset(self, rows: list[int]) -> MelCollection:
        """Some of its clips."""
        return MelCollection([self.entries[i] for i in rows], [self.mels[i] for i in rows], 0)


def _whole_mel(samples: Tensor, mel: MelConfig) -> Tensor:
    """(mels, frames) of a whole clip, in half precision (a step of 1/1000 of the 90 dB)."""
    missing = mel.window_samples - len(samples)
    return log_mel(F.pad(samples, (0, max(0, missing))), mel)[0, 0].half()


def listen(data: Path, mel: MelConfig, cache: Path, report: Callable[[str], None] = lambda line: None
           ) -> MelCollection:
    """Every clip of a collection laid out like the project's, decoded once and kept in ``cache``."""
    entries = list(read_collection(data, "index", tally=Tally()))
    stamp = hashlib.sha256(json.dumps([mel.to_dict(), [e.key for e in entries]]).encode()).hexdigest()
    if cache.is_file():
        with safe_open(cache, "pt") as file:
            if file.metadata().get("stamp") == stamp:
                kept = [i for i in range(len(entries)) if str(i) in file.keys()]  # noqa: SIM118 - no mapping
                return MelCollection([entries[i] for i in kept], [file.get_tensor(str(i)) for i in kept],
                                     len(entries) - len(kept))
    found: dict[int, Tensor] = {}
    for i, entry in enumerate(entries):
        try:
            sound = resampled(load_sound(entry.sound, allow_silence=True), mel.sample_rate)
        except SoundError:
            continue
        found[i] = _whole_mel(torch.from_numpy(sound.samples.copy()), mel)
        if (i + 1) % 300 == 0:
            report(f"{i + 1} of {len(entries)} clips read")
    if not found:
        raise DataError(f"{data} holds no clip that can be read; name another folder.")
    save_tensors(cache, {str(i): m for i, m in found.items()}, {"stamp": stamp})
    return MelCollection([entries[i] for i in found], list(found.values()), len(entries) - len(found))


def text_features(entries: list[ClipEntry], texts: Callable[[list[str]], Tensor], seed: int = 0) -> Tensor:
    """The captions and their augmented variants as the frozen text tower reads them: (clips, VARIANTS, d)."""
    captions = sorted({e.caption for e in entries})
    lines = [line for c in captions for line in caption_variants(c, VARIANTS, seed)]
    read = torch.cat([texts(lines[i : i + 256]).float().cpu() for i in range(0, len(lines), 256)])
    by_caption = read.view(len(captions), VARIANTS, -1)
    return by_caption[torch.tensor([captions.index(e.caption) for e in entries])]


def with_pool_pictures(clips: MelCollection, data: Path, towers: FrozenTowers) -> HeldClips:
    """Training clips whose picture is one of their label (recordings have no frame of their own): always the same
    one as "own" picture (Eq. 6), any one re-sampled (Eq. 9). Clips of labels without pictures have none."""
    labels = [e.label for e in clips.entries]
    text = text_features(clips.entries, towers.texts)
    with torch.no_grad():
        pool = pool_of(picture_pool(data, set(labels), towers))
    drawn = [pool.draw(e.label, zlib.crc32(e.key.encode()) / 2**32) for e in clips.entries]
    picture = torch.stack([p if p is not None else torch.zeros(text.shape[2]) for p in drawn])
    return HeldClips(clips.mels, labels, text, picture, torch.tensor([p is not None for p in drawn]), pool)


def train_listener(clips: HeldClips, out: Path, mel: MelConfig, seed: int, *, weights: LossWeights, epochs: int,
                   batch: int) -> nn.Module:
    """A small sound encoder with the terms of Eq. 13 that ``weights`` leaves; everything else is the same.

    Resumes in ``out``; a finished one is only read."""
    torch.manual_seed(seed)
    network = build_sound_encoder({"kind": "conv", "out_dim": clips.text.shape[2], "mels": mel.n_mels,
                                   "frames": mel.frames, "widths": WIDTHS, "depths": DEPTHS})
    recipe = SoundEncoderRecipe(epochs=epochs, batch=min(batch, len(clips.mels)), learning_rate=RATE, cycles=1,
                                warmup_steps=5, weights=weights)
    task = SoundEncoderTask(network, MemoryStream(clips, mel, recipe.batch, seed=seed), recipe, Ranks())
    train(task, LoopPlan(out, seed=seed, events=False, quiet=True))
    return network.eval().requires_grad_(False)


@torch.no_grad()
def heard_by(network: nn.Module, clips: MelCollection, mel: MelConfig) -> Tensor:
    """Unit vectors (clips, d): the mean over windows, as `engine.embedding.joint.starter_sound` hears a clip."""
    pieces, counts = [], []
    for whole in clips.mels:
        starts = [s // mel.hop for s in sound_windows(whole.shape[1] * mel.hop, mel.window_samples)]
        pieces += [whole[:, s : s + mel.frames] for s in starts]
        counts.append(len(starts))
    rows = torch.cat([network(torch.stack(pieces[i : i + 256])[:, None].float()) for i in range(0, len(pieces), 256)])
    return F.normalize(torch.stack([part.mean(0) for part in rows.split(counts)]), dim=1)
