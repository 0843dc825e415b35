"""Entry point of the desktop application. Imports nothing that imports torch (KNOWLEDGE §7)."""

from __future__ import annotations

import argparse
import faulthandler
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QTranslator
    from PySide6.QtWidgets import QApplication

    from sgim_desktop.window import StudioWindow

STYLE = "fusion"
SWITCH_SECONDS = 0.002  # how long the engine may keep Python from the window


def main(argv: Sequence[str] | None = None, on_window: Callable[[StudioWindow], None] | None = None) -> int:
    """``sgim-desktop [FILE …]``: open the studio with those files. ``on_window`` gets the window before it is shown.

    Returns the exit code: 0, or what ``--self-test`` found.
    """
    options = _options(argv)
    if sys.platform == "win32":
        import torch  # noqa: F401 (pytorch#166628: before PySide6, or its libraries are not found)
    from sgim_desktop.logs import log_uncaught, start_log

    start_log()
    sys.setswitchinterval(SWITCH_SECONDS)
    if sys.stderr is not None and hasattr(sys.stderr, "fileno") and not faulthandler.is_enabled():
        try:
            faulthandler.enable()
        except (OSError, ValueError):
            pass  # no console, as in a windowed application
    from PySide6.QtCore import QEvent

    app = _application()
    translators = _translate(app, options.language)
    hook, sys.excepthook = sys.excepthook, log_uncaught
    try:
        window = _window(app, options)
        try:
            if on_window is not None:
                on_window(window)
            window.show()
            return app.exec()
        finally:
            window.close()
            window.deleteLater()
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            # The last window asks the program to quit. It does so already; a later event loop must not.
            app.removePostedEvents(app, QEvent.Type.Quit.value)
    finally:
        sys.excepthook = hook
        for translator in translators:  # one process may start the studio more than once, in other languages
            app.removeTranslator(translator)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("sgim-desktop", description="Edit pictures by sounds.")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="pictures, sounds or a session")
    parser.add_argument("--self-test", action="store_true", help="edit a bundled sample, write a picture, exit")
    parser.add_argument("--out", type=Path, help="where the self-test writes its picture")
    parser.add_argument("--language", default="", help="two letters, as de; otherwise the system's")
    parser.add_argument("--new", action="store_true", help="begin an empty session")
    return parser.parse_args(argv)


def _application() -> QApplication:
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QApplication

    from sgim_desktop.resource_folder import resource_folder

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([*sys.argv[:1], "-style", STYLE])  # not setStyle(): it makes QStyle's tables known to Python
    elif app.style().name().lower() != STYLE:
        app.setStyle(STYLE)
    app.setApplicationName("sgim-studio")
    app.setApplicationDisplayName("SGIM Studio")
    app.setDesktopFileName("sgim-studio")
    app.setWindowIcon(QIcon(str(resource_folder() / "icons" / "sgim-studio.svg")))
    return app


def _translate(app: QApplication, language: str) -> list[QTranslator]:
    from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

    from sgim_desktop.resource_folder import resource_folder
    from sgim_desktop.settings.preferences import preferences

    folder = str(resource_folder() / "translations")
    chosen = language or str(preferences().get("language"))
    locale = QLocale.system() if chosen in ("", "system") else QLocale(chosen)
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    # English knows one from many; what another language lacks falls back on it.
    files = ((QLocale("en"), "sgim", folder), (locale, "sgim", folder), (locale, "qtbase", qt_folder))
    installed = []
    for wanted, name, place in files:
        translator = QTranslator()
        if translator.load(wanted, name, "_", place):
            app.installTranslator(translator)
            installed.append(translator)
    return installed


def _window(app: QApplication, options: argparse.Namespace) -> StudioWindow:
    from engine.errors import SgimError
    from sgim_desktop.document.crashed_sessions import after_crash, crashed_sessions
    from sgim_desktop.document.session_files import RecentSessions, new_session_path
    from sgim_desktop.document.session_lock import open_elsewhere
    from sgim_desktop.window import StudioWindow

    recent = RecentSessions()
    crashed = crashed_sessions(recent)
    sessions = [path for path in options.files if path.suffix == ".sgim" and path.is_file()]
    others = [path for path in options.files if path not in sessions]
    fresh = options.new or options.self_test or bool(others)
    last = [path for path in crashed + recent.paths() if not open_elsewhere(path)]
    first_start = not last and not recent.paths()
    chosen = sessions[:1] or ([] if fresh else last[:1])
    problem = ""
    try:
        window = StudioWindow(chosen[0].resolve() if chosen else new_session_path())
    except SgimError as error:
        problem = error.sentence
        window = StudioWindow(new_session_path())
    said = " ".join(filter(None, (problem, after_crash(crashed, window.document.path))))
    if said:
        window.document.notify(said, "error" if problem else "warning")
    if others:
        window.complete.connect(lambda: window.session.add(others))
    elif first_start and not chosen and not options.self_test and not options.new:
        window.painted.connect(window.session.add_samples)
    if options.self_test:
        from sgim_desktop.self_test import SelfTest

        SelfTest(window, options.out or Path(os.getcwd()) / "sgim-self-test.png")
    return window


if __name__ == "__main__":
    sys.exit(main())
