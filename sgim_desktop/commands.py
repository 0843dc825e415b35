"""Every command of the window, once: menu, toolbar, shortcut list and palette show the same QAction."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QPalette
from PySide6.QtWidgets import QWidget

from sgim_desktop.tinted_icon import ICON_FOLDER, tinted_icon


@dataclass(frozen=True)
class Command:
    """One row of the table. ``menu``: where it is listed; a tip teaches what it is good for."""

    name: str
    menu: str
    text: object
    tip: object
    shortcut: str = ""
    icon: str = ""
    checkable: bool = False


MENUS: tuple[tuple[str, object], ...] = (
    ("file", QT_TRANSLATE_NOOP("Commands", "&File")),
    ("edit", QT_TRANSLATE_NOOP("Commands", "&Edit")),
    ("picture", QT_TRANSLATE_NOOP("Commands", "&Picture")),
    ("view", QT_TRANSLATE_NOOP("Commands", "&View")),
    ("help", QT_TRANSLATE_NOOP("Commands", "&Help")),
)

COMMANDS: tuple[Command, ...] = (
    Command(
        "open",
        "file",
        QT_TRANSLATE_NOOP("Commands", "&Open…"),
        QT_TRANSLATE_NOOP("Commands", "Open pictures, sounds or a session."),
        "Ctrl+O",
        "add-file",
    ),
    Command(
        "new_session",
        "file",
        QT_TRANSLATE_NOOP("Commands", "&New session"),
        QT_TRANSLATE_NOOP("Commands", "Begin an empty session; this one stays saved."),
        "Ctrl+N",
    ),
    Command(
        "save_as",
        "file",
        QT_TRANSLATE_NOOP("Commands", "Save session &as…"),
        QT_TRANSLATE_NOOP(
            "Commands", "Everything is saved all the time; this gives the session a name and a place of its own."
        ),
        "Ctrl+Shift+S",
        "save",
    ),
    Command(
        "samples",
        "file",
        QT_TRANSLATE_NOOP("Commands", "Try the sample"),
        QT_TRANSLATE_NOOP("Commands", "Add the picture and the three sounds that come with the program."),
    ),
    Command(
        "random_source",
        "file",
        QT_TRANSLATE_NOOP("Commands", "&Random picture"),
        QT_TRANSLATE_NOOP("Commands", "Let the pack draw a picture to start from."),
        "Ctrl+Shift+R",
        "dice",
    ),
    Command(
        "export",
        "file",
        QT_TRANSLATE_NOOP("Commands", "&Export…"),
        QT_TRANSLATE_NOOP("Commands", "Write the chosen results as picture files."),
        "Ctrl+E",
        "export",
    ),
    Command(
        "morph",
        "file",
        QT_TRANSLATE_NOOP("Commands", "Export &film…"),
        QT_TRANSLATE_NOOP(
            "Commands", "A film from the original to the result, driven by the sound's loudness, with the sound on it."
        ),
        "Ctrl+Shift+E",
    ),
    Command(
        "quit",
        "file",
        QT_TRANSLATE_NOOP("Commands", "&Quit"),
        QT_TRANSLATE_NOOP("Commands", "Leave; everything is saved."),
        "Ctrl+Q",
    ),
    Command(
        "undo",
        "edit",
        QT_TRANSLATE_NOOP("Commands", "&Undo"),
        QT_TRANSLATE_NOOP("Commands", "Take the last action back."),
        "Ctrl+Z",
        "undo",
    ),
    Command(
        "redo",
        "edit",
        QT_TRANSLATE_NOOP("Commands", "&Redo"),
        QT_TRANSLATE_NOOP("Commands", "Do it again."),
        "Ctrl+Shift+Z",
        "redo",
    ),
    Command(
        "copy",
        "edit",
        QT_TRANSLATE_NOOP("Commands", "&Copy picture"),
        QT_TRANSLATE_NOOP("Commands", "Put the result being looked at on the clipboard."),
        "Ctrl+C",
    ),
    Command(
        "paste",
        "edit",
        QT_TRANSLATE_NOOP("Commands", "&Paste"),
        QT_TRANSLATE_NOOP("Commands", "Add the picture or the files on the clipboard."),
        "Ctrl+V",
    ),
    Command(
        "delete",
        "edit",
        QT_TRANSLATE_NOOP("Commands", "&Delete result"),
        QT_TRANSLATE_NOOP("Commands", "Take the chosen results away; undo brings them back."),
        "Del",
        "delete",
    ),
    Command(
        "use_settings",
        "edit",
        QT_TRANSLATE_NOOP("Commands", "Use these &settings"),
        QT_TRANSLATE_NOOP("Commands", "Make the settings of this result those of the next edit."),
        "Ctrl+U",
    ),
    Command(
        "preferences",
        "edit",
        QT_TRANSLATE_NOOP("Commands", "Pre&ferences…"),
        QT_TRANSLATE_NOOP("Commands", "Language, colours and habits of the studio."),
        "Ctrl+,",
    ),
    Command(
        "stars_0",
        "edit",
        QT_TRANSLATE_NOOP("Commands", "No stars"),
        QT_TRANSLATE_NOOP("Commands", "Take the rating away."),
        "0",
    ),
    Command(
        "stars_1",
        "edit",
        QT_TRANSLATE_NOOP("Commands", "1 star"),
        QT_TRANSLATE_NOOP("Commands", "Rate the result."),
        "1",
    ),
    Command(
        "stars_2",
        "edit",
        QT_TRANSLATE_NOOP("Commands", "2 stars"),
        QT_TRANSLATE_NOOP("Commands", "Rate the result."),
        "2",
    ),
    Command(
        "stars_3",
        "edit",
        QT_TRANSLATE_NOOP("Commands", "3 stars"),
        QT_TRANSLATE_NOOP("Commands", "Rate the result."),
        "3",
    ),
    Command(
        "stars_4",
        "edit",
        QT_TRANSLATE_NOOP("Commands", "4 stars"),
        QT_TRANSLATE_NOOP("Commands", "Rate the result."),
        "4",
    ),
    Command(
        "stars_5",
        "edit",
        QT_TRANSLATE_NOOP("Commands", "5 stars"),
        QT_TRANSLATE_NOOP("Commands", "Rate the result."),
        "5",
    ),
    Command(
        "run",
        "picture",
        QT_TRANSLATE_NOOP("Commands", "&Edit the picture"),
        QT_TRANSLATE_NOOP("Commands", "Edit the picture by the sound, the text, or both."),
        "Ctrl+Return",
        "play",
    ),
    Command(
        "cancel",
        "picture",
        QT_TRANSLATE_NOOP("Commands", "&Cancel"),
        QT_TRANSLATE_NOOP("Commands", "Stop the edit and keep the best so far."),
        "Ctrl+.",
        "stop",
    ),
    Command(
        "frame",
        "picture",
        QT_TRANSLATE_NOOP("Commands", "Crop &frame"),
        QT_TRANSLATE_NOOP("Commands", "Show which part of the picture is edited, and drag it."),
        "R",
        "frame",
        checkable=True,
    ),
    Command(
        "brush",
        "picture",
        QT_TRANSLATE_NOOP("Commands", "&Region brush"),
        QT_TRANSLATE_NOOP(
            "Commands",
            "Paint where the edit may act; the rest of the picture stays as it is. Alt or the right button erases.",
        ),
        "B",
        "brush",
        checkable=True,
    ),
    Command(
        "region_invert",
        "picture",
        QT_TRANSLATE_NOOP("Commands", "&Invert region"),
        QT_TRANSLATE_NOOP("Commands", "Exchange inside and outside of the region."),
        "Ctrl+I",
    ),
    Command(
        "region_clear",
        "picture",
        QT_TRANSLATE_NOOP("Commands", "C&lear region"),
        QT_TRANSLATE_NOOP("Commands", "Let the edit act everywhere again."),
        "Ctrl+Backspace",
    ),
    Command(
        "remove_source",
        "picture",
        QT_TRANSLATE_NOOP("Commands", "Re&move picture"),
        QT_TRANSLATE_NOOP("Commands", "Take the picture out of the session; undo brings it back."),
    ),
    Command(
        "previous_result",
        "picture",
        QT_TRANSLATE_NOOP("Commands", "Previous result"),
        QT_TRANSLATE_NOOP("Commands", "Look at the result before."),
        "Alt+Left",
    ),
    Command(
        "next_result",
        "picture",
        QT_TRANSLATE_NOOP("Commands", "Next result"),
        QT_TRANSLATE_NOOP("Commands", "Look at the result after."),
        "Alt+Right",
    ),
    Command(
        "fit",
        "view",
        QT_TRANSLATE_NOOP("Commands", "&Fit"),
        QT_TRANSLATE_NOOP("Commands", "Show the whole picture."),
        "F",
        "fit",
    ),
    Command(
        "actual_size",
        "view",
        QT_TRANSLATE_NOOP("Commands", "&100 %"),
        QT_TRANSLATE_NOOP("Commands", "One point of the screen for each of the picture."),
        "Ctrl+1",
        "actual-size",
    ),
    Command(
        "zoom_in",
        "view",
        QT_TRANSLATE_NOOP("Commands", "Zoom &in"),
        QT_TRANSLATE_NOOP("Commands", "Come closer; the wheel does it too."),
        "Ctrl++",
    ),
    Command(
        "zoom_out",
        "view",
        QT_TRANSLATE_NOOP("Commands", "Zoom &out"),
        QT_TRANSLATE_NOOP("Commands", "Step back."),
        "Ctrl+-",
    ),
    Command(
        "view_single",
        "view",
        QT_TRANSLATE_NOOP("Commands", "O&ne picture"),
        QT_TRANSLATE_NOOP("Commands", "The result alone; hold O for the original."),
        "S",
        "view-single",
        True,
    ),
    Command(
        "view_split",
        "view",
        QT_TRANSLATE_NOOP("Commands", "&Before and after"),
        QT_TRANSLATE_NOOP("Commands", "Original and result with a line between that can be dragged."),
        "C",
        "view-split",
        True,
    ),
    Command(
        "view_side",
        "view",
        QT_TRANSLATE_NOOP("Commands", "&Side by side"),
        QT_TRANSLATE_NOOP("Commands", "Original and result beside each other, moving together."),
        "Shift+C",
        "view-side",
        True,
    ),
    Command(
        "view_survey",
        "view",
        QT_TRANSLATE_NOOP("Commands", "Four u&p"),
        QT_TRANSLATE_NOOP("Commands", "Up to four results at once, moving together."),
        "Ctrl+4",
        "view-survey",
        True,
    ),
    Command(
        "full_screen",
        "view",
        QT_TRANSLATE_NOOP("Commands", "F&ull screen"),
        QT_TRANSLATE_NOOP("Commands", "Nothing but the work."),
        "F11",
        checkable=True,
    ),
    Command(
        "reset_layout",
        "view",
        QT_TRANSLATE_NOOP("Commands", "&Reset layout"),
        QT_TRANSLATE_NOOP("Commands", "Put every panel back where it was at first."),
    ),
    Command(
        "scheme_system",
        "view",
        QT_TRANSLATE_NOOP("Commands", "Colours of the system"),
        QT_TRANSLATE_NOOP("Commands", "Light or dark as the system is."),
        checkable=True,
    ),
    Command(
        "scheme_light",
        "view",
        QT_TRANSLATE_NOOP("Commands", "Light colours"),
        QT_TRANSLATE_NOOP("Commands", "Always light."),
        checkable=True,
    ),
    Command(
        "scheme_dark",
        "view",
        QT_TRANSLATE_NOOP("Commands", "Dark colours"),
        QT_TRANSLATE_NOOP("Commands", "Always dark."),
        checkable=True,
    ),
    Command(
        "palette",
        "help",
        QT_TRANSLATE_NOOP("Commands", "&Command palette…"),
        QT_TRANSLATE_NOOP("Commands", "Find any command by typing a few letters."),
        "Ctrl+K",
    ),
    Command(
        "shortcuts",
        "help",
        QT_TRANSLATE_NOOP("Commands", "&Keyboard shortcuts"),
        QT_TRANSLATE_NOOP("Commands", "All commands and their keys."),
        "F1",
    ),
    Command(
        "show_log",
        "help",
        QT_TRANSLATE_NOOP("Commands", "Show the &log"),
        QT_TRANSLATE_NOOP("Commands", "What the program noted, for when something went wrong."),
    ),
    Command(
        "about",
        "help",
        QT_TRANSLATE_NOOP("Commands", "&About SGIM Studio"),
        QT_TRANSLATE_NOOP("Commands", "Version and licences."),
    ),
)


class Commands(QObject):
    """The window's actions by name: ``commands["open"]``."""

    def __init__(self, window: QWidget, slots: dict[str, Callable[..., object]]) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        for command in COMMANDS:
            action = QAction(translated(command.text), window)
            keys = QKeySequence(command.shortcut)
            action.setShortcut(keys)
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(command.checkable)
            tip = translated(command.tip)
            shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
            name = plain(translated(command.text))
            action.setToolTip(f"<p><b>{name}</b>{'  ' + shown if shown else ''}</p><p>{tip}</p>")
            action.setStatusTip(tip)
            action.setObjectName(command.name)
            action.triggered.connect(slots[command.name])
            window.addAction(action)
            self._actions[command.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def in_menu(self, menu: str) -> list[QAction]:
        """The actions of one menu, in the order of the table."""
        return [self._actions[command.name] for command in COMMANDS if command.menu == menu]

    def all(self) -> list[QAction]:
        """Every action."""
        return list(self._actions.values())

    def tint(self, palette: QPalette, names: Collection[str] | None = None) -> None:
        """Draw the icons (of these commands) in the palette's text colour."""
        for command in COMMANDS:
            if names is not None and command.name not in names:
                continue
            if command.icon and (ICON_FOLDER / f"{command.icon}.svg").is_file():
                self._actions[command.name].setIcon(tinted_icon(command.icon, palette))


def translated(text: object) -> str:
    """A string of the table in the artist's language."""
    return QCoreApplication.translate("Commands", str(text))


def plain(text: str) -> str:
    """Without the mark of the access key and the dots."""
    return text.replace("&", "").rstrip("…")
