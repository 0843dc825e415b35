"""A data folder laid out like the project's, with a few tiny pictures and short sounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from engine.media.sounds import save_wav

SOUNDS = {"rain": "rain", "thunderstorm": "thunderstorm", "fire_crackling": "fire",
          "music_calm": "", "music_battle": ""}
PICTURES = ("sunny", "cloudy", "rain", "thunderstorm", "fire", "snow", "fog", "sea", "sunset", "night")


def write_scenes(folder: Path) -> Path:
    """Fold 4 (held out) and fold 1 of every sound label and picture class."""
    for name in ("audio", "images"):
        (folder / name).mkdir(parents=True)
    sounds = ["path,label,caption,source,licence,fold,split"]
    pictures = ["path,domain,label,caption,source,licence,fold,split"]
    classes = ["kind,label,canonical", *(f"picture,{n},{n}" for n in PICTURES)]
    for number, (label, canonical) in enumerate(SOUNDS.items()):
        for fold in (1, 1, 2, 4):
            source = np.random.default_rng((number, len(sounds)))
            name = f"{label}-{len(sounds)}.wav"
            tone = 0.2 * np.sin(np.arange(19_200) * (number + 1) / 25) + 0.02 * source.standard_normal(19_200)
            save_wav(folder / "audio" / name, tone.astype(np.float32), 32_000)
            sounds.append(f"{name},{label},the sound of {label.replace('_', ' ')},test,CC0,{fold},train")
        if canonical:
            classes.append(f"sound,{label},{canonical}")
    for number, label in enumerate(PICTURES):
        for fold in (1, 1, 4):
            source = np.random.default_rng((number, len(pictures)))
            name = f"{label}-{len(pictures)}.png"
            pixels = np.clip(source.normal(60 + 15 * number, 40, (48, 48, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(folder / "images" / name)
            pictures.append(f"{name},landscape,{label},a {label} scene,test,CC0,{fold},train")
    (folder / "audio" / "index.csv").write_text("\n".join(sounds) + "\n")
    (folder / "images" / "index.csv").write_text("\n".join(pictures) + "\n")
    (folder / "classes.csv").write_text("\n".join(classes) + "\n")
    return folder
