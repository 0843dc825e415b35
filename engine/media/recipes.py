"""Recipes inside pictures: a request as JSON in a PNG's iTXt chunk, or in a sidecar beside other formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from engine.errors import RequestError

RECIPE_KEY = "sgim-recipe"  # keyword of the PNG iTXt chunk
SIDECAR_SUFFIX = ".recipe.json"


def sidecar_path(picture: str | Path) -> Path:
    """Where the recipe of ``picture`` lies when the format cannot hold it: ``NAME.EXT.recipe.json``."""
    path = Path(picture)
    return path.with_name(path.name + SIDECAR_SUFFIX)


def read_recipe(path: str | Path) -> dict[str, Any] | None:
    """The recipe in a PNG, in a recipe JSON itself, or in the sidecar of ``path``; None when there is none.

    Raises ``RequestError`` when the file is missing or its recipe is not JSON.
    """
    file = Path(path)
    if not file.is_file():
        raise RequestError(f"There is no file {file}; choose a recipe JSON or a picture exported with one.")
    if file.suffix.lower() == ".json":
        return _parse(_text(file), file)
    try:
        with Image.open(file) as image:
            if image.format == "PNG":
                image.load()  # chunks after the pixels are read by loading
                text = getattr(image, "text", {}).get(RECIPE_KEY)
                if text:
                    return _parse(text, file)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        pass  # not a picture, or damaged: the sidecar may still be there
    beside = sidecar_path(file)
    return _parse(_text(beside), beside) if beside.is_file() else None


def recipe_text(recipe: dict[str, Any]) -> str:
    """The recipe as compact JSON. File names that are no text are escaped, and read back the same."""
    text = json.dumps(recipe, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode(errors="backslashreplace").decode()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{file.name} is not a readable recipe; export it again from the studio.", error) from error


def _parse(text: str, file: Path) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"The recipe in {file.name} is damaged; export it again from the studio.", error) from error
    if not isinstance(value, dict):
        raise RequestError(f"{file.name} holds no recipe; choose a recipe JSON or a picture exported with one.")
    return value
