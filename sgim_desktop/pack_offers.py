"""Offers the pack that fits the picture better, in the window, with one button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from sgim_desktop.offer_bar import OfferBar
from sgim_desktop.pack_advice import Advice, PackAdvice

if TYPE_CHECKING:
    from sgim_desktop.window import StudioWindow


class PackOffers(QObject):
    """Puts a bar above the window's canvas and shows ``PackAdvice`` there; accepted, it is a step of undo."""

    def __init__(self, window: StudioWindow) -> None:
        super().__init__(window)
        self._document = window.document
        self.bar = OfferBar(window)
        window.above_canvas.insertWidget(1, self.bar)
        self.advice = PackAdvice(window.document, window.canvas.originals, self)
        self.advice.advised.connect(self._show)
        self.bar.put_away.connect(self.advice.put_away)
        window.engine.ready.connect(lambda device: self.advice.begin())

    def close(self) -> None:
        """Stop looking; call before the application ends."""
        self.advice.close()

    def _show(self, advice: Advice | None) -> None:
        if advice is None:
            self.bar.withdraw()
        else:
            self.bar.offer(advice.sentence, self.tr("Use {0}").format(advice.pack), lambda: self._use(advice.pack))

    def _use(self, pack: str) -> None:
        self._document.change_settings(self.tr("Choose pack"), pack=pack)
