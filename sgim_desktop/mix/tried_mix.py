"""A mix that is tried: the canvas shows it in the place of the selected mixed result until it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from engine.request import Request
from sgim_desktop.canvas.canvas import Canvas
from sgim_desktop.document.document import Document
from sgim_desktop.document.values import ResultItem, Settings
from sgim_desktop.run.conductor import Conductor

MIX = "mix"  # what the engine thread calls a mix that is kept
Then = Callable[[ResultItem], object]


@dataclass(frozen=True)
class _Mix:
    """Of which two results, and how."""

    parts: tuple[str, str] | None
    alpha: float | None
    split: int | None


class TriedMix(QObject):
    """Follows the mix settings; knows whether what is looked at is a result or only tried."""

    def __init__(self, document: Document, conductor: Conductor, canvas: Canvas, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._conductor, self._canvas = document, conductor, canvas
        self._set = _set_mix(document.settings)
        self._shown_for = ""
        self._awaited: tuple[_Mix, Then] | None = None
        document.settings_changed.connect(self._settings_changed)
        document.reset.connect(self._forget)
        conductor.engine.mixed.connect(lambda item, _: self._kept(item))
        conductor.engine.failed.connect(self._failed)

    @property
    def result_id(self) -> str:
        """The selected result when a mix is shown in its place, or nothing."""
        selected = self._document.selected_result
        tried = selected is not None and selected.id == self._shown_for and self._canvas.shows_selected
        return self._shown_for if tried else ""

    def show(self, key: str, strength: float | None = None) -> bool:
        """Show the mix again when one is tried in the place of this result; otherwise none is tried any more."""
        result = self._document.selected_result
        if result is None or not key == result.id == self._shown_for:
            self._shown_for = ""
            return False
        self._mix(result, strength, keep=False)
        return True

    def keep(self, then: Then = lambda kept: None) -> None:
        """Keep the mix as it is set now as a result of its own; then go on with that."""
        result = self._document.selected_result
        if result is None or result.parts is None:
            return
        wanted = _Mix(result.parts, *self._set)
        if self._awaited is None or self._awaited[0] != wanted:
            self._mix(result, None, keep=True)
        self._awaited = (wanted, then)

    def _settings_changed(self, settings: Settings) -> None:
        if _set_mix(settings) == self._set:
            return
        self._set = _set_mix(settings)
        result = self._document.selected_result
        if result is None or result.parts is None or not self._canvas.shows_selected:
            return
        own = self._set == _mix_of(result.request)
        self._shown_for = "" if own else result.id
        self._canvas.refresh()

    def _mix(self, result: ResultItem, strength: float | None, keep: bool) -> None:
        sound, text = (self._document.result_by_id(key) for key in result.parts or ("", ""))
        if sound is not None and text is not None:
            alpha, split = self._set
            chosen = result.request.strength if strength is None else strength
            self._conductor.mix(sound, text, alpha, split, chosen, keep)

    def _kept(self, item: ResultItem) -> None:
        if self._awaited is None or self._awaited[0] != _Mix(item.parts, *_mix_of(item.request)):
            return
        then = self._awaited[1]
        self._stop_awaiting()
        if self._document.result_by_id(item.id) is not None:
            then(item)

    def _forget(self) -> None:
        self._set, self._shown_for = _set_mix(self._document.settings), ""
        self._stop_awaiting()

    def _failed(self, job_id: str, _sentence: str) -> None:
        if job_id == MIX:
            self._stop_awaiting()

    def _stop_awaiting(self) -> None:
        self._awaited = None


def _set_mix(settings: Settings) -> tuple[float | None, int | None]:
    return (settings.mix_alpha if settings.split_layer is None else None, settings.split_layer)


def _mix_of(request: Request) -> tuple[float | None, int | None]:
    return (request.mix_alpha, request.split_layer)
