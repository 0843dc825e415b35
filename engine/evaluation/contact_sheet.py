"""Contact sheets: rows of pictures with captions, to look at what a number says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.media.atomic_files import written_beside

_GAP, _CAPTION, _PAPER, _INK = 6, 18, (250, 250, 250), (30, 30, 30)


@dataclass(frozen=True)
class Cell:
    """One picture (H, W, 3) uint8 of a sheet and the words under it."""

    picture: np.ndarray
    caption: str = ""


def contact_sheet(rows: Sequence[Sequence[Cell]], *, side: int = 160, title: str = "") -> np.ndarray:
    """Lay rows of cells out on white, each picture fitted into ``side``²; returns (H, W, 3) uint8."""
    wide = max((len(row) for row in rows), default=1)
    step_x, step_y = side + _GAP, side + _CAPTION + _GAP
    top = _GAP + (_CAPTION + _GAP if title else 0)
    sheet = Image.new("RGB", (_GAP + max(wide, 1) * step_x, top + max(len(rows), 1) * step_y), _PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(12)
    if title:
        draw.text((_GAP, _GAP), _fitted(title, sheet.width - 2 * _GAP, draw, font), _INK, font)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            x, y = _GAP + c * step_x, top + r * step_y
            picture = Image.fromarray(np.ascontiguousarray(cell.picture))
            picture.thumbnail((side, side), Image.Resampling.LANCZOS)
            sheet.paste(picture, (x + (side - picture.width) // 2, y + (side - picture.height) // 2))
            draw.text((x, y + side + 1), _fitted(cell.caption, side, draw, font), _INK, font)
    return np.asarray(sheet)


def save_sheet(path: Path, rows: Sequence[Sequence[Cell]], *, side: int = 160, title: str = "") -> None:
    """Write a sheet as JPEG or PNG by extension, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = "PNG" if path.suffix.lower() == ".png" else "JPEG"
    with written_beside(path) as beside:
        sheet = Image.fromarray(contact_sheet(rows, side=side, title=title))
        sheet.save(beside, kind, quality=90, optimize=True, progressive=True)


def in_rows(cells: Sequence[Cell], wide: int = 8) -> list[list[Cell]]:
    """Break a list of cells into rows of ``wide``."""
    return [list(cells[i : i + wide]) for i in range(0, len(cells), wide)]


def _fitted(words: str, width: int, draw: ImageDraw.ImageDraw, font: Any) -> str:
    while words and draw.textlength(words, font=font) > width:
        words = words[:-2].rstrip("…") + "…" if len(words) > 2 else ""
    return words
