"""Which front end belongs to which published sound encoder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from engine.embedding.fronts.audioclip import audioclip_front
from engine.embedding.fronts.imagebind import imagebind_front
from engine.embedding.fronts.lee2022 import lee2022_front
from engine.embedding.fronts.wav2clip import wav2clip_front
from engine.errors import PackError
from engine.media.sound import Sound

# (sound) → (network input, one row per window; the windows heard as (start, end) in seconds).
SoundFront = Callable[[Sound], tuple[Tensor, list[tuple[float, float]]]]

_FRONTS: dict[str, SoundFront] = {
    "lee2022_sound": lee2022_front,
    "wav2clip": wav2clip_front,
    "audioclip_sound": audioclip_front,
    "imagebind_sound": imagebind_front,
}
SOUND_ARCHITECTURES = tuple(_FRONTS)


def sound_front(architecture: str, config: dict[str, Any] | None = None) -> SoundFront:
    """The front end of a published sound encoder; raises ``PackError`` for any other architecture.

    ``config`` is the part's configuration; the published front ends are fixed, so nothing is read from it.
    The network gives one vector per row of the batch; a sound's vector is the mean of their unit vectors.
    """
    if architecture not in _FRONTS:
        known = ", ".join(SOUND_ARCHITECTURES)
        raise PackError(
            f"The pack's sound encoder “{architecture}” is unknown to this version; it knows {known}. "
            "Install a newer version of the program or choose another pack."
        )
    return _FRONTS[architecture]
