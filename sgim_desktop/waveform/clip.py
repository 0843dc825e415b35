"""What can be done to a clip: trims and gains kept within what makes sense. Qt-free."""

from __future__ import annotations

from dataclasses import replace

from sgim_desktop.document.values import ClipItem

GAIN_FLOOR_DB = -48.0
GAIN_CEILING_DB = 24.0
SHORTEST_CLIP = 0.05  # seconds: the least that ``engine.media.clips.clip`` takes


def trimmed(clip: ClipItem, start: float, end: float) -> ClipItem:
    """A copy trimmed to [start, end] seconds, kept inside the file and never too short."""
    shortest = min(SHORTEST_CLIP, clip.seconds)
    start = min(max(0.0, start), clip.seconds - shortest)
    end = min(max(end, start + shortest), clip.seconds)
    return replace(clip, start=start, end=None if end >= clip.seconds - 1e-6 else end)


def with_gain(clip: ClipItem, gain_db: float) -> ClipItem:
    """A copy with the gain kept within what the handle can show."""
    return replace(clip, gain_db=min(max(gain_db, GAIN_FLOOR_DB), GAIN_CEILING_DB))


def linear_gain(clip: ClipItem) -> float:
    """The factor its samples are multiplied with."""
    return float(10.0 ** (clip.gain_db / 20.0))


def length(clip: ClipItem) -> float:
    """How many seconds the trim keeps."""
    return clip.end_seconds - clip.start
