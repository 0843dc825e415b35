"""Augmented captions (paper §3.1.1): synonym replacement, word permutation, insertion of synonyms."""

from __future__ import annotations

import re

import torch

from engine.training.synonyms import synonyms

_WORD = re.compile(r"[^\s,;/]+")


def _pick(generator: torch.Generator, count: int) -> int:
    return int(torch.randint(count, (), generator=generator))


def replace_synonym(words: list[str], generator: torch.Generator) -> list[str]:
    """One word that has synonyms becomes one of them; unchanged when no word has any."""
    places = [i for i, word in enumerate(words) if synonyms(word)]
    if not places:
        return words
    place = places[_pick(generator, len(places))]
    choices = synonyms(words[place])
    return words[:place] + [choices[_pick(generator, len(choices))]] + words[place + 1 :]


def permute(words: list[str], generator: torch.Generator) -> list[str]:
    """Two words exchange places; unchanged with fewer than two."""
    if len(words) < 2:
        return words
    first = _pick(generator, len(words))
    second = (first + 1 + _pick(generator, len(words) - 1)) % len(words)
    swapped = list(words)
    swapped[first], swapped[second] = words[second], words[first]
    return swapped


def insert_synonym(words: list[str], generator: torch.Generator) -> list[str]:
    """A synonym of one of the words is put in somewhere (the paper: "insert the synonym at random")."""
    places = [i for i, word in enumerate(words) if synonyms(word)]
    if not places:
        return words
    choices = synonyms(words[places[_pick(generator, len(places))]])
    at = _pick(generator, len(words) + 1)
    return words[:at] + [choices[_pick(generator, len(choices))]] + words[at:]


def augment_text(caption: str, generator: torch.Generator) -> str:
    """The caption after the three steps in the paper's order, each done with probability 1/2, so that an eighth of
    the captions stays as it was. Words come back lower-case, joined by single spaces."""
    words = _WORD.findall(caption.lower())
    for step in (replace_synonym, permute, insert_synonym):
        if _pick(generator, 2):
            words = step(words, generator)
    return " ".join(words) if words else caption


def caption_variants(caption: str, count: int, seed: int = 0) -> list[str]:
    """The caption itself, then ``count - 1`` augmented ones; the same for the same caption and seed everywhere.

    A fixed handful per caption is what lets frozen text features be computed once instead of every step.
    """
    import zlib

    generator = torch.Generator().manual_seed(seed * 1_000_003 + zlib.crc32(caption.encode("utf-8")))
    return [caption] + [augment_text(caption, generator) for _ in range(count - 1)]
