"""Synthesised weather and animals: thin classes heard in more ways than the few recordings tell.

Each maker gives mono float32 samples in ±1 at a random level; nothing here is used outside training.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.training.starter.synthetic_animals import birds, crickets, owl
from engine.training.starter.synthetic_weather import fire, rain, sea, snow_steps, thunder, wind

MAKERS: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
    "wind": wind,
    "snowstorm": wind,
    "crickets": crickets,
    "bird_song": birds,
    "thunderstorm": thunder,
    "rain": rain,
    "fire_crackling": fire,
    "owl": owl,
    "sea_waves": sea,
    "footsteps_snow": snow_steps,
}
