"""The one family of errors the artist ever sees (DESIGN §8).

Each error carries a *sentence* (what happened, to which file, what to do about it) and,
for the log only, a *cause*.
"""

from __future__ import annotations


class SgimError(Exception):
    """Anything the program can explain. ``sgim`` exits with 1 for these."""

    exit_code = 1

    def __init__(self, sentence: str, cause: object = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.cause = cause


class InputError(SgimError):
    """The artist's input or arguments are at fault. ``sgim`` exits with 2 for these."""

    exit_code = 2


class PictureError(InputError):
    """A picture could not be read, or cannot be used."""


class SoundError(InputError):
    """A sound could not be read, or cannot be used."""


class RequestError(InputError):
    """The arguments of an edit contradict each other or are out of range."""


class PackError(InputError):
    """A pack is unknown, damaged, incomplete or does not fit."""


class CheckpointError(InputError):
    """A weights file is damaged, hostile or of an unknown kind."""


class DataError(InputError):
    """A data set (index, shard, labels) is at fault."""


class SaveError(InputError):
    """A file could not be written (no space, no permission, no folder)."""


class DownloadError(SgimError):
    """A download failed; it can be resumed."""


class MemoryShortError(SgimError):
    """Not enough memory on the chosen device even after stepping down."""
