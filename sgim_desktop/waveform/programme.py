"""What is heard when the artist presses play: the audible clips, trimmed, weighed and added up. Qt-free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sgim_desktop.document.values import ClipItem
from sgim_desktop.waveform.clip import length, linear_gain
from sgim_desktop.waveform.track import Track


class Programme:
    """The mix as a stream that can be read from any frame, so that an hour costs no memory.

    ``clips``: those to be heard (``Document.sounding_clips``); ``tracks`` by the sha256 of their file;
    clips whose track is not loaded yet are left out.
    Clips of another rate are interpolated linearly: good enough to listen to, while the engine,
    which makes the edit, resamples properly.
    """

    def __init__(self, clips: Sequence[ClipItem], tracks: Mapping[str, Track]) -> None:
        self.clips = tuple(clip for clip in clips if clip.sha256 in tracks)
        self._tracks = {clip.sha256: tracks[clip.sha256] for clip in self.clips}
        self.rate = max((track.rate for track in self._tracks.values()), default=44100)
        self.frames = max((round(length(clip) * self.rate) for clip in self.clips), default=0)

    @property
    def seconds(self) -> float:
        """How long the mix is: as long as its longest clip."""
        return self.frames / self.rate

    def block(self, frame: int, count: int) -> np.ndarray:
        """``count`` mono float32 samples from ``frame`` on, silent past the end, clamped to ±1."""
        mixed = np.zeros(count, np.float32)
        for clip in self.clips:
            kept = min(count, round(length(clip) * self.rate) - frame)
            if kept <= 0:
                continue
            level = np.float32(linear_gain(clip) * clip.weight)  # weights add up as they are, as in the engine's mix
            mixed[:kept] += self._samples(clip, frame, kept) * level
        return np.clip(mixed, -1.0, 1.0, out=mixed)

    def _samples(self, clip: ClipItem, frame: int, count: int) -> np.ndarray:
        track = self._tracks[clip.sha256]
        if track.rate == self.rate:
            return _padded(track.read(round(clip.start * track.rate) + frame, count), count)
        at = (clip.start + (frame + np.arange(count)) / self.rate) * track.rate
        first = int(at[0])
        samples = _padded(track.read(first, int(at[-1]) - first + 2), int(at[-1]) - first + 2)
        return np.interp(at - first, np.arange(len(samples)), samples).astype(np.float32)


def _padded(samples: np.ndarray, count: int) -> np.ndarray:
    return samples if len(samples) == count else np.pad(samples, (0, count - len(samples)))
