"""Sixty ways to say the scene classes that no training caption uses."""

from __future__ import annotations

PARAPHRASES: dict[str, tuple[str, ...]] = {
    "sunny": (
        "a cloudless afternoon",
        "brilliant sunbeams",
        "glorious summer weather",
        "dazzling noon light",
        "bathed in sunlight",
        "a radiant cheerful day",
    ),
    "cloudy": (
        "leaden skies",
        "a blanket of cloud",
        "stratus overhead",
        "no sun behind the clouds",
        "a drab grey overcast afternoon",
        "billowing cloudscape",
    ),
    "sunset": (
        "dusk",
        "twilight",
        "crimson horizon at day's end",
        "nightfall colours",
        "first light of dawn over the hills",
        "the last rays of the sun",
    ),
    "rain": ("downpour", "drizzle", "a cloudburst", "soaking wet weather", "drenched by showers", "umbrella weather"),
    "thunderstorm": (
        "a tempest with bolts",
        "thunderclap",
        "electrical discharge in the clouds",
        "a flash of lightning overhead",
        "thunderbolt",
        "thundery squall",
    ),
    "snow": (
        "blizzard",
        "a white Christmas",
        "flurries",
        "powdery drifts on the slopes",
        "frosty wintry scene",
        "snowed in",
    ),
    "fog": (
        "hazy murk",
        "a shroud of vapour",
        "low visibility mist",
        "brume over the moor",
        "mistiness",
        "pea soup fog bank",
    ),
    "fire": (
        "blaze",
        "inferno",
        "a conflagration",
        "embers and sparks flying",
        "the woods are ablaze",
        "scorching hot burning timber",
    ),
    "sea": (
        "surf rolling in",
        "breakers at the beach",
        "the tide comes in",
        "open water with swell",
        "marine coastline",
        "seaside",
    ),
    "night": (
        "midnight",
        "after dark",
        "under the stars",
        "pitch black darkness",
        "nocturnal scene",
        "a sky full of constellations",
    ),
}
