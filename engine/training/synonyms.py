"""Synonyms for words in sound labels, so that text augmentation works offline; WordNet adds to it where present."""

from __future__ import annotations

import functools

# Groups of words that may stand for one another in a caption of a sound or a scene.
_GROUPS = """
rain raining rainfall shower drizzle downpour
thunderstorm thunder storm tempest
thunder thunderclap rumble
lightning bolt flash
snow snowfall snowy
snowstorm blizzard
wind breeze gust blowing
hail hailstones
fog mist haze
fire flames blaze
wildfire bushfire inferno
crackling crackle popping
burning blazing
sea ocean
waves surf breakers
stream brook creek
waterfall cascade falls
water liquid
dripping trickling
splash splashing
underwater submerged
bubbling gurgling
laughing laughter giggling chuckling
giggling tittering
crying weeping sobbing wailing
sobbing weeping crying
screaming shrieking yelling
shouting yelling
coughing cough hacking
sneezing sneeze
snoring snore
breathing breath
sighing sigh
gasping gasp panting
yawning yawn
applause clapping
crowd audience throng people
talking speaking chatting conversation
baby infant newborn
child kid
woman lady
man guy
footsteps steps walking
dog hound puppy
barking bark woofing
growling snarling
cat kitten feline
meowing mewing
purring purr
hissing hiss
bird songbird
song singing chirping tweeting
crow raven
rooster cockerel
chicken hen
duck goose
owl owlet
frog toad
insects bugs
crickets cicadas
cow cattle
sheep lamb
pig hog
horse pony
gallop galloping cantering
lion wildcat
wolf coyote
howl howling
whale humpback
monkey ape
engine motor
car automobile vehicle
horn honk honking
traffic cars
train locomotive railway
helicopter chopper
airplane aeroplane aircraft plane
siren alarm
alarm bell
bells chimes
church chapel
clock watch
tick ticking
door gate
knock knocking
creak creaking squeaking
drill drilling
saw sawing
chainsaw powersaw
gunshot gunfire shot shooting
explosion blast bang bomb
fireworks firecrackers
glass window
breaking shattering smashing
keyboard typing
mouse clicker
vacuum hoover
washing laundry
pouring filling
drinking sipping
toilet lavatory
street road
night evening dark
sunny bright clear
cloudy overcast
sunset dusk
sunrise dawn
calm peaceful quiet relaxing
cheerful happy joyful
sad melancholic sorrowful
scary frightening eerie
battle fight war
music melody tune
loud noisy
soft gentle
heavy strong intense
sound noise
forest woods
mountain peak
flying soaring
running jogging
playing performing
"""


@functools.cache
def _table() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for line in _GROUPS.strip().splitlines():
        words = line.split()
        for word in words:
            known = table.setdefault(word, [])
            known += [other for other in words if other != word and other not in known]
    return {word: tuple(others) for word, others in table.items()}


@functools.lru_cache(maxsize=20_000)
def synonyms(word: str) -> tuple[str, ...]:
    """Other words for ``word`` (lower case), bundled ones first; empty when none is known."""
    word = word.lower()
    found = list(_table().get(word, ()))
    found += [other for other in _from_wordnet(word) if other not in found]
    return tuple(found)


@functools.cache
def wordnet_is_here() -> bool:
    """True where nltk and its WordNet corpus are installed. Nothing is ever downloaded."""
    try:
        from nltk.corpus import wordnet

        wordnet.ensure_loaded()
    except (ImportError, LookupError, OSError):
        return False
    return True


def _from_wordnet(word: str) -> list[str]:
    if not wordnet_is_here():
        return []
    from nltk.corpus import wordnet

    found: list[str] = []
    for group in wordnet.synsets(word):
        for name in group.lemma_names():
            other = name.replace("_", " ").lower()
            if other != word and other not in found:
                found.append(other)
    return found
