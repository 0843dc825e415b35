"""The log: a small file, begun anew when it has grown, for when something went wrong."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from types import TracebackType

import platformdirs

MOST_BYTES = 1 << 20


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
        if log_path().is_file() and log_path().stat().st_size > MOST_BYTES:
            log_path().replace(log_path().with_suffix(".old.log"))
        handlers.append(logging.FileHandler(log_path(), encoding="utf-8", delay=True))
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
