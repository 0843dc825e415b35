"""The contact sheet at the end of a batch: each original with its edits beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.evaluation.contact_sheet import Cell, save_sheet
from engine.media.pictures import load_picture


def save_batch_sheet(path: Path, rows: Sequence[dict[str, Any]], *, side: int = 160) -> None:
    """``rows`` as in a batch's report: ``image``, ``sound`` (or None), and ``out`` or ``fault``.

    One row per original: the original, then its edits captioned by sound; a failed one is left out and its
    sound named with "failed". Pictures that can no longer be read are skipped.
    """
    by_image: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_image.setdefault(str(row["image"]), []).append(row)
    lines = []
    for image, edits in by_image.items():
        cells = _cell(image, Path(image).name, side)
        for edit in edits:
            sound = Path(edit["sound"]).stem if edit.get("sound") else "text"
            if edit.get("out"):
                cells += _cell(edit["out"], sound, side)
            elif cells:
                cells.append(Cell(cells[0].picture // 4 + 160, f"{sound}: failed"))
        if cells:
            lines.append(cells)
    if lines:
        save_sheet(path, lines, side=side)


def _cell(file: str, caption: str, side: int) -> list[Cell]:
    import cv2

    try:
        pixels = load_picture(file).srgb()
    except InputError:
        return []
    factor = min(1.0, 2 * side / max(pixels.shape[:2]))
    if factor < 1:  # keep a folder of 24-megapixel originals small
        pixels = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return [Cell(pixels, caption)]
