"""Notices a portrait under a pack for scenery, or the other way round, and names the pack that fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.packs.store import PackStore
from sgim_desktop.background import Background
from sgim_desktop.canvas.pictures import Originals
from sgim_desktop.canvas.pyramid import Pyramid
from sgim_desktop.document.document import Document
from sgim_desktop.pack_facts import usable_packs

if TYPE_CHECKING:
    import numpy as np

PORTRAIT, SCENE = "portrait", "scene"
LOOKED_AT = 800  # pixels: the longer side of the copy in which a face is looked for, at least


@dataclass(frozen=True)
class Advice:
    """One sentence, and the pack it recommends."""

    sentence: str
    pack: str


class PackAdvice(QObject):
    """Looks at the selected source whenever it or the pack changes. ``advised(Advice | None)``.

    A source whose frame the artist set, or chose to use whole, is left alone; so is advice that was put away.
    """

    advised = Signal(object)

    def __init__(
        self, document: Document, originals: Originals, parent: QObject | None = None, store: PackStore | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._originals = document, originals
        self._store = store or PackStore()
        self._background = Background(self)
        self._faces: dict[tuple[str, bool], bool] = {}
        self._looked: tuple[str, str] | None = None
        self._put_away: set[tuple[str, str]] = set()
        self._ready = False
        document.source_changed.connect(lambda source: self.look())
        document.settings_changed.connect(lambda settings: self.look())
        originals.loaded.connect(lambda source_id: self.look())

    def begin(self) -> None:
        """From now on torch is there, which the face finder needs."""
        self._ready = True
        self.look()

    def look(self) -> None:
        """Look again if there is something new to see."""
        source, pack = self._document.source, self._document.settings.pack
        looked = (source.sha256, pack) if source is not None and source.face is None and source.align else None
        if looked == self._looked or not self._ready:
            return
        self._looked = looked
        self._background.forget("advice")
        self.advised.emit(None)
        if source is None or looked is None or looked in self._put_away:
            return
        pyramid = self._originals.get(source)
        if pyramid is None:
            self._looked = None  # once more, when it is loaded
            return
        self._background.ask(
            "advice", lambda: self._better(source.sha256, pyramid, pack), lambda found: self._say(source.name, *found)
        )

    @property
    def looking(self) -> bool:
        """Whether a picture is being looked at just now."""
        return self._background.busy

    def put_away(self) -> None:
        """The artist does not want to hear it again."""
        if self._looked is not None:
            self._put_away.add(self._looked)
        self.advised.emit(None)

    def close(self) -> None:
        """Stop looking; call before the application ends."""
        self._ready = False
        self._background.close()

    def _say(self, name: str, pack: str, face: bool) -> None:
        if not pack:
            return
        if face:
            sentence = self.tr("This looks like a portrait; the pack {0} knows faces.").format(pack)
        else:
            sentence = self.tr("There is no face in {0}; the pack {1} edits whole pictures.").format(name, pack)
        self.advised.emit(Advice(sentence, pack))

    # -- elsewhere -----------------------------------------------------------------------------------

    def _better(self, sha256: str, pyramid: Pyramid, pack: str) -> tuple[str, bool]:
        """The pack that fits better, or nothing; and whether the picture shows a face."""
        packs = usable_packs(self._store)
        domain = packs.get(pack, "")
        wanted = {SCENE: PORTRAIT, PORTRAIT: SCENE}.get(domain)
        other = next((name for name, shows in packs.items() if shows == wanted), "")
        if not other:
            return "", False
        face = self._shows_face(sha256, pyramid, thorough=domain == PORTRAIT)
        return (other if face == (wanted == PORTRAIT) else ""), face

    def _shows_face(self, sha256: str, pyramid: Pyramid, thorough: bool) -> bool:
        """Whether a face is what the picture is about; ``thorough``: whether there is any face at all."""
        key = (sha256, thorough)
        if key not in self._faces:
            from engine.alignment.faces import find_faces, is_portrait

            pixels = _small_copy(pyramid)
            self._faces[key] = is_portrait(pixels) or (thorough and bool(find_faces(pixels)))
        return self._faces[key]


def _small_copy(pyramid: Pyramid) -> np.ndarray:
    """(H, W, 3) uint8: the smallest level that still shows a face well."""
    import numpy as np

    fitting = [array for array in pyramid.arrays if max(array.shape) >= LOOKED_AT] or [pyramid.arrays[0]]
    return np.ascontiguousarray(fitting[-1][..., 2::-1])
