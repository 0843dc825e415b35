"""Stage ``sounds-spectrogram``: a network that learnt to see photographs learns to see sounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.embedding.second_listener import repeated
from engine.media.sounds import resampled
from engine.networks.spectrogram_listener import SPECTROGRAM_RATE, SpectrogramListener, spectrogram
from engine.training.starter.efficientnet_file import EFFICIENTNET_FILE, efficientnet_tensors, named
from engine.training.starter.further_sounds import SECONDS, training_recordings
from engine.training.starter.listener_stage import view_weights
from engine.training.starter.run_folder import RunFolder
from engine.training.starter.sound_clips import learnt_labels
from engine.training.starter.synthetic_sounds import MAKERS
from engine.training.starter.waveform_views import Backgrounds, made_at, varied_waveform

VIEWS, SYNTHETIC_EACH = 5, 120
FRAMES = 250
"""Five seconds at a time, about as much as a window of the packs holds."""
BATCH, RATE, WARM_UP, DECAY, LARGEST_GRADIENT = 32, 1e-3, 0.15, 0.05, 5.0
MIXUP, SMOOTHING = 0.4, 0.1
HIDDEN_BANDS, HIDDEN_FRAMES, SHIFTED_BANDS = 16, 30, 5
AVERAGED = 0.99
"""The weights that are kept are a running average of those on the way."""


@dataclass
class Seen:
    """Spectrograms of training windows, float16 (n, ``BANDS``, frames) of each recording, and their labels."""

    views: list[Tensor] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)

    def add(self, windows: list[np.ndarray], label: int) -> None:
        """All views of one recording."""
        self.views.append(spectrogram(torch.from_numpy(np.stack(windows))).half())
        self.labels.append(label)

    def draw(self, chosen: list[int], rng: np.random.Generator) -> Tensor:
        """One view of each chosen recording, ``FRAMES`` of it, with bands and moments hidden (SpecAugment, Park et al.
        2019) and moved up or down a little."""
        pieces = []
        for index in chosen:
            views = self.views[index]
            view = views[int(rng.integers(len(views)))]
            start = int(rng.integers(0, view.shape[1] - FRAMES + 1))
            piece = view[:, start : start + FRAMES].float()
            for _ in range(2):
                for axis, most in ((0, HIDDEN_BANDS), (1, HIDDEN_FRAMES)):
                    length = int(rng.integers(0, most + 1))
                    piece.narrow(axis, int(rng.integers(0, piece.shape[axis] - length + 1)), length).zero_()
            pieces.append(torch.roll(piece, int(rng.integers(-SHIFTED_BANDS, SHIFTED_BANDS + 1)), 0))
        return torch.stack(pieces)


def seen_recordings(run: RunFolder, names: list[str], report: Callable[[str], None]) -> tuple[Seen, int]:
    """All recordings and synthesised sounds, and how many were recorded."""
    window, seen = round(SECONDS * SPECTROGRAM_RATE), Seen()
    backgrounds, recordings = Backgrounds(SPECTROGRAM_RATE, window), training_recordings(run)
    for number, recording in enumerate(recordings):
        samples = resampled(recording.sound(), SPECTROGRAM_RATE).samples
        views = backgrounds.views(samples, VIEWS, np.random.default_rng((55, number)))
        seen.add([*views, repeated(samples, window)[:window]], names.index(recording.label))
        if number % 100 == 0:
            report(f"spectrograms {number}/{len(recordings)} clips")
    for kind, (name, make) in enumerate(MAKERS.items()):
        for k in range(SYNTHETIC_EACH):
            rng = np.random.default_rng((9, kind, k))
            seen.add([varied_waveform(made_at(make(rng), SPECTROGRAM_RATE), window, rng)], names.index(name))
    return seen, len(recordings)


def tune(
    listener: SpectrogramListener,
    seen: Seen,
    weight: Tensor,
    steps: int,
    report: Callable[[str], None],
    batch: int = BATCH,
) -> None:
    """Learn from mixtures of two views each (mixup), drawn by ``weight``; leaves the averaged weights in evaluation."""
    torch.manual_seed(0)
    rng, labels = np.random.default_rng(0), torch.tensor(seen.labels)
    kinds = listener.classifier.out_features
    matrices = [p for p in listener.parameters() if p.ndim > 1]
    vectors = [p for p in listener.parameters() if p.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": DECAY}, {"params": vectors, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, max(steps, 2), pct_start=WARM_UP)
    average = {name: value.detach().clone() for name, value in listener.state_dict().items()}
    listener.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    listener.train()
    for step in range(steps):
        chosen: list[int] = torch.multinomial(weight, batch, replacement=True).tolist()
        views, answers = seen.draw(chosen, rng), F.one_hot(labels[chosen], kinds).float()
        share = torch.from_numpy(rng.beta(MIXUP, MIXUP, batch)).float()
        share, other = torch.maximum(share, 1 - share), torch.randperm(batch)
        views = share[:, None, None] * views + (1 - share)[:, None, None] * views[other]
        answers = share[:, None] * answers + (1 - share)[:, None] * answers[other]
        answers = (1 - SMOOTHING) * answers + SMOOTHING / kinds
        loss = F.cross_entropy(listener.scores(views), answers)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(listener.parameters(), LARGEST_GRADIENT)
        optimiser.step()
        schedule.step()
        kept = min(AVERAGED, (step + 1) / (step + 10))
        for name, value in listener.state_dict().items():
            average[name] = torch.lerp(value, average[name], kept) if value.is_floating_point() else value.clone()
        if step % 40 == 39:
            report(f"spectrograms: step {step + 1}/{steps}, loss of mixtures {float(loss.detach()):.3f}")
    listener.load_state_dict(average)
    listener.eval()


def run_stage(run: RunFolder, steps: int, report: Callable[[str], None]) -> None:
    """Tune the published network on all recordings, each in ``VIEWS`` views and as it is, and on synthesised ones."""
    published, names = efficientnet_tensors(run.file(EFFICIENTNET_FILE)), learnt_labels(run)
    torch.manual_seed(0)
    listener = SpectrogramListener(len(names))
    listener.network.load_state_dict(named(published, listener.network.state_dict()))
    torch.nn.init.zeros_(listener.classifier.weight)
    torch.nn.init.zeros_(listener.classifier.bias)
    seen, recorded = seen_recordings(run, names, report)
    tune(listener, seen, view_weights(torch.tensor(seen.labels), recorded, len(names)), steps, report)
    run.save("spectrogram_listener.safetensors", listener.state_dict())
