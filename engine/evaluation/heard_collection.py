"""A collection of recordings as vectors of a pack's joint space, read once for zero-shot and probe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.embedding.joint import JointEmbedder
from engine.errors import DataError, SoundError
from engine.media.sounds import load_sound
from engine.training.readers import Tally, read_collection
from engine.training.readers.layouts import recognise_layout

# Top-1 of the papers' Table 1 (zero-shot, linear probe), for the table beside ours.
PUBLISHED = {
    "esc50": {"Lee et al. 2024": (0.744, 0.895), "without KL": (0.636, None), "Lee et al. 2022": (0.578, 0.722),
              "Wav2CLIP": (0.414, None), "AudioCLIP": (0.694, None)},
    "urbansound8k": {"Lee et al. 2024": (0.586, 0.724), "without KL": (0.532, None), "Lee et al. 2022": (0.457, 0.668),
                     "Wav2CLIP": (0.404, None), "AudioCLIP": (0.688, None)},
}
PROMPTS = ("{}", "the sound of {}", "a recording of {}")


@dataclass(frozen=True)
class HeardCollection:
    """``vectors`` (n, d) unit; ``labels``, ``folds``, ``captions`` and ``splits`` of each; ``layout``; what was
    passed over; ``windows`` heard per clip on average and seconds of one."""

    vectors: Tensor
    labels: list[str]
    folds: list[str]
    captions: list[str]
    splits: list[str]
    layout: str
    tally: Tally
    windows: float

    @property
    def classes(self) -> list[str]:
        """Labels in order."""
        return sorted(set(self.labels))

    def class_words(self) -> dict[str, list[str]]:
        """What each class is called: its label's words and its most common caption."""
        words = {}
        for label in self.classes:
            common = Counter(c for c, other in zip(self.captions, self.labels, strict=True) if other == label)
            spoken = label.replace("_", " ")
            words[label] = sorted({spoken, *(c for c, _ in common.most_common(1))})
        return words


def hear(embedder: JointEmbedder, data: str | Path, *, layout: str = "auto", folds: tuple[str, ...] = (),
         limit: int | None = None, report: Callable[[str], None] = lambda line: None) -> HeardCollection:
    """Embed every clip of a collection (or the first ``limit`` per label). Broken clips are counted."""
    tally, vectors, rows, windows = Tally(), [], [], 0
    counts: Counter[str] = Counter()
    name = recognise_layout(Path(data)) if layout == "auto" and Path(data).is_dir() else layout
    for entry in read_collection(data, name, tally=tally):
        if (folds and entry.fold not in folds) or (limit is not None and counts[entry.label] >= limit):
            continue
        try:
            heard = embedder.sound(load_sound(entry.sound, allow_silence=True))
        except SoundError as error:
            tally.passed_over("broken", error.sentence)
            continue
        counts[entry.label] += 1
        vectors.append(heard.vector.cpu())
        windows += len(heard.heard)
        rows.append(entry)
        if len(rows) % 200 == 0:
            report(f"{len(rows)} clips heard")
    if not rows:
        raise DataError(f"{data} holds no clip that can be measured; name another folder or other folds.")
    return HeardCollection(torch.stack(vectors), [r.label for r in rows], [r.fold for r in rows],
                           [r.caption for r in rows], [r.split for r in rows], name, tally, windows / len(rows))


def prompt_vectors(embedder: JointEmbedder, words: dict[str, list[str]], prompts: tuple[str, ...] = PROMPTS) -> Tensor:
    """One unit vector per class (K, d): the mean over its words in every prompt."""
    rows = [embedder.texts([p.format(w) for w in group for p in prompts]).mean(0) for group in words.values()]
    return F.normalize(torch.stack(rows).cpu(), dim=-1)
