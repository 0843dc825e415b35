"""Run by test_scaling in a process of its own, since the scale is set once a process: prints the clipped texts.

``python scaled_window.py LANGUAGE WIDTH HEIGHT``; prints a JSON list. The size is in logical pixels.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from PySide6.QtCore import QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication, QDialog  # noqa: E402
from session_records import add_result, add_source  # noqa: E402

from sgim_desktop.clipped_texts import clipped_texts  # noqa: E402
from sgim_desktop.main import main  # noqa: E402
from sgim_desktop.window import StudioWindow  # noqa: E402

SETTLE_MS = 250
DIALOGS = ("export", "morph", "preferences", "shortcuts")


class Reader(QTimer):
    """Goes through the window's panels and dialogs and reads each once it has settled."""

    def __init__(self, window: StudioWindow, width: int, height: int) -> None:
        super().__init__(window, interval=SETTLE_MS)
        self.clipped: list[str] = []
        self._window, self._size = window, (width, height)
        self._states = self._go()
        self.timeout.connect(self._next)
        window.complete.connect(self.start)

    def _next(self) -> None:
        if next(self._states, "end") == "end":
            self.stop()
            self._window.close()
            QApplication.exit(0)

    def _go(self) -> Iterator[None]:
        window, document = self._window, self._window.document
        window.resize(*self._size)
        source = add_source(document)
        for number, kind in enumerate(("sound", "text", "mixed")):
            add_result(document, source, number, kind)
        document.notify("A sentence long enough for two lines where the canvas is narrow, as an error's often are.")
        assert window.offers is not None
        window.offers.bar.offer("A suggestion of the usual length, with a button.", "Use this pack", lambda: None)
        window.commands["brush"].trigger()
        yield
        for name, dock in window.layout_of_docks.docks.items():
            dock.raise_()
            yield
            self._read(name)
        window.commands["frame"].trigger()
        yield
        self._read("frame")
        for name in DIALOGS:
            window.commands[name].trigger()
            yield
            for dialog in window.findChildren(QDialog):
                if dialog.isVisible():
                    self.clipped += [f"{name}: {text}" for text in clipped_texts(dialog)]
                    dialog.close()

    def _read(self, name: str) -> None:
        if (self._window.width(), self._window.height()) != self._size:
            self.clipped.append(f"{name}: the window does not fit the screen: {self._window.size()}")
        self.clipped += [f"{name}: {text}" for text in clipped_texts(self._window)]


if __name__ == "__main__":
    language, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    readers: list[Reader] = []
    main(["--new", "--language", language], on_window=lambda window: readers.append(Reader(window, width, height)))
    print(json.dumps(readers[0].clipped))
