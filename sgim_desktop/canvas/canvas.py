"""The canvas panel: the selected picture and result, in one of four views, with the tools in hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from sgim_desktop.canvas.empty_state import EmptyState
from sgim_desktop.canvas.picture_view import PictureView
from sgim_desktop.canvas.pictures import Originals
from sgim_desktop.canvas.pyramid import Pyramid
from sgim_desktop.canvas.view_transform import ViewTransform
from sgim_desktop.document.document import Document, sha256_of
from sgim_desktop.document.values import Frame, ResultItem, SourceItem, guide_names
from sgim_desktop.local_numbers import filled

if TYPE_CHECKING:
    from sgim_desktop.canvas.frame_tool import FrameTool
    from sgim_desktop.canvas.region_brush import RegionBrush
    from sgim_desktop.canvas.tool_bars import BrushBar, FrameBar

Bar = TypeVar("Bar", bound=QWidget)
MODES = ("single", "split", "side", "survey")
SURVEY = 4


class Canvas(QWidget):
    """Shows what the document has selected. ``view_wanted(slot, result id)``: the engine's picture of a result
    is needed; the answer comes through ``show_result``."""

    view_wanted = Signal(str, str)
    mode_changed = Signal(str)
    open_wanted = Signal()
    samples_wanted = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.originals = Originals(document, self)
        self.transform = ViewTransform(self)
        self.mode = "single"
        self._survey: tuple[ResultItem, ...] = ()
        self._compared: list[ResultItem] = []  # what the views of a survey show, in their order
        self._source_id = ""
        self._live = False
        self.views = [PictureView(self.transform, self) for _ in range(SURVEY)]
        self.view = self.views[0]
        self.view.split_moved.connect(self._move_split)
        self.empty = EmptyState(self)
        self.empty.open_wanted.connect(self.open_wanted)
        self.empty.samples_wanted.connect(self.samples_wanted)
        grid_widget = QWidget(self)
        grid = QGridLayout(grid_widget)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        for index, view in enumerate(self.views):
            grid.addWidget(view, index // 2, index % 2)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(grid_widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.stack, 1)
        self.frame_tool: FrameTool | None = None
        self.brush: RegionBrush | None = None
        self._wire()
        self.set_mode("single")
        self._take_tool(None)
        self._show_source(document.source)

    def _wire(self) -> None:
        document = self._document
        document.source_changed.connect(self._show_source)
        document.selected_result_changed.connect(self._show_selected)
        document.results_changed.connect(lambda _: self._refresh_survey())
        self.originals.loaded.connect(lambda _: self._show_originals())

    @cached_property
    def frame_bar(self) -> FrameBar:
        """The crop frame's numbers; made when the frame is first taken in hand."""
        from sgim_desktop.canvas.tool_bars import FrameBar

        bar = FrameBar(self)
        bar.changed.connect(lambda frame: self._set_frame(frame, "frame numbers"))
        bar.automatic.connect(lambda: self._find_frame(True))
        bar.whole.connect(lambda: self._find_frame(False))
        return self._put_below(bar)

    @cached_property
    def brush_bar(self) -> BrushBar:
        """The brush's settings; made when the brush is first taken in hand."""
        from sgim_desktop.canvas.tool_bars import BrushBar

        bar = BrushBar(self)
        bar.diameter_changed.connect(self._set_diameter)
        bar.softness_changed.connect(self._set_softness)
        bar.erasing_changed.connect(self._set_erasing)
        bar.invert.connect(self.invert_region)
        bar.clear.connect(self.clear_region)
        bar.fill.connect(lambda: self._with_brush(lambda brush: brush.fill()))
        bar.feather.connect(lambda value: self._with_brush(lambda brush: brush.feather(value)))
        return self._put_below(bar)

    def _put_below(self, bar: Bar) -> Bar:
        layout = self.layout()
        assert layout is not None
        layout.addWidget(bar)
        return bar

    # -- what is shown -----------------------------------------------------------------------------------

    def set_mode(self, mode: str) -> None:
        """ "single", "split", "side" or "survey"."""
        edited, frame = self.result_view.edited, self.result_view.edited_frame
        self.mode = mode
        shown = {"single": 1, "split": 1, "side": 2, "survey": SURVEY}[mode]
        for index, view in enumerate(self.views):
            view.setVisible(index < shown)
            view.edited, view.caption = None, ""
        if mode != "survey":  # what was seen stays seen until the engine answers
            self.result_view.edited, self.result_view.edited_frame = edited, frame
        self.view.split = 0.5 if mode == "split" else None
        if mode == "side":
            # The original stays on the left, as on the split line.
            self.views[0].caption, self.views[1].caption = self.tr("Original"), self.tr("Result")
        self._refresh_survey()
        self._show_originals()
        self._show_selected(self._document.selected_result)
        for view in self.views:
            view.update()
        self.mode_changed.emit(mode)

    def hold_original(self, held: bool) -> None:
        """Show the original while a key is held."""
        for view in self.views:
            view.holding = held
            view.update()

    def refresh(self) -> None:
        """Ask again for the picture of the selected result."""
        self._show_selected(self._document.selected_result)

    @property
    def shows_selected(self) -> bool:
        """Whether the selected result is looked at: not several results, nor a running edit."""
        return self.mode != "survey" and not self._live

    @property
    def result_view(self) -> PictureView:
        """The view that shows the selected result."""
        return self.views[1] if self.mode == "side" else self.view

    def set_survey(self, results: tuple[ResultItem, ...]) -> None:
        """Show these results four up (the first four)."""
        self._survey = results[:SURVEY]
        self.set_mode("survey")

    def show_result(self, slot: str, source_id: str, result_id: str, pyramid: Pyramid, frame: Frame | None) -> None:
        """The engine's picture of a result has come."""
        if slot.startswith("survey"):
            index = int(slot[len("survey") :])
            if index >= len(self._compared) or self._compared[index].id != result_id:
                return  # asked for before something else was compared
            view = self.views[index]
        else:
            selected = self._document.selected_result
            stale = result_id and (selected is None or selected.id != result_id)
            if source_id != self._source_id or stale or not self.shows_selected:
                return
            view = self.result_view
        view.edited, view.edited_frame = pyramid, frame
        view.update()

    def show_preview(self, source_id: str, pyramid: Pyramid, frame: Frame | None) -> None:
        """A preview of the running edit; only while its source is looked at."""
        if source_id == self._source_id and self.mode != "survey":
            self._live = True
            self.result_view.edited, self.result_view.edited_frame = pyramid, frame
            self.result_view.update()

    def end_preview(self) -> None:
        """The edit is over; its last preview stays until the result's picture is there."""
        self._live = False

    def current_image(self) -> QImage | None:
        """What is looked at, as an image for the clipboard."""
        view = self.result_view
        shown = view.edited if view.edited is not None and view.edited_frame is None else view.original
        return shown.levels[0].copy() if shown is not None else None

    def _show_source(self, source: SourceItem | None) -> None:
        self.stack.setCurrentIndex(0 if source is None else 1)
        if source is None:
            self._source_id = ""
            self._take_tool(None)
            return
        if source.id != self._source_id:
            self._source_id = source.id
            self._live = False
            self.transform.fit()
            for view in self.views:
                view.edited = None
            self._take_tool(self._tool_name())
            self._refresh_survey()
        elif self.brush is not None:
            self.brush.load(self._region_png(source))
        elif self.frame_tool is not None:
            self.frame_tool.set_frame(self._frame_of(source))
            self.frame_bar.show_frame(self.frame_tool.frame)
        self._show_originals()

    def _source_in(self, index: int) -> SourceItem | None:
        """The picture of what a view shows: in a survey that of its result."""
        if index < len(self._compared):
            return self._document.source_by_id(self._compared[index].source_id)
        return self._document.source

    def _show_originals(self) -> None:
        """Give every view the original of what it shows; one that is still to be loaded comes later."""
        wanted = [self._source_in(index) for index in range(SURVEY)]
        found = {source.id: self.originals.get(source) for source in wanted if source is not None}
        for view, source in zip(self.views, wanted, strict=True):
            view.original = None if source is None else found[source.id]
            view.update()
        self._hand_tool(wanted[0])

    def _hand_tool(self, shown: SourceItem | None) -> None:
        """The tools act on the selected picture: in a survey of others there is nothing for them to do."""
        fits = shown is not None and shown.id == self._source_id
        self.view.tool = (self.frame_tool or self.brush) if fits else None

    def _show_selected(self, result: ResultItem | None) -> None:
        if self.mode == "survey":
            return
        if result is None:
            if not self._live:
                self.result_view.edited = None
                self.result_view.update()
        elif not self._live:
            if self.result_view.edited is None:  # just opened: the engine may take seconds to be there
                self._show_thumbnail(self.result_view, result, lambda: self._is_looked_at(result))
            self.view_wanted.emit("canvas", result.id)

    def _is_looked_at(self, result: ResultItem) -> bool:
        selected = self._document.selected_result
        return self.shows_selected and selected is not None and selected.id == result.id

    def _refresh_survey(self) -> None:
        if self.mode != "survey":
            self._compared = []
            return
        known = {item.id: item for item in self._document.results}
        chosen = [known[item.id] for item in self._survey if item.id in known]
        if not chosen:
            chosen = [item for item in known.values() if item.source_id == self._source_id][-SURVEY:]
        self._compared = chosen
        self._show_originals()
        for index, view in enumerate(self.views):
            view.setVisible(index < max(1, len(chosen)))
            if index < len(chosen):
                result = chosen[index]
                view.caption = self.caption_of(result)
                view.edited = None
                self._show_thumbnail(view, result, lambda: self.mode == "survey")  # until the engine has finished it
                self.view_wanted.emit(f"survey{index}", result.id)
            else:
                view.edited = None

    def _show_thumbnail(self, view: PictureView, result: ResultItem, wanted: Callable[[], bool]) -> None:
        inversion = self._document.inversion_by_id(result.inversion_id)
        face = None if inversion is None else inversion.extra.get("alignment")
        frame = None if face is None else (face[0], face[1], face[2], face[3], face[4])

        def show(pyramid: Pyramid) -> None:
            if view.edited is None and wanted():
                view.edited, view.edited_frame = pyramid, frame
                view.update()

        self.originals.ask_thumbnail(f"thumbnail {self.views.index(view)}", result, show)

    def caption_of(self, result: ResultItem) -> str:
        """A result in a few words."""
        kinds = {"sound": self.tr("Sound"), "text": self.tr("Text"), "mixed": self.tr("Mixed")}
        return filled("{0} · {1} · {2:.2f}", kinds[result.kind], guide_names(result), result.similarity_after)

    def _move_split(self, share: float) -> None:
        self.view.split = share
        self.view.update()

    # -- tools --------------------------------------------------------------------------------------------

    def use_tool(self, name: str | None) -> None:
        """Take "frame" or "brush" in hand, or lay the tool down."""
        self._take_tool(name if self._document.source is not None else None)

    def _tool_name(self) -> str | None:
        return "frame" if self.frame_tool is not None else "brush" if self.brush is not None else None

    def _take_tool(self, name: str | None) -> None:
        self.frame_tool = self.brush = None
        source = self._document.source
        if source is not None and name == "frame":
            from sgim_desktop.canvas.frame_tool import FrameTool

            self.frame_tool = FrameTool(self._frame_of(source), source.width, source.height, self)
            self.frame_tool.changed.connect(self.frame_bar.show_frame)
            self.frame_tool.finished.connect(lambda frame: self._set_frame(frame, ""))
            self.frame_bar.show_frame(self.frame_tool.frame)
        if source is not None and name == "brush":
            self.brush = self._new_brush(source)
            self.brush.changed.connect(self.view.update)
            self._set_diameter(self.brush_bar.size_slider.value())
            self.brush.softness = self.brush_bar.soft.value() / 100
            self.brush.erasing = self.brush_bar.eraser.isChecked()
        self._hand_tool(self._source_in(0))
        for bar, tool in (("frame_bar", self.frame_tool), ("brush_bar", self.brush)):
            if tool is not None or bar in self.__dict__:
                getattr(self, bar).setVisible(tool is not None)
        self.view.update()

    def _new_brush(self, source: SourceItem) -> RegionBrush:
        from sgim_desktop.canvas.region_brush import RegionBrush  # imports numpy: not before the first paint

        brush = RegionBrush(source.width, source.height, self._region_png(source), self)
        brush.finished.connect(self._keep_region)
        return brush

    def invert_region(self) -> None:
        """Exchange inside and outside of the region."""
        self._with_brush(lambda brush: brush.invert())

    def clear_region(self) -> None:
        """Let the edit act everywhere."""
        source = self._document.source
        if source is not None and source.region_sha256 is not None:
            self._document.change_source(source.id, self.tr("Clear region"), region_sha256=None)

    def _with_brush(self, act: Callable[[RegionBrush], None]) -> None:
        source = self._document.source
        if source is None:
            return
        brush = self.brush
        if brush is None:
            brush = self._new_brush(source)
        act(brush)

    def _keep_region(self, png: bytes) -> None:
        source = self._document.source
        if source is not None:
            name = sha256_of(png)
            self._document.change_source(source.id, self.tr("Paint region"), blobs={name: png}, region_sha256=name)

    def _region_png(self, source: SourceItem) -> bytes | None:
        return self._document.blob(source.region_sha256) if source.region_sha256 else None

    def _set_diameter(self, per_cent: float) -> None:
        source = self._document.source
        if self.brush is not None and source is not None:
            self.brush.diameter = per_cent / 100 * max(source.width, source.height)

    def _set_softness(self, share: float) -> None:
        if self.brush is not None:
            self.brush.softness = share

    def _set_erasing(self, erasing: bool) -> None:
        if self.brush is not None:
            self.brush.erasing = erasing

    def _frame_of(self, source: SourceItem) -> Frame:
        if source.face is not None:
            return source.face
        for inversion in reversed(self._document.inversions_of(source.id)):
            frame = inversion.extra.get("frame")
            if inversion.face is None and inversion.align == source.align and frame is not None:
                x, y, width, height, angle = frame
                return (x, y, width, height, angle)
        if not source.align:
            return (0.0, 0.0, float(source.width), float(source.height), 0.0)
        side = float(min(source.width, source.height))
        return ((source.width - side) / 2, (source.height - side) / 2, side, side, 0.0)

    def _set_frame(self, frame: Frame, merge: str) -> None:
        source = self._document.source
        if source is not None and frame != self._frame_of(source):
            self._document.change_source(source.id, self.tr("Move crop frame"), merge=merge, face=frame, align=True)

    def _find_frame(self, align: bool) -> None:
        source = self._document.source
        if source is not None:
            self._document.change_source(source.id, self.tr("Move crop frame"), face=None, align=align)
