"""The engine's sentences as the window says them: in the artist's language, and without words of the command line.

The engine speaks plain English and knows no Qt. What is not in this table is shown as the engine said it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from sgim_desktop.local_numbers import filled

# What the engine says, its blanks numbered in their order, and what the window says instead (with the same numbers).
ROWS: tuple[tuple[str, object], ...] = (
    (
        "{0} shows no human face: draw the frame yourself (--face X,Y,W,H,ANGLE), use the whole picture (--no-align), "
        "or choose the scene pack (--pack starter-scenes).",
        QT_TRANSLATE_NOOP(
            "EngineWords",
            "There is no face in {0}: draw the crop frame, use the whole picture, or choose a pack for scenes.",
        ),
    ),
    (
        "{0} shows only what looks like a cat: draw the frame yourself (--face X,Y,W,H,ANGLE), use the whole picture "
        "(--no-align), or choose the scene pack (--pack starter-scenes).",
        QT_TRANSLATE_NOOP(
            "EngineWords",
            "{0} shows only what looks like a cat: draw the crop frame, use the whole picture, or choose another pack.",
        ),
    ),
    (
        "The eyes and the mouth of this face coincide; draw its frame yourself with --face.",
        QT_TRANSLATE_NOOP("EngineWords", "The eyes and the mouth of this face coincide; draw the crop frame yourself."),
    ),
    (
        "The face in {0} lies on its side; the frame is turned with it ({1}°).",
        QT_TRANSLATE_NOOP("EngineWords", "The face in {0} lies on its side; the frame is turned with it ({1}°)."),
    ),
    (
        "The face in {0} is only {1} pixels wide; the edit will look soft: use a larger one.",
        QT_TRANSLATE_NOOP(
            "EngineWords", "The face in {0} is only {1} pixels wide; the edit will look soft: use a larger one."
        ),
    ),
    (
        "The face in {0} is cut by the picture's border; the missing part is mirrored for the edit.",
        QT_TRANSLATE_NOOP(
            "EngineWords", "The face in {0} is cut by the picture's border; the missing part is mirrored for the edit."
        ),
    ),
    (
        "The face in {0} is turned far to the side; check its frame before editing.",
        QT_TRANSLATE_NOOP("EngineWords", "The face in {0} is turned far to the side; check its frame before editing."),
    ),
    (
        "{0} has {1} faces and the largest is used; choose another in the window or with --face.",
        QT_TRANSLATE_NOOP(
            "EngineWords", "{0} has {1} faces and the largest is used; drag the crop frame to choose another."
        ),
    ),
    (
        "The face in {0} was hard to read (glasses, statue or paint?); check its frame before editing.",
        QT_TRANSLATE_NOOP(
            "EngineWords",
            "The face in {0} was hard to read (glasses, statue or paint?); check its frame before editing.",
        ),
    ),
    (
        "Layer {0} is pinned, but the pack {1} has {2} layers; unpin it, or choose another pack.",
        QT_TRANSLATE_NOOP(
            "EngineWords", "Layer {0} is pinned, but the pack {1} has {2} layers; let it go, or choose another pack."
        ),
    ),
    (
        "{0} is an animation; only its first picture is edited.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} is an animation; only its first picture is edited."),
    ),
    (
        "{0} is in CMYK, for print; it is edited and saved in RGB (sRGB).",
        QT_TRANSLATE_NOOP("EngineWords", "{0} is in CMYK, for print; it is edited and saved in RGB (sRGB)."),
    ),
    (
        "{0} is not a picture that can be read; {1}.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} is not a picture that can be read; choose another file."),
    ),
    (
        "{0} is not a sound that can be read, or it is damaged; {1}.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} is not a sound that can be read, or it is damaged; choose another file."),
    ),
    (
        "{0} holds no sound that can be decoded; {1}.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} holds no sound that can be decoded; choose another file."),
    ),
    ("{0} holds no sound; {1}.", QT_TRANSLATE_NOOP("EngineWords", "{0} holds no sound; choose another file.")),
    ("{0} has no sound track; {1}.", QT_TRANSLATE_NOOP("EngineWords", "{0} has no sound track; choose another file.")),
    ("{0} is empty; {1}.", QT_TRANSLATE_NOOP("EngineWords", "{0} is empty; choose another file.")),
    (
        "{0} is damaged or cut off; save or download it again.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} is damaged or cut off; save or download it again."),
    ),
    (
        "{0} is cut off: it ends before its end; save or download it again.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} is cut off; save or download it again."),
    ),
    (
        "There is no file {0}; check the name and the folder.",
        QT_TRANSLATE_NOOP("EngineWords", "There is no file {0}; check the name and the folder."),
    ),
    (
        "{0} cannot be opened ({1}); check its permissions.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} cannot be opened ({1}); check its permissions."),
    ),
    (
        "{0} is {1}×{2} pixels, too large to edit; make it smaller than {3} megapixels.",
        QT_TRANSLATE_NOOP(
            "EngineWords", "{0} is {1}×{2} pixels, too large to edit; make it smaller than {3} megapixels."
        ),
    ),
    (
        "{0} is {1}×{2} pixels, too small to edit; choose one of at least {3}×{4}.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} is {1}×{2} pixels, too small to edit; choose one of at least {3}×{4}."),
    ),
    (
        "{0} does not fit into memory; make it smaller first.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} does not fit into memory; make it smaller first."),
    ),
    (
        "{0} is only {1} s long; choose at least {2} s of sound.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} is only {1} s long; choose at least {2} s of sound."),
    ),
    (
        "{0} is longer than an hour; cut out the part you want first.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} is longer than an hour; cut out the part you want first."),
    ),
    (
        "{0} is silent; choose a part, or another sound, in which something is heard.",
        QT_TRANSLATE_NOOP(
            "EngineWords", "{0} is silent; choose a part, or another sound, in which something is heard."
        ),
    ),
    (
        "There is no pack named {0}; choose one of: {1}.",
        QT_TRANSLATE_NOOP("EngineWords", "There is no pack named {0}; choose one of: {1}."),
    ),
    (
        "{0} does not match the sha256 in its pack.json, so it is damaged; add the pack again.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} is damaged; add its pack again."),
    ),
    (
        "{0} is missing from its pack; add the pack again.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} is missing from its pack; add the pack again."),
    ),
    (
        "This pack has no sound encoder; combine it with an embedder that has one, or guide it by text.",
        QT_TRANSLATE_NOOP("EngineWords", "This pack has no sound encoder; combine it with one, or guide it by text."),
    ),
    (
        "No space is left to write {0}; free some, or choose another disk.",
        QT_TRANSLATE_NOOP("EngineWords", "No space is left to write {0}; free some, or choose another disk."),
    ),
    (
        "{0} may not be written; choose a folder you own.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} may not be written; choose a folder you own."),
    ),
    (
        "The folder {0} does not exist; make it first, or choose another.",
        QT_TRANSLATE_NOOP("EngineWords", "The folder {0} does not exist; make it first, or choose another."),
    ),
    (
        "There is not enough memory for this; choose a smaller picture or close other programs.",
        QT_TRANSLATE_NOOP(
            "EngineWords", "There is not enough memory for this; choose a smaller picture or close other programs."
        ),
    ),
    (
        "The graphics memory is full; the edit goes on with the processor, more slowly.",
        QT_TRANSLATE_NOOP(
            "EngineWords", "The graphics memory is full; the edit goes on with the processor, more slowly."
        ),
    ),
    (
        "Memory is short; pictures are shown smaller from now on, and the edit starts once more.",
        QT_TRANSLATE_NOOP(
            "EngineWords", "Memory is short; pictures are shown smaller from now on, and the edit starts once more."
        ),
    ),
    (
        "The text is empty; write what the picture should become.",
        QT_TRANSLATE_NOOP("EngineWords", "The text is empty; write what the picture should become."),
    ),
    (
        "The face frame lies outside {0} ({1}×{2}); draw it around the face.",
        QT_TRANSLATE_NOOP("EngineWords", "The face frame lies outside {0} ({1}×{2}); draw it around the face."),
    ),
    (
        "The face frame is far larger than {0} ({1}×{2}); draw it around the face.",
        QT_TRANSLATE_NOOP("EngineWords", "The face frame is far larger than {0} ({1}×{2}); draw it around the face."),
    ),
    (
        "{0} does not fit into memory; cut out the part you want first.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} does not fit into memory; cut out the part you want first."),
    ),
    (
        "{0} contains samples that are not numbers; export it again from your editor.",
        QT_TRANSLATE_NOOP(
            "EngineWords",
            "{0} contains samples that are not numbers; export it again from your editor.",
        ),
    ),
    (
        "{0} is longer than ten minutes; cut out the part the morph should follow.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} is longer than ten minutes; cut out the part the film should follow."),
    ),
    (
        "{0} would hold no picture; choose a longer sound.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} would hold no picture; choose a longer sound."),
    ),
    (
        "{0} could not be encoded; choose another size or codec.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} could not be encoded; choose another size or format."),
    ),
    (
        "{0} has no video ending that can be written; use .mp4 or .webm.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} has no video ending that can be written; use .mp4 or .webm."),
    ),
    (
        "{0} has no picture ending that can be written; use .png, .jpg, .webp or .tiff.",
        QT_TRANSLATE_NOOP(
            "EngineWords",
            "{0} has no picture ending that can be written; use .png, .jpg, .webp or .tiff.",
        ),
    ),
    (
        "The picture cannot be written as {0} ({1}); choose PNG or TIFF.",
        QT_TRANSLATE_NOOP("EngineWords", "The picture cannot be written as {0} ({1}); choose PNG or TIFF."),
    ),
    (
        "The region of {0} has another size than the picture; paint it again.",
        QT_TRANSLATE_NOOP("EngineWords", "The region of {0} has another size than the picture; paint it again."),
    ),
    (
        "{0} could not be written ({1}); choose another place.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} could not be written ({1}); choose another place."),
    ),
    (
        "{0} is no ordinary file and cannot be replaced; give the name of a file to write.",
        QT_TRANSLATE_NOOP(
            "EngineWords",
            "{0} is no ordinary file and cannot be replaced; give the name of a file to write.",
        ),
    ),
    (
        "{0} could not be written; check free space and permissions.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} could not be written; check free space and permissions."),
    ),
    (
        "{0} needs {1} MB but only {2} MB are free; free some space or set SGIM_PACKS to a folder on another disk.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} needs {1} MB but only {2} MB are free; free some space first."),
    ),
    (
        "The pack {0} has no {1}; choose another pack, or combine it with one that has (sgim packs combine).",
        QT_TRANSLATE_NOOP(
            "EngineWords",
            "The pack {0} has no {1}; choose another pack, or combine it with one that has.",
        ),
    ),
    (
        "{0} is incomplete because adding it was cut off; add it again.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} is incomplete because adding it was cut off; add it again."),
    ),
    (
        "A pack named {0} exists already; choose another --name, or remove it first.",
        QT_TRANSLATE_NOOP("EngineWords", "A pack named {0} exists already; choose another name, or remove it first."),
    ),
    (
        "The sound encoder of {0} needs the joint embedder it was trained with; choose one with --embedder.",
        QT_TRANSLATE_NOOP(
            "EngineWords",
            "The sound encoder of {0} needs the joint embedder it was trained with; choose that one.",
        ),
    ),
    (
        "{0} holds no weights files; choose the file, or the folder it lies in.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} holds no weights files; choose the file, or the folder it lies in."),
    ),
    (
        "{0} holds a {1}, which no pack has a place for; choose another file.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} holds a {1}, which no pack has a place for; choose another file."),
    ),
    (
        "{0} holds values that are not finite ({1}); get the file again.",
        QT_TRANSLATE_NOOP("EngineWords", "{0} holds values that are not finite ({1}); get the file again."),
    ),
    (
        "{0} is a web page, not weights (a quota or sign-in page, perhaps); open its address in a browser and "
        "save the file itself.",
        QT_TRANSLATE_NOOP(
            "EngineWords",
            "{0} is a web page, not weights (a quota or sign-in page, perhaps); open its address in a browser "
            "and save the file itself.",
        ),
    ),
    (
        "The generator draws values that are not finite; its weights are damaged, fetch them again.",
        QT_TRANSLATE_NOOP(
            "EngineWords",
            "The generator draws values that are not finite; its weights are damaged, fetch them again.",
        ),
    ),
    (
        "The generator draws one flat colour; its weights are damaged, fetch them again.",
        QT_TRANSLATE_NOOP(
            "EngineWords",
            "The generator draws one flat colour; its weights are damaged, fetch them again.",
        ),
    ),
    (
        "Something went wrong in the engine ({0}: {1}); the log has the details.",
        QT_TRANSLATE_NOOP("EngineWords", "Something went wrong in the engine ({0}: {1}); the log has the details."),
    ),
)


def in_window(sentence: str) -> str:
    """What the window says for a sentence of the engine; other sentences as they are."""
    for pattern, spoken in _patterns():
        match = pattern.fullmatch(sentence)
        if match is not None:
            return filled(QCoreApplication.translate("EngineWords", spoken), *map(_read, match.groups()))
    return sentence


def _read(said: str) -> str | Decimal:
    """A number as a number, all its decimals kept: it is written like every other in the window."""
    return Decimal(said) if re.fullmatch(r"-?\d+(\.\d+)?", said) else said


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_pattern(said), str(spoken)) for said, spoken in ROWS)


def _pattern(said: str) -> re.Pattern[str]:
    parts = re.split(r"\{\d\}", said)
    return re.compile("(.+?)".join(re.escape(part) for part in parts), re.DOTALL)
