"""What an export can be, as data; and file names from a template."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP

from sgim_desktop.document.values import ResultItem, SourceItem


@dataclass(frozen=True)
class Format:
    """One picture format of the dialog. ``bits`` None: as the original has."""

    name: object
    suffix: str
    bits: int | None
    has_quality: bool = False


FORMATS: tuple[Format, ...] = (
    Format(QT_TRANSLATE_NOOP("Export", "PNG, as deep as the original"), ".png", None),
    Format(QT_TRANSLATE_NOOP("Export", "PNG, 8 bits"), ".png", 8),
    Format(QT_TRANSLATE_NOOP("Export", "PNG, 16 bits"), ".png", 16),
    Format(QT_TRANSLATE_NOOP("Export", "TIFF, 16 bits"), ".tiff", 16),
    Format(QT_TRANSLATE_NOOP("Export", "JPEG"), ".jpg", 8, True),
    Format(QT_TRANSLATE_NOOP("Export", "WebP"), ".webp", 8, True),
)
SIZES = ("original", "model", "custom")
FIELDS = ("picture", "guide", "sound", "text", "kind", "seed", "variant", "number", "similarity", "stars", "date")


@dataclass(frozen=True)
class ExportChoice:
    """What the artist chose. ``long_side`` in pixels, for the size "custom"."""

    folder: Path
    template: str = "{picture}-{guide}-{number}"
    suffix: str = ".png"
    bits: int | None = None
    quality: int = 92
    size: str = "original"
    long_side: int = 2048
    strip: bool = False
    openraster: bool = False
    latent: bool = False
    layer_mask: bool = False


def file_stem(template: str, item: ResultItem, source: SourceItem, number: int) -> str:
    """The name of one exported file, without its ending; never empty, never a path."""
    import time

    request = item.request
    sound = "+".join(Path(guide.name).stem for guide in request.sounds) if item.kind != "text" else ""
    text = request.text.text if request.text is not None and item.kind != "sound" else ""
    values = {
        "picture": Path(source.name).stem,
        "guide": "+".join(part for part in (sound, text) if part),
        "sound": sound,
        "text": text,
        "kind": item.kind,
        "seed": str(request.seed),
        "variant": str(request.variant + 1),
        "number": str(number),
        "similarity": f"{item.similarity_after:.2f}",
        "stars": str(item.rating),
        "date": time.strftime("%Y-%m-%d"),
    }
    name = re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), template)
    name = re.sub(r"[^\w\-–—+.,'&! ()]+", "_", name).strip(" ._")
    return name[:120] or f"result-{number}"


def free_path(folder: Path, stem: str, suffix: str, taken: set[Path]) -> Path:
    """A path no file has, so that an export never overwrites the artist's work."""
    path, number = folder / f"{stem}{suffix}", 2
    while path.exists() or path in taken:
        path = folder / f"{stem} ({number}){suffix}"
        number += 1
    taken.add(path)
    return path
