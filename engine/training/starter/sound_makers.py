"""Which sound labels are synthesised, and by what."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.training.starter import synthetic_sounds as weather
from engine.training.starter import synthetic_voices as voices

MAKERS: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "wind": weather.wind,
    "snowstorm": weather.wind,
    "crickets": weather.crickets,
    "bird_song": weather.birds,
    "thunderstorm": weather.thunder,
    "rain": weather.rain,
    "fire_crackling": weather.fire,
    "owl": weather.owl,
    "sea_waves": weather.sea,
    "laughing": voices.laughing,
    "crowd_laughing": voices.crowd_laughing,
    "baby_crying": voices.baby_crying,
    "sobbing": voices.sobbing,
    "coughing": voices.coughing,
}
