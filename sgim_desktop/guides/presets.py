"""Presets: named settings of an edit. Some come with the program, the artist keeps more as JSON. Qt-free."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from engine.errors import InputError
from engine.media.atomic_files import write_file
from sgim_desktop.document.values import Settings

PRESET_FORMAT = "sgim-preset"
PRESET_VERSION = 1

# What a preset may hold. Pictures, sounds, texts and the seed belong to the work at hand, not to a preset.
PRESET_FIELDS = (
    "steps",
    "variants",
    "strength",
    "objective",
    "mask",
    "lambda_reg",
    "lambda_id",
    "learning_rate",
    "loudness",
    "instant",
    "fidelity",
)
_ALLOWED: dict[str, tuple[Any, ...]] = {
    "objective": ("hinge", "cosine", "directional"),
    "mask": ("trained", "detached", "l2"),
    "fidelity": ("fast", "balanced", "high"),
}
_RANGES: dict[str, tuple[float, float]] = {
    "steps": (0, 10_000),
    "variants": (1, 16),
    "strength": (0.0, 5.0),
    "lambda_reg": (0.0, 10.0),
    "lambda_id": (0.0, 10.0),
    "learning_rate": (0.0, 10.0),
}


@dataclass(frozen=True)
class Preset:
    """A name and the settings it sets; fields that are missing are left as they are."""

    name: str
    values: dict[str, Any] = field(default_factory=dict)
    own: bool = False

    def fits(self, settings: Settings) -> bool:
        """Whether the settings are exactly what this preset sets."""
        return all(getattr(settings, key) == value for key, value in self.values.items())


# λ's stay the pack's own (None): the paper's 0.008/0.004 are for faces, 0.002/0 for scenes.
_PLAIN: dict[str, Any] = {"lambda_reg": None, "lambda_id": None, "learning_rate": None, "mask": "trained"}
BUILT_IN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("sketch", {**_PLAIN, "steps": 15, "fidelity": "fast", "objective": "hinge", "variants": 1}),
    ("standard", {**_PLAIN, "steps": None, "fidelity": "balanced", "objective": "hinge", "variants": 1}),
    ("careful", {**_PLAIN, "steps": 200, "fidelity": "high", "objective": "hinge", "variants": 1}),
    ("explore", {**_PLAIN, "steps": 30, "fidelity": "fast", "objective": "directional", "variants": 4}),
)


def preset_folder() -> Path:
    """Where the artist's own presets are kept."""
    return platformdirs.user_config_path("sgim-studio") / "presets"


def own_presets(folder: Path) -> tuple[list[Preset], list[str]]:
    """The artist's presets by name, and a sentence for every file that is none."""
    found, sentences = [], []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(read_preset(path))
        except InputError as error:
            sentences.append(error.sentence)
    return sorted(found, key=lambda preset: preset.name.casefold()), sentences


def save_preset(folder: Path, name: str, settings: Settings) -> Preset:
    """Keep the settings under ``name``, in place of an older preset of that name. Raises ``InputError``."""
    name = name.strip()
    if not name or len(name) > 80:
        raise InputError("A preset needs a name of 1 to 80 letters; type one.")
    preset = Preset(name, {key: getattr(settings, key) for key in PRESET_FIELDS}, own=True)
    data = {"format": PRESET_FORMAT, "version": PRESET_VERSION, "name": name, "settings": preset.values}
    folder.mkdir(parents=True, exist_ok=True)
    write_file(_path(folder, name), json.dumps(data, indent=1, ensure_ascii=False).encode())
    return preset


def remove_preset(folder: Path, name: str) -> None:
    """Forget one of the artist's presets."""
    _path(folder, name).unlink(missing_ok=True)


def read_preset(path: Path) -> Preset:
    """A preset file; raises ``InputError`` when it is none, or holds a value out of range."""
    try:
        data = json.loads(path.read_bytes())
        if data["format"] != PRESET_FORMAT or data["version"] > PRESET_VERSION:
            raise ValueError("format")
        values = {key: _checked(key, value) for key, value in data["settings"].items() if key in PRESET_FIELDS}
        return Preset(str(data["name"]), values, own=True)
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise InputError(f"{path.name} is not a preset of this studio; remove it or save it again.", error) from error


def _checked(key: str, value: Any) -> Any:
    if key in _ALLOWED:
        if value not in _ALLOWED[key]:
            raise ValueError(key)
        return value
    if key in ("loudness", "instant"):
        return bool(value)
    if value is None and key not in ("variants", "strength"):
        return None
    low, high = _RANGES[key]
    number = int(value) if key in ("steps", "variants") else float(value)
    if not low <= number <= high:
        raise ValueError(key)
    return number


def _path(folder: Path, name: str) -> Path:
    # Two names that differ only in odd letters must not share a file: the code points keep them apart.
    plain = re.sub(r"[^A-Za-z0-9 _-]", lambda found: f"%{ord(found.group()):x}", name.strip())
    return folder / f"{plain}.json"
