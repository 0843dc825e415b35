"""``--self-test``: the whole way once, as the frozen application is checked: sample in, edit, picture out."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from sgim_desktop.document.values import ResultItem
from sgim_desktop.session_actions import SAMPLES
from sgim_desktop.window import StudioWindow

MOST_SECONDS = 1200
STEPS = 6


class SelfTest(QObject):
    """Drives the window through its public actions; exits 0 with a picture, or 1 with a sentence on stderr."""

    def __init__(self, window: StudioWindow, out: Path) -> None:
        super().__init__(window)
        self._window = window
        self._out = out
        document = window.document
        window.complete.connect(window.session.add_samples)
        window.importer.finished.connect(self._edit)
        document.message.connect(self._message)
        document.selected_result_changed.connect(self._result)
        window.engine.exported.connect(lambda _, paths: self._end(0, str(paths[0])))
        QTimer.singleShot(MOST_SECONDS * 1000, lambda: self._end(1, f"nothing after {MOST_SECONDS} s"))

    def _edit(self) -> None:
        document = self._window.document
        if document.source is None or len(document.clips) != len(SAMPLES) - 1:
            self._end(1, "the samples were not added")
            return
        document.change_settings(steps=STEPS, fidelity="fast")
        self._window.commands["run"].trigger()

    def _result(self, result: ResultItem | None) -> None:
        if result is None:
            return
        from sgim_desktop.export.formats import ExportChoice
        from sgim_desktop.export.job import export_results

        choice = ExportChoice(folder=self._out.parent, template=self._out.stem, suffix=self._out.suffix or ".png")
        export_results(self._window.conductor, [result], choice)

    def _message(self, sentence: str, level: str) -> None:
        if level == "error":
            self._end(1, sentence)

    def _end(self, code: int, words: str) -> None:
        print(words, file=sys.stderr if code else sys.stdout)  # noqa: T201
        self._window.document.message.disconnect(self._message)
        self._window.close()
        QApplication.exit(code)
