"""What panels need to know of the chosen pack before any network is loaded: read off its manifest, elsewhere."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from engine.errors import SgimError
from engine.packs.manifest import Manifest
from engine.packs.store import PackStore
from sgim_desktop.background import Background
from sgim_desktop.document.document import Document
from sgim_desktop.document.values import Settings


@dataclass(frozen=True)
class PackFacts:
    """``window_seconds``: length of what the sound encoder hears at once; ``layers``: W+ rows. ``None``: unknown."""

    window_seconds: float | None
    layers: int | None


def facts_of(manifest: Manifest) -> PackFacts:
    """Read off the manifest alone, so that torch is not needed."""
    mel = manifest.preprocessing.get("mel", {})
    seconds = None
    if all(mel.get(key) for key in ("frames", "hop", "sample_rate")):
        seconds = mel["frames"] * mel["hop"] / mel["sample_rate"]
    return PackFacts(seconds, _layers(manifest))


def _layers(manifest: Manifest) -> int | None:
    for part in manifest.parts.values():
        if isinstance(part.config.get("num_ws"), int):
            return int(part.config["num_ws"])
    generator = manifest.parts.get("generator")
    if generator is not None and generator.architecture == "stylegan2" and manifest.resolution >= 4:
        start = int(generator.config.get("start_resolution", 4))
        return 2 * round(math.log2(manifest.resolution / start)) + 2  # two rows a block; the first adds its toRGB's
    return None


def usable_packs(store: PackStore) -> dict[str, str]:
    """The packs that can edit by themselves, and their domains; bundled ones first."""
    found = {}
    for name in sorted(store.names(), key=lambda name: (not (store.bundled / name).is_dir(), name)):
        try:
            manifest = store.open(name).manifest
        except SgimError:
            continue  # the Packs panel says what is wrong with it
        if {"generator", "joint_embedder"} <= set(manifest.parts):
            found[name] = manifest.domain
    return found


class PackWatch(QObject):
    """Says what is known of the document's pack, now and whenever another is chosen."""

    known = Signal(object)  # PackFacts

    def __init__(self, document: Document, parent: QObject | None = None, store: PackStore | None = None) -> None:
        super().__init__(parent)
        self._store = store or PackStore()
        self._background = Background(self)
        self._pack = ""
        document.settings_changed.connect(self._look)
        self._look(document.settings)

    def _look(self, settings: Settings) -> None:
        if settings.pack != self._pack:
            name = self._pack = settings.pack
            self._background.ask("facts", lambda: facts_of(self._store.open(name).manifest), self.known.emit)

    def close(self) -> None:
        """Stop looking; call before the application ends."""
        self._background.close()
