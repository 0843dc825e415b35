"""The window's menus and its tool bar, out of the table of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import QToolBar

from sgim_desktop.commands import MENUS, translated

if TYPE_CHECKING:
    from sgim_desktop.window import StudioWindow

TOOL_GROUPS = (
    ("open", "save_as", "export"),
    ("undo", "redo"),
    ("frame", "brush"),
    ("view_single", "view_split", "view_side", "view_survey"),
    ("fit", "actual_size"),
)


def fill_menus(window: StudioWindow) -> None:
    """One menu per row of ``MENUS``; recent sessions and the docks where they belong."""
    for name, title in MENUS:
        menu = window.menuBar().addMenu(translated(title))
        menu.setToolTipsVisible(True)
        menu.addActions(window.commands.in_menu(name))
        if name == "file":
            recent = menu.addMenu(QCoreApplication.translate("StudioWindow", "Open recent"))
            menu.insertMenu(window.commands["save_as"], recent)
            menu.aboutToShow.connect(lambda menu=recent: window.session.fill_recent(menu))
        if name == "view":
            menu.addSeparator()
            menu.addActions([dock.toggleViewAction() for dock in window.layout_of_docks.docks.values()])


def make_tool_bar(window: StudioWindow) -> None:
    """The commands an artist reaches for most."""
    bar = QToolBar(QCoreApplication.translate("StudioWindow", "Tools"), window)
    bar.setObjectName("tools")
    bar.setIconSize(QSize(20, 20))
    bar.setMovable(False)
    # Only these icons are seen at once; the others are drawn after the first paint.
    window.commands.tint(window.palette(), {name for group in TOOL_GROUPS for name in group})
    for group in TOOL_GROUPS:
        bar.addActions([window.commands[name] for name in group])
        bar.addSeparator()
    window.addToolBar(bar)
    for action in bar.actions():
        if action.text():
            button = bar.widgetForAction(action)
            button.setAccessibleName(action.text().replace("&", ""))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
