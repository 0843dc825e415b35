"""``python -m sgim_desktop.screenshots FOLDER``: pictures of the window and of every panel, light and dark.

Starts the real studio with the bundled sample, edits it by a sound and a text, and looks at itself.
Exits 1 and says which when a text does not fit where it is shown (try QT_SCALE_FACTOR=1.5 and --language de).
``--readme`` takes only the few that the README shows, smaller, as JPEG: ``… resources/readme --readme``.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from sgim_desktop.clipped_texts import clipped_texts
from sgim_desktop.main import main
from sgim_desktop.waveform.panel import WaveformPanel
from sgim_desktop.window import StudioWindow

STEPS = 30
SETTLE_MS = 1500
README_FLAG = "--readme"
README_WIDTH, README_QUALITY = 1180, 84


class Photographer(QObject):
    """Goes through the window's states, one after the other."""

    def __init__(self, window: StudioWindow, folder: Path, readme: bool = False) -> None:
        super().__init__(window)
        self._window = window
        self._folder = folder
        self._clipped: set[str] = set()
        self._states = self._go_for_readme() if readme else self._go()
        window.complete.connect(self._next)

    def _next(self) -> None:
        try:
            wait = next(self._states)
        except StopIteration:
            self._window.close()
            for text in self._clipped:
                print(f"clipped: {text}", file=sys.stderr)  # noqa: T201
            QApplication.exit(1 if self._clipped else 0)
            return
        self._poll(wait)

    def _poll(self, wait: Callable[[], bool]) -> None:
        if wait():
            QTimer.singleShot(SETTLE_MS, self._next)
        else:
            QTimer.singleShot(50, lambda: self._poll(wait))

    def _go(self) -> Iterator[Callable[[], bool]]:
        window, document = self._window, self._window.document
        self._shoot("empty")
        window.session.add_samples()
        yield lambda: len(document.clips) == 3 and document.source is not None
        document.change_settings(text="a thunderstorm at night", steps=STEPS)
        window.commands["run"].trigger()
        yield lambda: document.run.done > STEPS // 3 and document.run.phase == "text"
        self._shoot("editing")
        yield lambda: len(document.results) == 3 and not document.run.running
        for scheme in ("light", "dark"):
            window.set_scheme(scheme)
            yield lambda: True
            self._shoot(f"window-{scheme}")
            for name, dock in window.layout_of_docks.docks.items():
                dock.raise_()
                yield lambda: True
                dock.grab().save(str(self._folder / f"{name}-{scheme}.png"))
                self._clipped |= set(clipped_texts(window))
            yield from self._details(scheme)
            yield from self._dialogs(scheme)
        for mode in ("split", "side", "survey"):
            window.canvas.set_mode(mode)
            yield lambda: True
            self._shoot(f"compare-{mode}")
        window.canvas.set_mode("single")
        window.commands["brush"].trigger()
        yield lambda: True
        self._shoot("region")
        window.commands["frame"].trigger()
        yield lambda: True
        self._shoot("frame")

    def _go_for_readme(self) -> Iterator[Callable[[], bool]]:
        window, document = self._window, self._window.document
        window.set_scheme("light")
        window.session.add_samples()
        yield lambda: len(document.clips) == 3 and document.source is not None
        document.change_settings(text="a thunderstorm at night")
        window.commands["run"].trigger()
        yield lambda: len(document.results) == 3 and not document.run.running
        window.canvas.set_mode("split")
        for name in ("guides", "layer_mask"):
            window.layout_of_docks.docks[name].raise_()
        yield lambda: window.canvas.result_view.edited is not None
        self._keep_small("studio-light", window)
        waveform = window.panels["waveform"]
        assert isinstance(waveform, WaveformPanel)
        waveform.transport.spectrogram.setChecked(True)
        window.set_scheme("dark")
        window.canvas.set_mode("survey")
        yield lambda: True
        self._keep_small("studio-dark", window)

    def _keep_small(self, name: str, widget: QWidget) -> None:
        picture = widget.grab()
        if picture.width() > README_WIDTH:
            picture = picture.scaledToWidth(README_WIDTH, Qt.TransformationMode.SmoothTransformation)
        self._folder.mkdir(parents=True, exist_ok=True)
        picture.save(str(self._folder / f"{name}.jpg"), quality=README_QUALITY)

    def _details(self, scheme: str) -> Iterator[Callable[[], bool]]:
        """What the panels show only when asked: the spectrogram, the advanced settings, the mask as numbers."""
        docks, panels = self._window.layout_of_docks.docks, self._window.panels
        for name, part, switch in (
            ("waveform", "spectrogram", "transport.spectrogram"),
            ("guides", "advanced", "more"),
            ("layer_mask", "numbers", "as_numbers"),
        ):
            button = operator.attrgetter(switch)(panels[name])
            docks[name].raise_()
            button.setChecked(True)
            yield lambda: True
            docks[name].grab().save(str(self._folder / f"{name}-{part}-{scheme}.png"))
            button.setChecked(False)

    def _dialogs(self, scheme: str) -> Iterator[Callable[[], bool]]:
        from sgim_desktop.packs.catalogue_dialog import CatalogueDialog

        for name in ("export", "morph", "preferences", "shortcuts", "palette"):
            self._window.commands[name].trigger()
            yield lambda: True
            dialog = QApplication.activeModalWidget() or QApplication.activePopupWidget()
            if dialog is not None:
                dialog.grab().save(str(self._folder / f"{name}-{scheme}.png"))
                dialog.close()
        catalogue = CatalogueDialog(set(), self._window)
        catalogue.show()
        yield lambda: True
        catalogue.grab().save(str(self._folder / f"fetch-{scheme}.png"))
        catalogue.close()

    def _shoot(self, name: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._window.grab().save(str(self._folder / f"{name}.png"))


def photograph(folder: Path, arguments: list[str]) -> int:
    """Run the studio once, photographing it into ``folder``; ``arguments`` as those of ``sgim-desktop``."""
    readme = README_FLAG in arguments

    def begin(window: StudioWindow) -> None:
        Photographer(window, folder, readme)

    return main(["--new", *(word for word in arguments if word != README_FLAG)], on_window=begin)


if __name__ == "__main__":
    sys.exit(photograph(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"), sys.argv[2:]))
