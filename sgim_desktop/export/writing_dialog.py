"""What both export dialogs do while the engine writes: show how far it is, and end it on Cancel."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QProgressBar, QPushButton, QWidget

from engine.steps import Progress
from sgim_desktop.document.document import Document
from sgim_desktop.run.conductor import Conductor


class WritingDialog(QDialog):
    """Stays open with a progress bar until its files are written; Cancel, Escape and closing it end the writing."""

    def __init__(self, document: Document, conductor: Conductor, button: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._conductor = document, conductor
        self._job = ""
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.bar.hide()
        self.button = QPushButton(button, self)
        self.button.setDefault(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.buttons.addButton(self.button, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.rejected.connect(self.reject)
        engine = conductor.engine
        engine.exported.connect(self._exported)
        engine.progressed.connect(self._progressed)
        engine.failed.connect(self._failed)

    def written(self, paths: list[Path]) -> str:
        """What to say when the files are there."""
        raise NotImplementedError

    def reject(self) -> None:
        """Leave; what is being written is given up."""
        if self._job:
            self._conductor.cancel_export(self._job)
            self._document.notify(self.tr("The export was cancelled; files that were finished by then stay."))
            self._job = ""
        super().reject()

    def _wait_for(self, job: str) -> None:
        self._job = job
        self.button.setEnabled(False)
        self.bar.setRange(0, 0)
        self.bar.show()

    def _progressed(self, job: str, progress: Progress) -> None:
        if job == self._job:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)

    def _exported(self, job: str, paths: list[Path]) -> None:
        if job == self._job:
            self._job = ""
            self._document.notify(self.written(paths))
            self.accept()

    def _failed(self, job: str, _: str) -> None:
        if job == self._job and job:
            self._job = ""
            self.bar.hide()
            self.button.setEnabled(True)
