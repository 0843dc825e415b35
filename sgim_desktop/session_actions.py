"""Opening, naming and leaving sessions; files, drops and the clipboard coming in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QMimeData, QObject, QSettings, QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QMenu

from engine.errors import SgimError
from sgim_desktop.document.importing import PICTURE_SUFFIXES, SESSION_SUFFIX, SOUND_SUFFIXES, VIDEO_SUFFIXES
from sgim_desktop.document.session_files import RecentSessions, is_untitled, new_session_path
from sgim_desktop.document.session_lock import open_elsewhere, open_elsewhere_sentence
from sgim_desktop.opened_dialog import opened
from sgim_desktop.resource_folder import resource_folder

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog

    from sgim_desktop.packs.panel import PacksPanel
    from sgim_desktop.window import StudioWindow

FOLDER_KEY = "open_folder"
SAMPLES = ("lakeside.jpg", "rain.ogg", "thunder.ogg", "fire.ogg")


class SessionActions(QObject):
    """What the File menu does."""

    def __init__(self, window: StudioWindow) -> None:
        super().__init__(window)
        self._window = window
        self._document = window.document
        self.recent = RecentSessions()
        self._left: Path | None = None
        self.recent.begin()
        window.importer.session_dropped.connect(self.open_session)
        window.importer.weights_dropped.connect(self.add_weights)
        self._document.path_changed.connect(self._path_changed)
        self._document.moved.connect(self._moved)

    def open_files(self) -> QFileDialog:
        """Ask for files and add them."""
        from PySide6.QtWidgets import QFileDialog

        patterns = " ".join(f"*{suffix}" for suffix in PICTURE_SUFFIXES + SOUND_SUFFIXES + VIDEO_SUFFIXES)
        known = self.tr("Pictures, sounds and sessions ({0})").format(f"{patterns} *{SESSION_SUFFIX}")
        dialog = QFileDialog(self._window, self.tr("Open"), _last_folder())
        dialog.setNameFilters([known, self.tr("All files (*)")])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.add([Path(name) for name in names]))
        dialog.filesSelected.connect(lambda names: _keep_folder(names[0]))
        return opened(dialog)

    def add(self, paths: Iterable[Path]) -> None:
        """Add pictures and sounds, or open a session."""
        self._window.importer.add_files(paths)

    def add_weights(self, path: Path) -> None:
        """Make a pack of published weights, where the artist sees it happen."""
        panel = self._window.panels.get("packs")
        if panel is None:  # the window is still being built
            self._window.complete.connect(lambda: self.add_weights(path), Qt.ConnectionType.SingleShotConnection)
            return
        dock = self._window.layout_of_docks.docks["packs"]
        dock.show()
        dock.raise_()
        cast("PacksPanel", panel).add(path)

    def add_samples(self) -> None:
        """The bundled picture and sounds."""
        folder = resource_folder() / "samples"
        self._window.importer.add_files([folder / name for name in SAMPLES], muted=SAMPLES[2:])

    def new_session(self) -> None:
        """An empty session; the one before stays where it is."""
        self._switch(new_session_path())

    def open_session(self, path: Path) -> None:
        """Go to another session."""
        if not path.is_file():
            self._document.notify(self.tr("There is no session {0} any more.").format(path), "error")
        elif open_elsewhere(path):
            self._document.notify(open_elsewhere_sentence(path), "warning")
        elif path.resolve() != self._document.path.resolve():
            self._switch(path)

    def save_as(self) -> QFileDialog:
        """Ask for a place and go on there."""
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, self.tr("Save session as"), _last_folder())
        dialog.setNameFilter(self.tr("Sessions (*{0})").format(SESSION_SUFFIX))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SESSION_SUFFIX)
        if not is_untitled(self._document.path):
            dialog.selectFile(str(self._document.path))
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        return opened(dialog)

    def save_to(self, path: Path) -> None:
        """Put the session at ``path``; an untitled file it came from is removed. Returns at once."""
        self._document.save_as(path, forget=is_untitled)

    def _moved(self, before: Path, path: Path) -> None:
        self._document.notify(self.tr("Saved as {0}; from now on everything is saved there.").format(path.name))

    def leave(self) -> None:
        """The window closes: fold the session into one file; forget it when it is empty."""
        document = self._document
        empty = not (document.sources or document.clips or document.results)
        document.close()
        self.recent.settle()
        if empty and is_untitled(document.path):
            document.path.unlink(missing_ok=True)
        else:
            self.recent.touch(document.path)

    def fill_recent(self, menu: QMenu) -> None:
        """The recent sessions, as they are now."""
        menu.clear()
        for path in self.recent.known:
            if path != self._document.path:
                action = menu.addAction(path.stem)
                action.setToolTip(str(path))
                action.triggered.connect(lambda _=False, path=path: self.open_session(path))
        menu.setEnabled(bool(menu.actions()))

    def paste(self) -> None:
        """Add what is on the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        if data is None or not self.take(data):  # Qt gives None for an empty clipboard
            self._document.notify(self.tr("There is no picture and no file on the clipboard."), "warning")

    def drop(self, data: QMimeData) -> bool:
        """Add what was dropped on the window, or say why nothing of it can be added."""
        taken = self.take(data)
        if not taken:
            sentence = self.tr("What was dropped is a link, not a file; save what it leads to, then drop that file.")
            self._document.notify(sentence, "warning")
        return taken

    def take(self, data: QMimeData) -> bool:
        """Add files or a picture out of a drop or the clipboard; False when there is neither."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.add(paths)
            return True
        if data.hasImage():
            self._window.importer.add_image(QImage(data.imageData()), self.tr("Pasted picture") + ".png")
            return True
        return False

    def _switch(self, path: Path) -> None:
        """Once the running edit has left its best so far in the session it belongs to."""
        self._window.conductor.leave(lambda: self._enter(path))

    def _enter(self, path: Path) -> None:
        document = self._document
        self._left = document.path
        try:
            document.open(path)
        except SgimError as error:
            self._left = None
            document.notify(error.sentence, "error")

    def _path_changed(self, path: Path) -> None:
        self.recent.use(path, self._left)
        self._left = None
        self._window.show_title()


def _last_folder() -> str:
    """Where the artist opened something last, or else the pictures."""
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    folder = Path(str(QSettings("SGIM", "SGIM Studio").value(FOLDER_KEY, pictures)))
    return str(folder if folder.is_dir() else Path.home())  # Qt takes a folder that is gone for a file's name


def _keep_folder(name: str) -> None:
    QSettings("SGIM", "SGIM Studio").setValue(FOLDER_KEY, str(Path(name).parent))
