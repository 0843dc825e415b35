"""The log: a small rotating file, for when something went wrong."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from pathlib import Path
from types import TracebackType

import platformdirs


def log_path() -> Path:
    """Where the log is written."""
    return Path(platformdirs.user_log_dir("sgim-studio", appauthor=False)) / "studio.log"


def start_log() -> None:
    """Write what the program notes into the log file, and warnings to stderr too."""
    root = logging.getLogger()
    if any(getattr(handler, "sgim", False) for handler in root.handlers):
        return
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    handlers[0].setLevel(logging.ERROR)
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        handlers.append(logging.handlers.RotatingFileHandler(log_path(), maxBytes=1 << 20, backupCount=2, delay=True))
    except OSError:
        pass  # a home that cannot be written to is no reason not to start
    for handler in handlers:
        handler.sgim = True  # type: ignore[attr-defined]
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
        root.addHandler(handler)
    root.setLevel(logging.INFO)


def log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An error nobody caught is noted; the window goes on."""
    logging.getLogger("sgim_desktop").critical("uncaught", exc_info=(kind, error, trace))
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
