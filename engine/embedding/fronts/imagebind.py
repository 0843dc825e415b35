"""Front end of ImageBind's audio branch: three log-mel clips of two seconds, spread over the sound."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F
from torchaudio.compliance.kaldi import fbank

from engine.embedding.fronts.waveform import wave_at
from engine.media.sound import Sound

RATE, CLIPS, CLIP_SECONDS, MELS, FRAMES = 16_000, 3, 2, 128, 204
MEAN, DEVIATION = -4.268, 9.138


def clip_starts(seconds: float) -> list[float]:
    """Starts of the three clips in seconds: i·max(seconds−2, 0)/2 (the sampler that ImageBind pins)."""
    return [i * max(seconds - CLIP_SECONDS, 0.0) / (CLIPS - 1) for i in range(CLIPS)]


def mel_clips(waves: Tensor) -> Tensor:
    """(channels, n) at 16 kHz in [-1,1] → (3,1,128,204), as ``load_and_transform_audio_data``.

    Each clip loses the mean over all channels *in place*, so that overlapping clips (sounds below six
    seconds) see samples the previous clip has already shifted; only the first channel is transformed;
    missing frames are zeros before the normalisation. All of that is in the published numbers.
    """
    # Contiguous, because the order of the mean's sum shows in quiet mel cells (1.6e-4 otherwise).
    waves = waves.clone(memory_format=torch.contiguous_format)
    clips = []
    for start in clip_starts(waves.shape[1] / RATE):
        view = waves[:, int(start * RATE) : int((start + CLIP_SECONDS) * RATE)]
        view -= view.mean()
        mel = fbank(
            view, htk_compat=True, sample_frequency=RATE, use_energy=False, window_type="hanning",
            num_mel_bins=MELS, dither=0.0, frame_length=25, frame_shift=10,
        ).T  # fmt: skip
        clips.append(F.pad(mel[:, :FRAMES], (0, FRAMES - min(mel.shape[1], FRAMES))))
    return (torch.stack(clips)[:, None] - MEAN) / DEVIATION


def imagebind_front(sound: Sound) -> tuple[Tensor, list[tuple[float, float]]]:
    """Sound → ((3,1,128,204), windows heard in seconds)."""
    wave = wave_at(sound, RATE, kaiser=False)
    if len(wave) < RATE // 40:  # one analysis frame is 25 ms
        wave = F.pad(wave, (0, RATE // 40 - len(wave)))
    heard = [(s, min(s + CLIP_SECONDS, sound.seconds)) for s in clip_starts(len(wave) / RATE)]
    return mel_clips(wave[None]), heard
