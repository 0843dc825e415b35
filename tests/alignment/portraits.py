"""The few real portraits (256×256, public domain, never trained on) that these tests use."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

FOLDER = Path(__file__).resolve().parents[1] / "data" / "portraits"
NAMES = ("neutral", "smiling", "painted")


def portrait(name: str) -> np.ndarray:
    """(256, 256, 3) uint8 sRGB."""
    return np.ascontiguousarray(np.asarray(cv2.imread(str(FOLDER / f"{name}.jpg")))[:, :, ::-1])
