"""The docks of the window: where they are at first, kept between starts, and put back on demand."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QCoreApplication, QSettings, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from sgim_desktop.panel_scroll import PanelScroll
from sgim_desktop.panels import LATER_PANELS

LAYOUT_VERSION = 1
FRAME = 40  # pixels: more than a title bar is high
Area = Qt.DockWidgetArea


def screen_room(window: QWidget) -> QSize | None:
    """What the screen has room for, logical pixels; ``None`` where nobody looks at a screen."""
    if QGuiApplication.platformName() == "offscreen":
        return None
    return window.screen().availableSize()


def fitting(size: QSize, room: QSize | None) -> QSize:
    """A window no larger than the screen, its frame included."""
    return size if room is None else size.boundedTo(QSize(room.width(), room.height() - FRAME))


class WindowLayout:
    """Makes the docks of a window and remembers how the artist arranged them."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self.docks: dict[str, QDockWidget] = {}
        self._seen: dict[str, bool] = {}  # behind another tab: not seen
        self._seen_before: dict[str, bool] = {}  # as it was when the artist asked for another state
        window.setDockNestingEnabled(True)
        window.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AllowNestedDocks)
        window.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._make("run", QCoreApplication.translate("Panels", "Run"), "Alt+6")
        for panel in LATER_PANELS:
            self._make(panel.name, QCoreApplication.translate("Panels", str(panel.title)), panel.key)
        self.reset()

    def _make(self, name: str, title: str, key: str) -> None:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setAccessibleName(title)
        action = dock.toggleViewAction()
        action.setShortcut(QKeySequence(key))
        action.setStatusTip(QCoreApplication.translate("Panels", "Show or hide this panel."))
        dock.visibilityChanged.connect(lambda seen: self._seen.__setitem__(name, seen))
        action.toggled.connect(lambda: self._seen_before.__setitem__(name, self._seen.get(name, False)))
        action.triggered.connect(lambda on: self._asked_for(name, on))
        self.docks[name] = dock

    def _asked_for(self, name: str, on: bool) -> None:
        """Bring a panel to the front. Qt hides one that is behind another, as if it had been seen."""
        dock = self.docks[name]
        if on or not self._seen_before[name]:
            dock.show()
            dock.raise_()

    def put(self, name: str, widget: QWidget) -> None:
        """Fill a dock; what is too tall for it can be scrolled."""
        if name in ("gallery", "waveform"):
            self.docks[name].setWidget(widget)
            return
        self.docks[name].setWidget(PanelScroll(widget, self.docks[name]))

    def reset(self) -> None:
        """Every panel where it was at first."""
        window, docks = self._window, self.docks
        window.setCorner(Qt.Corner.BottomLeftCorner, Area.BottomDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Area.BottomDockWidgetArea)
        for dock in docks.values():
            window.removeDockWidget(dock)
        window.addDockWidget(Area.RightDockWidgetArea, docks["run"])
        for panel in LATER_PANELS:
            window.addDockWidget(panel.area, docks[panel.name])
        window.splitDockWidget(docks["waveform"], docks["gallery"], Qt.Orientation.Horizontal)
        for panel in LATER_PANELS:
            if panel.tab_with:
                window.tabifyDockWidget(docks[panel.tab_with], docks[panel.name])
        for dock in docks.values():
            dock.setFloating(False)
            dock.show()
        for panel in LATER_PANELS:
            if panel.tab_with:
                docks[panel.tab_with].raise_()
        width, height = window.width(), window.height()
        window.resizeDocks(
            [docks["guides"], docks["run"]], [round(width * 0.2), round(width * 0.22)], Qt.Orientation.Horizontal
        )
        window.resizeDocks([docks["waveform"], docks["gallery"]], [round(width * 0.5)] * 2, Qt.Orientation.Horizontal)
        window.resizeDocks([docks["waveform"]], [round(height * 0.32)], Qt.Orientation.Vertical)
        window.resizeDocks(
            [docks["run"], docks["mix"]], [round(height * 0.35), round(height * 0.33)], Qt.Orientation.Vertical
        )

    def restore(self, settings: QSettings) -> None:
        """As the artist left it."""
        geometry, state = settings.value("geometry"), settings.value("state")
        if isinstance(geometry, QByteArray) and not geometry.isEmpty():
            self._window.restoreGeometry(geometry)
        if isinstance(state, QByteArray) and not state.isEmpty():
            self._window.restoreState(state, LAYOUT_VERSION)
        room = screen_room(self._window)
        if room is not None and fitting(self._window.size(), room) != self._window.size():  # of a larger screen once
            self._window.resize(fitting(self._window.size(), room))
            self._window.setWindowState(self._window.windowState() | Qt.WindowState.WindowMaximized)

    def save(self, settings: QSettings) -> None:
        """Remember size and docks."""
        settings.setValue("geometry", self._window.saveGeometry())
        settings.setValue("state", self._window.saveState(LAYOUT_VERSION))
