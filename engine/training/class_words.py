"""Phrases that say the same class in other words: training texts of the joint space.

The evaluator's paraphrases (``engine/evaluation/paraphrases.py``) are other words on purpose; a
test holds the two lists apart.
"""

from __future__ import annotations

SCENE_PHRASES: dict[str, tuple[str, ...]] = {
    "sunny": ("sunny", "a sunny day", "bright sunshine", "the sun shining in a blue sky", "clear sky", "sunlight", "a beautiful sunny landscape",
              "birds singing on a sunny morning", "birdsong", "a bright summer day", "fine weather", "warm sun", "cheerful birds chirping", "bright daylight",
              "blue sky without clouds", "spring morning", "sun-drenched meadow"),
    "cloudy": ("cloudy", "a cloudy sky over the land", "overcast sky", "grey clouds", "clouds in the sky", "dull weather", "a sky full of clouds",
               "thick cloud cover", "heavy grey sky", "gloomy overcast day", "cumulus clouds", "clouded over"),
    "sunset": ("sunset", "a glowing sunset", "sunrise", "the sun setting over the sea", "dawn", "evening glow", "red evening sky", "golden hour",
               "the sun going down", "orange sky at the end of the day", "daybreak", "setting sun"),
    "rain": ("rain", "raining", "heavy rain falling", "rainy day", "rain drops", "pouring rain", "rainy weather", "rain falling on the landscape",
             "a wet rainy street", "light rain", "rain shower", "raindrops on a window", "it is raining", "rainfall", "steady rain"),
    "thunderstorm": ("thunderstorm", "thunder", "lightning", "lightning in a thunderstorm", "clap of thunder", "rolling thunder", "a storm with lightning",
                     "thunder and lightning", "stormy sky with lightning", "lightning strike", "electric storm", "lightning flashes", "thunder rumbling in the distance"),
    "snow": ("snow", "snowing", "a snowy landscape", "snow falling", "winter landscape", "snow-covered ground", "snowstorm", "a snowy winter day", "wind blowing in a snowstorm",
             "footsteps in the snow", "snowy mountains", "snowflakes", "deep winter", "cold winter wind", "frozen winter", "howling winter wind"),
    "fog": ("fog", "foggy", "a foggy landscape", "mist", "misty morning", "a forest in the fog", "thick fog", "dense fog over the land", "haze", "foggy weather"),
    "fire": ("fire", "flames", "a forest fire with flames and smoke", "burning", "wildfire", "fire crackling", "burning wood", "on fire", "campfire", "burning forest",
             "crackling fireplace", "bonfire", "house fire", "red hot flames"),
    "sea": ("sea", "the sea", "ocean", "sea waves", "waves breaking on the shore", "the coast", "beach", "ocean waves", "sea and coast", "seashore", "a wave crashing", "blue ocean water"),
    "night": ("night", "at night", "night sky", "a starry night sky", "dark night", "a town at night", "city lights at night", "crickets chirping at night", "owl hooting at night",
              "crickets", "an owl hooting", "moonlight", "stars in the dark sky", "nighttime", "a moonlit night"),
}

FACE_PHRASES: dict[str, tuple[str, ...]] = {
    "smiling": ("a smiling person", "a photo portrait of a smiling person", "smile", "person laughing", "laughing", "giggling", "a happy face", "laughter", "crowd laughing",
                "joyful", "a person who laughs", "grinning", "happy", "a cheerful person", "a person giggling"),
    "neutral": ("a photo portrait of a person with a neutral face", "a serious face", "neutral expression", "a person who does not smile", "unsmiling", "serious", "sad face",
                "sobbing", "person crying", "crying", "a sad person", "stern look", "baby crying", "weeping"),
}

PROMPTS = ("{}", "a picture of {}", "a painting of {}", "the sound of {}", "a landscape with {}")
"""Templates around a phrase in training and as an ensemble when a class is looked up."""

NEUTRAL_TEXTS = ("a picture", "a landscape", "a photo of a landscape", "a painting of a landscape")
"""The neutral guide of the ``directional`` objective."""
