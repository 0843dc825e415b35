"""The front ends of the published sound encoders: from a sound to what each network takes."""

from engine.embedding.fronts.choose import SOUND_ARCHITECTURES, SoundFront, sound_front

__all__ = ["SOUND_ARCHITECTURES", "SoundFront", "sound_front"]
