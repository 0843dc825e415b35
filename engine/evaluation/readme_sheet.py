"""``python -m engine.evaluation.readme_sheet [OUT]``: the README's before/after pictures, from bundled samples."""

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
from engine.request import Request, TextGuide
from engine.studio import Studio

PICTURES = ("coast.jpg", "painting.jpg")
SOUNDS = ("rain.ogg", "thunder.ogg", "fire.ogg", "birds.ogg")
TEXTS = ("snow", "night")


def main(out: Path) -> None:
    """Edit each picture by four sounds and two texts and write one sheet."""
    studio = Studio(threads=1)
    rows = []
    for name in PICTURES:
        source = source_of(studio, sample(name))
        cells = [Cell(source.picture.srgb(), "original")]
        base = Request(pack=source.pack, picture_sha256=source.picture.sha256)
        for sound_name in SOUNDS:
            sound = load_sound(sample(sound_name))
            result = run_edit(studio, source, base.changed(sounds=(guide_of(sound),)), [sound])
            cells.append(Cell(studio.finish(source, result).srgb(), f"sound: {Path(sound_name).stem}"))
        for target in TEXTS:
            result = run_edit(studio, source, base.changed(text=TextGuide(TARGET_TEXTS[target])))
            cells.append(Cell(studio.finish(source, result).srgb(), f"text: {TARGET_TEXTS[target]}"))
        rows.append(cells)
    sheet: np.ndarray = contact_sheet(rows, side=220)
    out.parent.mkdir(parents=True, exist_ok=True)
    with written_beside(out) as path:
        Image.fromarray(sheet).save(path, format="JPEG", quality=86)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else resources_folder() / "readme" / "scenes.jpg")
