"""``python -m engine.evaluation.readme_sheet [FOLDER]``: the README's before/after pictures, from bundled samples."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from engine.evaluation.contact_sheet import Cell, contact_sheet
from engine.evaluation.starter_edits import TARGET_TEXTS, guide_of, run_edit, source_of
from engine.media.atomic_files import written_beside
from engine.media.samples import resources_folder, sample
from engine.media.sounds import load_sound
from engine.packs.store import DEFAULT_PORTRAIT_PACK
from engine.request import Request, TextGuide
from engine.studio import Studio

PICTURES = ("coast.jpg", "painting.jpg")
SOUNDS = ("rain.ogg", "thunder.ogg", "fire.ogg", "birds.ogg")
TEXTS = tuple(TARGET_TEXTS[target] for target in ("snow", "night"))
FACE, FACE_SOUNDS, FACE_TEXTS = "portrait.jpg", ("laughing.ogg",), ("a laughing person",)


def row(studio: Studio, name: str, sounds: tuple[str, ...], texts: tuple[str, ...]) -> list[Cell]:
    """A bundled picture, then its edits by bundled sounds and by texts."""
    source = source_of(studio, sample(name), align=name == FACE)
    cells = [Cell(source.picture.srgb(), "original")]
    base = Request(pack=source.pack, picture_sha256=source.picture.sha256)
    for sound_name in sounds:
        sound = load_sound(sample(sound_name))
        result = run_edit(studio, source, base.changed(sounds=(guide_of(sound),)), [sound])
        cells.append(Cell(studio.finish(source, result).srgb(), f"sound: {Path(sound_name).stem}"))
    for text in texts:
        result = run_edit(studio, source, base.changed(text=TextGuide(text)))
        cells.append(Cell(studio.finish(source, result).srgb(), f"text: {text}"))
    return cells


def save(rows: list[list[Cell]], out: Path, side: int) -> None:
    """Write one sheet."""
    sheet: np.ndarray = contact_sheet(rows, side=side)
    out.parent.mkdir(parents=True, exist_ok=True)
    with written_beside(out) as path:
        Image.fromarray(sheet).save(path, format="JPEG", quality=86, optimize=True, progressive=True)


def main(folder: Path) -> None:
    """Edit each scene by four sounds and two texts, the portrait by one of each; a sheet for scenes, one for faces."""
    studio = Studio(threads=1)
    save([row(studio, name, SOUNDS, TEXTS) for name in PICTURES], folder / "scenes.jpg", 220)
    studio.load_pack(DEFAULT_PORTRAIT_PACK)
    save([row(studio, FACE, FACE_SOUNDS, FACE_TEXTS)], folder / "faces.jpg", 320)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else resources_folder() / "readme")
