"""What can be done with results: rate, delete, copy, drag out, go to the next, take over the settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage

from sgim_desktop.canvas.pyramid import Pyramid
from sgim_desktop.document.values import ResultItem
from sgim_desktop.jobs import Viewed

if TYPE_CHECKING:
    import tempfile

    from sgim_desktop.gallery.panel import GalleryPanel
    from sgim_desktop.gallery.result_drag import ResultDrag
    from sgim_desktop.window import StudioWindow


MENU = ("use_settings", "export", "copy", "delete")  # by a right click in the gallery
CLIPBOARD = "clipboard"  # the slot of a picture that is to be copied


class ResultActions(QObject):
    """Acts on what is chosen in the gallery, or else on the result being looked at."""

    def __init__(self, window: StudioWindow) -> None:
        super().__init__(window)
        self._window = window
        self._document = window.document
        self._drag_folder: tempfile.TemporaryDirectory[str] | None = None
        window.engine.viewed.connect(self._viewed)

    def serve(self, gallery: GalleryPanel) -> None:
        """Give the gallery what can be done with results."""
        gallery.drag_data = self.drag_data
        gallery.context_actions = [self._window.commands[name] for name in MENU]

    def chosen(self) -> list[ResultItem]:
        """The results marked in the gallery, else the one being looked at."""
        return self._window.gallery.chosen() if "gallery" in self._window.panels else []

    def rate(self, stars: int) -> None:
        """Give the chosen results stars."""
        chosen = self.chosen()
        if chosen:
            self._document.rate([item.id for item in chosen], stars)

    def delete(self) -> None:
        """Take the chosen results away."""
        chosen = self.chosen()
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
        """What is looked at, onto the clipboard: the result at its full size, or else the original."""
        result, image = self._document.selected_result, self._window.canvas.current_image()
        if result is not None:
            self.as_shown([result], lambda shown: self._window.conductor.full_picture(shown[0], CLIPBOARD))
        elif image is not None:
            self._put_on_clipboard(image)

    def as_shown(self, results: list[ResultItem], then: Callable[[list[ResultItem]], object]) -> None:
        """Go on with these results as the canvas shows them: a mix that is only tried becomes a result first."""
        tried = self._window.pictures.tried
        key = tried.result_id
        if key not in {item.id for item in results}:
            then(results)
            return
        self._document.notify(self.tr("The mix on the canvas is kept as a result first."))
        tried.keep(lambda kept: then([kept if item.id == key else item for item in results]))

    def drag_data(self, results: list[ResultItem]) -> ResultDrag:
        """For a drag out of the window: PNG files at the original's size and depth, with their recipes."""
        import tempfile

        from sgim_desktop.export.formats import ExportChoice
        from sgim_desktop.export.job import export_results
        from sgim_desktop.gallery.result_drag import ResultDrag

        if self._drag_folder is None:
            self._drag_folder = tempfile.TemporaryDirectory(prefix="sgim-drag-")
        choice = ExportChoice(Path(self._drag_folder.name), template="{picture}-{guide}")
        conductor = self._window.conductor
        return ResultDrag(conductor.engine, lambda: export_results(conductor, results, choice, soon=True))

    def _viewed(self, viewed: Viewed, pyramid: Pyramid) -> None:
        if viewed.slot == CLIPBOARD:
            self._put_on_clipboard(pyramid.levels[0].copy())

    def _put_on_clipboard(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self._document.notify(self.tr("The picture is on the clipboard."))

    def close(self) -> None:
        """Take temporary files away."""
        if self._drag_folder is not None:
            self._drag_folder.cleanup()
