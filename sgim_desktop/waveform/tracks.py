"""Loads the sounds of the document's clips, one after the other, off the window's thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from sgim_desktop.background import Background
from sgim_desktop.document.document import Document
from sgim_desktop.waveform.track import Track, load_track


class Tracks(QObject):
    """Tracks by the sha256 of their file. Loaded once, also when several clips use one file."""

    loaded = Signal(str)  # sha256
    failed = Signal(str, str)  # sha256, sentence
    progressed = Signal(str, float)  # sha256, share 0…1

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._background = Background(self)
        self._tracks: dict[str, Track] = {}
        self._asked: set[str] = set()

    def get(self, sha256: str) -> Track | None:
        """A track that is loaded already."""
        return self._tracks.get(sha256)

    def loaded_tracks(self) -> dict[str, Track]:
        """All tracks that are loaded."""
        return dict(self._tracks)

    def want(self, names: dict[str, str]) -> None:
        """Have these files (sha256 → name) loaded, and let go of all others."""
        for sha256 in set(self._tracks) - set(names):
            del self._tracks[sha256]
        for sha256 in self._asked - set(names):
            self._background.forget(sha256)
        self._asked &= set(names)
        for sha256, name in names.items():
            if sha256 not in self._asked:
                self._asked.add(sha256)
                self._load(sha256, name)

    def close(self) -> None:
        """Stop loading."""
        self._background.close()

    def _load(self, sha256: str, name: str) -> None:
        suffix = "." + name.rpartition(".")[2] if "." in name else ""
        told = [0.0]

        def compute() -> Track:
            path = self._document.original_path(sha256, suffix)
            return load_track(path, report)

        def report(share: float) -> None:
            if sha256 not in self._asked:
                raise _NotWanted
            if share - told[0] >= 0.02:
                told[0] = share
                self.progressed.emit(sha256, share)

        def show(track: Track) -> None:
            self._tracks[sha256] = track
            self.loaded.emit(sha256)

        self._background.ask(sha256, compute, show, lambda sentence: self.failed.emit(sha256, sentence))


class _NotWanted(Exception):
    """The clip was removed while its sound was being read."""
