"""The studio's window: puts the panels together and connects them with the document and the engine."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QMainWindow, QVBoxLayout, QWidget

from sgim_desktop.canvas.canvas import MODES, Canvas
from sgim_desktop.commands import Commands
from sgim_desktop.document.document import Document
from sgim_desktop.document.importing import Importer
from sgim_desktop.document.session_files import is_untitled
from sgim_desktop.document.values import RunState
from sgim_desktop.engine_thread import EngineThread
from sgim_desktop.message_bar import MessageBar
from sgim_desktop.opened_dialog import opened
from sgim_desktop.panels import LATER_PANELS
from sgim_desktop.picture_flow import PictureFlow
from sgim_desktop.result_actions import ResultActions
from sgim_desktop.run.conductor import Conductor
from sgim_desktop.run.panel import RunPanel
from sgim_desktop.session_actions import SessionActions
from sgim_desktop.settings.preferences import preferences
from sgim_desktop.theme import apply_scheme
from sgim_desktop.window_layout import WindowLayout, fitting, screen_room
from sgim_desktop.window_menus import fill_menus, make_tool_bar

if TYPE_CHECKING:
    from sgim_desktop.command_palette import CommandPalette
    from sgim_desktop.gallery.panel import GalleryPanel
    from sgim_desktop.pack_offers import PackOffers

log = logging.getLogger(__name__)
FIRST_SIZE = QSize(1480, 920)
SCHEMES = ("system", "light", "dark")


class StudioWindow(QMainWindow):
    """``painted()``: seen for the first time; ``complete()``: every panel is there; then torch is imported."""

    painted = Signal()
    complete = Signal()

    def __init__(self, session: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._was_painted = False
        self._closed = False
        self.setAcceptDrops(True)
        self.resize(fitting(FIRST_SIZE, screen_room(self)))
        self._settings = QSettings("SGIM", "SGIM Studio")
        apply_scheme(_application(), str(preferences().get("scheme")))  # before icons are drawn
        self.document = Document(session, self)
        self.engine = EngineThread(self)
        self.conductor = Conductor(self.document, self.engine, self)
        self.importer = Importer(self.document, self)
        self.canvas = Canvas(self.document, self)
        self.panels: dict[str, QWidget] = {}
        self.offers: PackOffers | None = None  # once every panel is there
        self.commands = Commands(self, self._slots())
        self.run_panel = RunPanel(self.document, self.commands["run"], self.commands["cancel"], self)
        self.results = ResultActions(self)
        self.session = SessionActions(self)
        self.messages = MessageBar(self)
        self._put_together()
        self._connect()
        self.pictures = PictureFlow(self.document, self.conductor, self.canvas, self.run_panel, self)
        preferences().listen(self._preference_changed)
        self.set_scheme(str(preferences().get("scheme")))
        self.layout_of_docks.restore(self._settings)
        for seen in (self.canvas.empty, self.canvas.view):
            seen.installEventFilter(self)
        self._enable()
        self.show_title()

    # -- building ------------------------------------------------------------------------------------------

    def _slots(self) -> dict[str, Callable[..., object]]:
        modes = {f"view_{mode}": (lambda _=False, mode=mode: self.canvas.set_mode(mode)) for mode in MODES}
        stars = {f"stars_{n}": (lambda _=False, n=n: self.results.rate(n)) for n in range(6)}
        schemes = {f"scheme_{name}": (lambda _=False, name=name: self.set_scheme(name)) for name in SCHEMES}
        return {
            **modes,
            **stars,
            **schemes,
            "open": lambda: self.session.open_files(),
            "new_session": lambda: self.session.new_session(),
            "save_as": lambda: self.session.save_as(),
            "samples": lambda: self.session.add_samples(),
            "random_source": lambda: self.random_source(),
            "export": lambda: self.export(),
            "morph": lambda: self.morph(),
            "quit": lambda: self._asks_first() or self.close(),
            "undo": lambda: self.document.undo_stack.undo(),
            "redo": lambda: self.document.undo_stack.redo(),
            "copy": lambda: self.results.copy(),
            "paste": lambda: self.session.paste(),
            "delete": lambda: self.results.delete(),
            "use_settings": lambda: self.results.use_settings(),
            "run": lambda: self.start_edit(),
            "cancel": lambda: self.conductor.cancel(),
            "frame": lambda on: self._use_tool("frame", on),
            "brush": lambda on: self._use_tool("brush", on),
            "region_invert": lambda: self.canvas.invert_region(),
            "region_clear": lambda: self.canvas.clear_region(),
            "remove_source": lambda: self.remove_source(),
            "previous_result": lambda: self.results.step(-1),
            "next_result": lambda: self.results.step(1),
            "fit": lambda: self.canvas.transform.fit(),
            "actual_size": lambda: self.canvas.transform.actual_size(),
            "zoom_in": lambda: self.canvas.view.zoom_by(1.25),
            "zoom_out": lambda: self.canvas.view.zoom_by(0.8),
            "full_screen": lambda on: self.showFullScreen() if on else self.showNormal(),
            "reset_layout": lambda: self.layout_of_docks.reset(),
            "preferences": lambda: self._show_preferences(),
            "palette": lambda: self.show_palette(),
            "shortcuts": lambda: self._show_shortcuts(),
            "show_log": lambda: self._show_log(),
            "about": lambda: self._about(),
        }

    def _put_together(self) -> None:
        centre = QWidget(self)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.messages)
        layout.addWidget(self.canvas, 1)
        self.above_canvas = layout
        self.setCentralWidget(centre)
        self.layout_of_docks = WindowLayout(self)
        self.layout_of_docks.put("run", self.run_panel)
        fill_menus(self)
        make_tool_bar(self)

    def _connect(self) -> None:
        document, engine, canvas = self.document, self.engine, self.canvas
        document.message.connect(self.messages.show_message)
        document.undo_stack.indexChanged.connect(self._enable)
        for signal in (document.selected_result_changed, document.source_changed, document.run_changed):
            signal.connect(self._enable)
        canvas.mode_changed.connect(self._mark_mode)
        canvas.open_wanted.connect(self.commands["open"].trigger)
        canvas.samples_wanted.connect(self.commands["samples"].trigger)
        self._mark_mode(canvas.mode)
        self.importer.picture_read.connect(canvas.originals.take)
        engine.ready.connect(lambda device: log.info("the engine runs on %s", device))
        self.run_panel.move_wanted.connect(self.conductor.move)
        self.run_panel.remove_wanted.connect(self.conductor.remove)
        self.engine.start()
        QApplication.styleHints().colorSchemeChanged.connect(self._system_scheme_changed)

    # -- first moments -------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Notice the first painting of the canvas."""
        if event.type() == QEvent.Type.Paint and not self._was_painted:
            self._was_painted = True
            for seen in (self.canvas.empty, self.canvas.view):
                seen.removeEventFilter(self)
            QTimer.singleShot(0, self, self._first_paint)
        return super().eventFilter(watched, event)

    def _first_paint(self) -> None:
        self.painted.emit()
        self.commands.tint(self.palette())
        self._build_next(0)

    def _build_next(self, index: int) -> None:
        if self._closed:
            return
        if index == len(LATER_PANELS):
            from sgim_desktop.pack_offers import PackOffers

            self.offers = PackOffers(self)
            self.complete.emit()
            self.engine.begin()
            return
        panel = LATER_PANELS[index]
        try:
            widget = panel.build(self.document, self)
        except ImportError:
            log.exception("the panel %s is missing", panel.name)
        else:
            self.panels[panel.name] = widget
            self.layout_of_docks.put(panel.name, widget)
            self._wire_panel(widget)
        QTimer.singleShot(0, self, lambda: self._build_next(index + 1))

    def _wire_panel(self, widget: QWidget) -> None:
        wires: dict[str, Callable[..., object]] = {
            "edit_requested": lambda *_: self.commands["run"].trigger(),
            "files_dropped": lambda paths: self.session.add(paths),
            "recorded": lambda data, name: self.importer.add_sound_bytes(data, name),
            "mix_requested": lambda *_: self.pictures.keep_mix(),
            "survey_wanted": self.canvas.set_survey,
        }
        for name, slot in wires.items():
            signal = getattr(widget, name, None)
            if signal is not None:
                signal.connect(slot)
        if widget is self.panels.get("gallery"):
            self.results.serve(self.gallery)

    @property
    def gallery(self) -> GalleryPanel:
        """The gallery; it is there soon after the first paint."""
        return cast("GalleryPanel", self.panels["gallery"])

    # -- what commands do that concerns more than one panel ---------------------------------------------------

    def start_edit(self) -> None:
        """Edit with what is set, and with what is still being typed."""
        focused = QApplication.focusWidget()
        if isinstance(focused, QAbstractSpinBox):
            focused.interpretText()
        for panel in self.panels.values():
            settle = getattr(panel, "settle", None)
            if settle is not None:
                settle()
        self.conductor.start_edit()

    def random_source(self) -> None:
        """Let the pack draw a picture."""
        self.conductor.random_source(self.importer)

    def remove_source(self) -> None:
        """Take the selected picture out of the session."""
        source = self.document.source
        if source is not None:
            self.document.change_source(source.id, self.tr("Remove picture"), deleted=True)

    def export(self) -> None:
        """Ask how, then write the chosen results."""
        from sgim_desktop.export.dialog import ExportDialog

        chosen = self.results.chosen()
        if chosen:
            self.results.as_shown(
                chosen, lambda shown: opened(ExportDialog(self.document, self.conductor, shown, self))
            )

    def morph(self) -> None:
        """Ask how, then write a film."""
        from sgim_desktop.export.film_dialog import FilmDialog

        result = self.document.selected_result
        if result is not None:
            self.results.as_shown(
                [result], lambda shown: opened(FilmDialog(self.document, self.conductor, shown[0], self))
            )

    # -- the window itself ----------------------------------------------------------------------------------

    def set_scheme(self, name: str) -> None:
        """ "system", "light" or "dark"."""
        name = name if name in SCHEMES else "system"
        preferences().set("scheme", name)
        for other in SCHEMES:
            self.commands[f"scheme_{other}"].setChecked(other == name)
        apply_scheme(_application(), name)

    def _preference_changed(self, name: str, value: object) -> None:
        if name == "scheme":
            self.set_scheme(str(value))

    def _system_scheme_changed(self) -> None:
        if self.commands["scheme_system"].isChecked():
            self.set_scheme("system")

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 (Qt's name)
        """Tint the icons again."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._was_painted:
            self.commands.tint(self.palette())

    def show_title(self) -> None:
        """The session's name."""
        path = self.document.path
        name = self.tr("Untitled") if is_untitled(path) else path.stem
        self.setWindowTitle(f"{name} – SGIM Studio")

    def show_palette(self) -> CommandPalette:
        """Open the command palette."""
        from sgim_desktop.command_palette import CommandPalette

        palette = CommandPalette(self._all_actions(), self)
        palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette.move(self.mapToGlobal(self.rect().center()) - palette.rect().center())
        palette.show()
        palette.line.setFocus()
        return palette

    def _all_actions(self) -> list:
        docks = [dock.toggleViewAction() for dock in self.layout_of_docks.docks.values()]
        return self.commands.all() + docks + [act for panel in self.panels.values() for act in panel.actions()]

    def _use_tool(self, name: str, on: bool) -> None:
        other = "brush" if name == "frame" else "frame"
        self.commands[other].setChecked(False)
        self.canvas.use_tool(name if on else None)

    def _mark_mode(self, mode: str) -> None:
        for other in MODES:
            self.commands[f"view_{other}"].setChecked(other == mode)

    def _enable(self, *_: object) -> None:
        commands, document = self.commands, self.document
        run: RunState = document.run
        source, result, stack = document.source is not None, document.selected_result is not None, document.undo_stack
        commands["undo"].setEnabled(stack.canUndo())
        commands["redo"].setEnabled(stack.canRedo())
        commands["cancel"].setEnabled(run.running and run.phase != "cancelling")
        for name in ("copy", "frame", "brush", "region_invert", "region_clear", "remove_source"):
            commands[name].setEnabled(source)
        for name in ("delete", "use_settings", "export", "morph", *(f"stars_{n}" for n in range(6))):
            commands[name].setEnabled(result)

    def _show_shortcuts(self) -> None:
        from sgim_desktop.command_palette import ShortcutList

        opened(ShortcutList(self._all_actions(), self))

    def _show_preferences(self) -> None:
        from sgim_desktop.settings.dialog import PreferencesDialog

        opened(PreferencesDialog(preferences(), self))

    def _show_log(self) -> None:
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        from sgim_desktop.logs import log_path

        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_path())))

    def _about(self) -> None:
        from sgim_desktop.about import show_about

        show_about(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """O shows the original while it is held, wherever the focus is (typing aside)."""
        if event.key() == Qt.Key.Key_O and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.canvas.hold_original(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt's name)
        """Let go of the original."""
        if event.key() == Qt.Key.Key_O and not event.isAutoRepeat():
            self.canvas.hold_original(False)
        else:
            super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 (Qt's name)
        """Files and pictures are welcome anywhere."""
        data = event.mimeData()
        if event.source() is None and (data.hasUrls() or data.hasImage()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 (Qt's name)
        """Add what was dropped."""
        if self.session.drop(event.mimeData()):
            event.acceptProposedAction()

    def _asks_first(self) -> bool:
        """Whether there is something to ask before the window closes; then it is asked."""
        from sgim_desktop.closing_question import ClosingQuestion

        waiting, behind = self.conductor.waiting, self.document.behind
        if asks := bool(waiting or behind):
            opened(ClosingQuestion(waiting, behind, self.close, self))
        return asks

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt's name)
        """End the engine, keep the layout, fold the session into one file."""
        if self._closed:
            return
        if event.spontaneous() and self._asks_first():
            event.ignore()
            return
        self._closed = True
        self.document.undo_stack.blockSignals(True)
        preferences().unlisten(self._preference_changed)
        self.layout_of_docks.save(self._settings)
        self.hide()  # what is left to do may wait for a step of the engine
        panels = [getattr(widget, "shut_down", None) for widget in self.panels.values()]
        panels += [self.offers.close] if self.offers is not None else []
        steps = [self.conductor.clear, self.importer.close, *panels, self.canvas.originals.close]
        steps += [self.run_panel.shut_down, self.engine.stop, self.conductor.settle]
        steps += [self.results.close, self.session.leave]
        for step in steps:
            try:
                if step is not None:
                    step()
            except Exception:  # one panel's trouble must not keep the engine running or the session open
                log.exception("while closing")
        super().closeEvent(event)


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
