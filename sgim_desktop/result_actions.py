"""What can be done with results: rate, delete, copy, drag out, go to the next, take over the settings."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from sgim_desktop.document.values import ResultItem

if TYPE_CHECKING:
    from sgim_desktop.window import StudioWindow


class ResultActions(QObject):
    """Acts on what is chosen in the gallery, or else on the result being looked at."""

    def __init__(self, window: StudioWindow) -> None:
        super().__init__(window)
        self._window = window
        self._document = window.document
        self._drag_folder: tempfile.TemporaryDirectory[str] | None = None
        window.gallery.drag_files = self.drag_files

    def rate(self, stars: int) -> None:
        """Give the chosen results stars."""
        chosen = self._window.gallery.chosen()
        if chosen:
            self._document.rate([item.id for item in chosen], stars)

    def delete(self) -> None:
        """Take the chosen results away."""
        chosen = self._window.gallery.chosen()
        if chosen:
            self._document.delete_results([item.id for item in chosen])

    def use_settings(self) -> None:
        """The settings of the result being looked at become those of the next edit."""
        result = self._document.selected_result
        if result is not None:
            self._document.use_settings_of(result)

    def step(self, by: int) -> None:
        """Look at the result before or after, of the same picture."""
        source, selected = self._document.source, self._document.selected_result
        items = [item for item in self._document.results if source is not None and item.source_id == source.id]
        if items:
            at = next((i for i, item in enumerate(items) if selected is not None and item.id == selected.id), 0)
            self._document.select_result(items[(at + by) % len(items)].id)

    def copy(self) -> None:
        """What is looked at, onto the clipboard."""
        image = self._window.canvas.current_image()
        if image is not None:
            QGuiApplication.clipboard().setImage(image)
            self._document.notify(self.tr("The picture is on the clipboard."))

    def drag_files(self, results: list[ResultItem]) -> list[Path]:
        """Files for a drag out of the window: at once, hence at the pack's size, with their recipes."""
        from engine.media.pictures import save_picture
        from sgim_desktop.document.reading import pixels_of_png

        if self._drag_folder is None:
            self._drag_folder = tempfile.TemporaryDirectory(prefix="sgim-drag-")
        paths = []
        for item in results:
            path = Path(self._drag_folder.name) / f"{Path(item.request.picture_name).stem}-{item.id[:6]}.png"
            save_picture(path, pixels_of_png(self._document.blob(item.picture)), recipe=item.request.to_json())
            paths.append(path)
        return paths

    def close(self) -> None:
        """Take temporary files away."""
        if self._drag_folder is not None:
            self._drag_folder.cleanup()
