"""Published sound encoders → our sound encoder parts: Lee 2022, Wav2CLIP, AudioCLIP, ImageBind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from torch import Tensor

from engine.checkpoints import formats_open_clip
from engine.checkpoints.converted import Converted
from engine.checkpoints.fitted import bare, fitted, under
from engine.checkpoints.formats_open_clip import AUDIOCLIP_FULL
from engine.checkpoints.refusal import Refusal

_BLOCK = re.compile(r"modality_trunks\.audio\.blocks\.(\d+)\.attn\.in_proj_weight")
_LEE_ONLY = ("conv.weight", "feature_extractor.conv1.weight", "feature_extractor.fc.weight")
_HEAD_WIDTH = 64  # of ImageBind's attention (12 heads at 768); it cannot be read from the weights
# The joint spaces they were trained in; ``engine.packs.pairing`` refuses any other.
_TOWERS = {
    "lee2022_sound": "ViT-B-32/openai",
    "wav2clip": "ViT-B-32/openai",
    "audioclip_sound": "RN50/openai",
    "imagebind_sound": "ViT-H-14/laion2b_s32b_b79k",
}
_WORDS = {
    "lee2022_sound": "Lee 2022 sound encoder",
    "wav2clip": "Wav2CLIP",
    "audioclip_sound": "AudioCLIP",
    "imagebind_sound": "ImageBind",
}
_LOUDNESS_LOST = "Hears what a sound is but not how loud: its front end scales every clip to its own level."


@dataclass(frozen=True)
class SoundFormat:
    """One published sound encoder: how to know it, and how to take it over."""

    format: str
    matches: Callable[[Mapping[str, Tensor]], bool]
    convert: Callable[[Mapping[str, Tensor], Mapping[str, Any]], Converted]


def _part(
    architecture: str, config: dict[str, Any], found: dict[str, Tensor], licence: str, notes: str
) -> Converted:
    tower = _TOWERS[architecture]
    words = _WORDS[architecture]
    return Converted("sound_encoder", architecture, config, found, licence, notes, format=words, tower=tower)


def _lee2022(tensors: Mapping[str, Tensor], extra: Mapping[str, Any]) -> Converted:
    from engine.networks.lee2022_sound import Lee2022SoundEncoder

    found = fitted(bare(tensors), Lee2022SoundEncoder)
    return _part("lee2022_sound", {}, found, "CC BY-NC-SA 4.0 (kuai-lab)", _LOUDNESS_LOST)


def _wav2clip(tensors: Mapping[str, Tensor], extra: Mapping[str, Any]) -> Converted:
    from engine.networks.wav2clip import Wav2CLIP

    found = fitted(bare(tensors), Wav2CLIP, constant=("audio_encoder.spectrogram.window",))
    notes = _LOUDNESS_LOST + " Clips are always heard one at a time, so that neighbours in a batch change nothing."
    return _part("wav2clip", {}, found, "MIT (Descript)", notes)


def _audioclip(tensors: Mapping[str, Tensor], extra: Mapping[str, Any]) -> Converted:
    from engine.networks.audioclip_sound import AudioCLIPSound

    tensors = bare(tensors)
    audio = under(tensors, "audio.")
    audio = audio if len(audio) else tensors
    found = fitted(audio, AudioCLIPSound, constant=("window", "fbsp.bias"))
    also: tuple[Converted, ...] = ()
    weights = AUDIOCLIP_FULL if formats_open_clip.trained_with_sound(extra) else "openai"
    notes = "Lives in the space of its own CLIP RN50"
    if formats_open_clip.matches(tensors):
        also = (formats_open_clip.convert_audioclip_tower(tensors, extra),)
        notes += ", which is in the same file and added with it."
    else:
        notes += "; this file has the sound head only. Add CLIP RN50 for files of the “Partial” training."
    part = _part("audioclip_sound", {}, found, "MIT (Guzhov et al.)", notes)
    return replace(part, also=also, tower=f"RN50/{weights}")


def _imagebind(tensors: Mapping[str, Tensor], extra: Mapping[str, Any]) -> Converted:
    from engine.networks.imagebind_sound import ImageBindSound

    audio = {name: tensors[name] for name in tensors if ".audio." in name}
    blocks = sum(1 for name in audio if _BLOCK.fullmatch(name))
    stem = audio.get("modality_preprocessors.audio.rgbt_stem.proj.weight")
    head = audio.get("modality_heads.audio.2.weight")
    if stem is None or head is None or stem.ndim != 4 or head.ndim != 2:
        raise Refusal("its audio branch is incomplete")
    width = stem.shape[0]
    if width % _HEAD_WIDTH:
        raise Refusal(f"its audio branch is {width} wide, so that its number of heads cannot be known")
    config = {"width": width, "blocks": blocks, "heads": width // _HEAD_WIDTH, "outputs": head.shape[0]}
    constant = ("modality_postprocessors.audio.1.log_logit_scale",)
    found = fitted(audio, partial(ImageBindSound, **config), constant=constant)
    notes = "Only the sound branch is kept. Pictures and texts go through OpenCLIP ViT-H/14 (laion2b_s32b_b79k)."
    return _part("imagebind_sound", config, found, "CC BY-NC-SA 4.0 (Meta, non-commercial)", notes)


def _has(*names: str) -> Callable[[Mapping[str, Tensor]], bool]:
    def test(tensors: Mapping[str, Tensor]) -> bool:
        known = bare(tensors)
        return all(name in known for name in names)

    return test


FORMATS: tuple[SoundFormat, ...] = (
    SoundFormat(_WORDS["lee2022_sound"], _has(*_LEE_ONLY), _lee2022),
    SoundFormat(
        _WORDS["wav2clip"], _has("audio_encoder.conv1.weight", "audio_transform.sequential.0.weight"), _wav2clip
    ),
    SoundFormat(_WORDS["audioclip_sound"], _has("audio.fbsp.fc"), _audioclip),
    SoundFormat(_WORDS["audioclip_sound"], _has("fbsp.fc", "att5.bn.weight"), _audioclip),
    SoundFormat(_WORDS["imagebind_sound"], _has("modality_trunks.audio.blocks.0.attn.in_proj_weight"), _imagebind),
)


def matches(tensors: Mapping[str, Tensor]) -> bool:
    """Whether these names are one of the published sound encoders."""
    return any(known.matches(tensors) for known in FORMATS)


def convert(tensors: Mapping[str, Tensor], extra: Mapping[str, Any]) -> Converted:
    """The matching conversion; names are kept except for prefixes. Raises Refusal when a tensor does not fit."""
    for known in FORMATS:
        if known.matches(tensors):
            return known.convert(tensors, extra)
    raise Refusal("it is none of the published sound encoders")
