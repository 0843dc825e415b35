"""Sounds in and out: the names other parts of the program use."""

from engine.media.clips import clip, mix_sounds, resampled
from engine.media.load_sounds import load_sound
from engine.media.loudness import SILENCE_LUFS, is_silent, level_lufs
from engine.media.peaks import PeakPyramid, peaks_of_file, peaks_of_samples
from engine.media.sound import Sound, sound_from_samples
from engine.media.sound_stream import SoundStream, open_sound_stream
from engine.media.wav_files import save_wav

__all__ = [
    "SILENCE_LUFS",
    "PeakPyramid",
    "Sound",
    "SoundStream",
    "clip",
    "is_silent",
    "level_lufs",
    "load_sound",
    "mix_sounds",
    "open_sound_stream",
    "peaks_of_file",
    "peaks_of_samples",
    "resampled",
    "save_wav",
    "sound_from_samples",
]
