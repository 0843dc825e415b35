"""Which picture the canvas shows when: asks the engine for it, brings it home, and remembers the last few."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QObject

from sgim_desktop.canvas.canvas import Canvas
from sgim_desktop.canvas.pyramid import Pyramid
from sgim_desktop.document.document import Document
from sgim_desktop.jobs import Preview, Viewed
from sgim_desktop.mix.tried_mix import TriedMix
from sgim_desktop.result_actions import CLIPBOARD
from sgim_desktop.run.conductor import Conductor
from sgim_desktop.run.panel import RunPanel

CANVAS = "canvas"
KEPT = 8  # finished pictures, each no larger than a screen


class PictureFlow(QObject):
    """Between canvas, run panel, mix settings and the engine."""

    def __init__(
        self, document: Document, conductor: Conductor, canvas: Canvas, run_panel: RunPanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._conductor, self._canvas = document, conductor, canvas
        self.tried = TriedMix(document, conductor, canvas, self)
        self._known: OrderedDict[tuple[str, float], Pyramid] = OrderedDict()
        document.reset.connect(self._known.clear)
        canvas.view_wanted.connect(self._view)
        conductor.preview.connect(self._show_preview)
        conductor.edit_ended.connect(canvas.end_preview)
        conductor.engine.viewed.connect(self._show_viewed)
        run_panel.strength_wanted.connect(self._view_strength)
        run_panel.step_wanted.connect(self._view_step)
        canvas.refresh()

    def keep_mix(self) -> None:
        """Keep the mix as it is set now as a result of its own."""
        self.tried.keep()

    def _view(self, slot: str, key: str) -> None:
        result = self._document.result_by_id(key)
        if result is None or (slot == CANVAS and self.tried.show(key)):
            return
        known = self._known.get((key, result.request.strength))
        if known is not None:
            self._canvas.show_result(slot, result.source_id, key, known, None)
        else:
            # A finished picture takes a while: something like it is there at once.
            self._conductor.view(result, slot, quick=slot == CANVAS)

    def _view_strength(self, key: str, strength: float) -> None:
        result = self._document.result_by_id(key)
        if result is not None and not self.tried.show(key, strength):
            self._conductor.view(result, "canvas", strength=strength, quick=True)

    def _view_step(self, key: str, step: int) -> None:
        result = self._document.result_by_id(key)
        if result is not None:
            self._conductor.view(result, "canvas", step=step, quick=True)

    def _show_viewed(self, viewed: Viewed, pyramid: Pyramid) -> None:
        if viewed.slot == CLIPBOARD:
            return
        if viewed.final:
            self._known[viewed.result_id, viewed.strength] = pyramid
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        self._canvas.show_result(viewed.slot, viewed.source_id, viewed.result_id, pyramid, viewed.frame)

    def _show_preview(self, source_id: str, preview: Preview, pyramid: Pyramid) -> None:
        self._canvas.show_preview(source_id, pyramid, preview.frame)
