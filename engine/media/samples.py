"""Where the bundled sample pictures and sounds lie, in the repository and in the frozen application."""

from __future__ import annotations

import sys
from pathlib import Path

PICTURES = ("coast.jpg", "lakeside.jpg", "painting.jpg", "portrait.jpg")
SOUNDS = ("rain.ogg", "thunder.ogg", "fire.ogg", "birds.ogg", "laughing.ogg")


def resources_folder() -> Path:
    """``resources/``: beside the packages, or inside the PyInstaller bundle."""
    bundle = getattr(sys, "_MEIPASS", None)
    return (Path(bundle) if bundle else Path(__file__).resolve().parents[2]) / "resources"


def sample(name: str) -> Path:
    """The path of a bundled sample. Raises ``FileNotFoundError`` when the installation lacks it."""
    path = resources_folder() / "samples" / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing from this installation; install SGIM Studio again.")
    return path


def sample_pictures() -> list[Path]:
    """The bundled pictures."""
    return [sample(name) for name in PICTURES]


def sample_sounds() -> list[Path]:
    """The bundled sounds."""
    return [sample(name) for name in SOUNDS]
