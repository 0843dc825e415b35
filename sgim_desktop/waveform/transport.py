"""The waveform panel's commands."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from sgim_desktop.tinted_icon import IconAction


class Transport(QObject):
    """Play, loop, snap, zoom, spectrogram, remove: one action each, for buttons, menus and the palette."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self._panel = panel
        self.play = IconAction("play", "", "", panel, shortcut="Space")
        self.loop = IconAction(
            "loop", self.tr("Loop"), self.tr("Start again at the end of the trim."), panel, shortcut="L", checkable=True
        )
        self.snap = IconAction(
            "snap",
            self.tr("Snap to zero crossings"),
            self.tr("Cuts move to where the wave crosses zero, so that they do not click."),
            panel,
            checkable=True,
        )
        self.zoom_selection = IconAction(
            "zoom-selection", self.tr("Zoom to trim"), self.tr("Show the trimmed part."), panel, shortcut="Z"
        )
        self.zoom_all = IconAction(
            "zoom-all", self.tr("Zoom to all"), self.tr("Show the whole sound."), panel, shortcut="Shift+Z"
        )
        self.spectrogram = IconAction(
            "spectrogram",
            self.tr("Spectrogram"),
            self.tr("Show which pitches sound when, as the encoder hears it; low ones at the bottom."),
            panel,
            shortcut="G",
            checkable=True,
        )
        self.remove = IconAction(
            "delete", self.tr("Remove sound"), self.tr("Take the chosen sound out; undo brings it back."), panel
        )
        self.snap.setChecked(True)
        self.commands = [
            self.play,
            self.loop,
            self.snap,
            self.zoom_selection,
            self.zoom_all,
            self.spectrogram,
            self.remove,
        ]
        self.show_playing(False)

    def enable(self, possible: bool) -> None:
        """Whether there is a sound to do anything with."""
        for action in (self.play, self.zoom_selection, self.zoom_all, self.spectrogram, self.remove):
            action.setEnabled(possible)

    def show_playing(self, playing: bool) -> None:
        """Play becomes stop and back."""
        if playing:
            self.play.describe(self.tr("Stop"), self.tr("Stop playing."))
        else:
            self.play.describe(self.tr("Play"), self.tr("Hear what the edit will hear: trims, gains and weights."))
        self.play.show_icon("stop" if playing else "play", self._panel.palette())
