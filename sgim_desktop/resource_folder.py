"""Where icons, samples and translations are; also inside a frozen application. Imports nothing that costs time."""

from __future__ import annotations

import sys
from pathlib import Path


def resource_folder() -> Path:
    """``resources`` of the installed program."""
    frozen = getattr(sys, "_MEIPASS", None)
    return (Path(frozen) if frozen else Path(__file__).resolve().parents[1]) / "resources"
