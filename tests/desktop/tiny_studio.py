"""An untrained pack for the window's tests, and the bundled samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tiny_pack import write_tiny_pack

from engine.media.pictures import save_picture
from engine.packs.store import bundled_packs_folder
from sgim_desktop.window import StudioWindow

PACK = "tiny"
SAMPLES = bundled_packs_folder().parent / "samples"
STEPS = 4


def install_pack(folder: Path) -> None:
    """Write the pack ``tiny`` into ``folder`` (to be named by SGIM_PACKS)."""
    write_tiny_pack(folder / PACK)


def use_tiny_pack(window: StudioWindow, **settings: object) -> None:
    """Settings for quick edits."""
    window.document.change_settings(pack=PACK, steps=STEPS, fidelity="fast", threads=1, **settings)


def write_picture(path: Path, width: int = 96, height: int = 64) -> Path:
    """A picture file with something on it."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    waves = 127 + 90 * np.sin(x / 9) * np.cos(y / 7)
    pixels = np.stack([waves, x * 255 / width, 255 - y * 255 / height], -1)
    return save_picture(path, pixels.clip(0, 255).astype(np.uint8))


def shown(window: StudioWindow) -> np.ndarray | None:
    """The edited picture on the canvas, (H, W, 3) uint8."""
    edited = window.canvas.result_view.edited
    return None if edited is None else edited.pixels().copy()


def nearly(a: np.ndarray | None, b: np.ndarray) -> bool:
    """Equal but for one level in a few values: kernels differ in the last bit between two runs of a process."""
    if a is None or a.shape != b.shape:
        return False
    far = np.abs(a.astype(int) - b)
    return bool(far.max() <= 1 and (far > 0).mean() < 1e-3)
