"""Augmented views: what SpecAugment hides, what gain may do, and captions that vary without losing their words."""

from __future__ import annotations

import torch

from engine.training import synonyms as synonym_table
from engine.training.sound_augmentation import (
    SoundAugmentation,
    draw_masks,
    generator_for,
    jitter_gain,
    mask_tensor,
    spec_augment,
)
from engine.training.text_augmentation import augment_text, caption_variants, insert_synonym, permute, replace_synonym


def test_masks_hide_at_most_the_papers_shares_and_only_by_silence() -> None:
    augmentation = SoundAugmentation(masks=1)
    plans = [draw_masks(augmentation, generator_for(0, 0, key)) for key in range(64)]
    mel = torch.rand(64, 1, 40, 200)
    view = spec_augment(mel, mask_tensor(plans))
    hidden = view == -1
    assert torch.equal(view[~hidden], mel[~hidden])
    whole_rows = hidden.all(dim=3).sum(dim=2).flatten()
    whole_frames = hidden.all(dim=2).sum(dim=2).flatten()
    assert whole_rows.max() <= 0.15 * 40 and whole_frames.max() <= 0.3 * 200
    # uniform from 0 to the share: the mean is half of it, give or take
    assert 0.04 < whole_rows.float().mean() / 40 < 0.11 and 0.1 < whole_frames.float().mean() / 200 < 0.2


def test_the_same_clip_gets_the_same_masks_whoever_asks_and_others_next_epoch() -> None:
    augmentation = SoundAugmentation()
    assert draw_masks(augmentation, generator_for(7, 3, 41)) == draw_masks(augmentation, generator_for(7, 3, 41))
    drawn = {draw_masks(augmentation, generator_for(s, e, k)) for s in (7, 8) for e in (3, 4) for k in (41, 42)}
    assert len(drawn) == 8


def test_gain_jitter_stays_within_its_decibels_and_never_leaves_full_scale() -> None:
    tone = torch.full((100,), 0.5)
    gains = [jitter_gain(tone, SoundAugmentation(), generator_for(0, 0, k)).max().item() / 0.5 for k in range(50)]
    assert min(gains) >= 10 ** (-3 / 20) and max(gains) <= 10 ** (3 / 20) and max(gains) - min(gains) > 0.3
    assert jitter_gain(torch.ones(4), SoundAugmentation(gain_db=20), generator_for(0, 0, 1)).max() <= 1
    assert torch.equal(jitter_gain(tone, SoundAugmentation(gain_db=0), generator_for(0, 0, 1)), tone)


def test_each_text_step_does_what_its_name_says() -> None:
    words = ["heavy", "rain", "on", "a", "roof"]
    seen = {tuple(replace_synonym(words, generator_for(0, 0, k))) for k in range(60)}
    for changed in seen:
        places = [i for i in range(5) if changed[i] != words[i]]
        assert len(places) == 1 and changed[places[0]] in synonym_table.synonyms(words[places[0]])
    for k in range(20):
        swapped = permute(words, generator_for(0, 0, k))
        assert sorted(swapped) == sorted(words) and sum(a != b for a, b in zip(swapped, words, strict=True)) == 2
        longer = insert_synonym(words, generator_for(0, 0, k))
        assert len(longer) == 6 and sorted(set(words) - set(longer)) == []


def test_a_caption_without_known_words_or_with_one_word_survives() -> None:
    for caption in ("xylzq", "qqq www", ""):
        for k in range(8):
            text = augment_text(caption, generator_for(0, 0, k))
            assert sorted(text.split()) == sorted(caption.split())


def test_variants_start_with_the_caption_and_repeat_for_the_same_seed() -> None:
    caption = "rowboat, canoe, kayak rowing in heavy rain"
    variants = caption_variants(caption, 8, seed=3)
    assert variants[0] == caption and len(variants) == 8 and len(set(variants)) >= 4
    assert variants == caption_variants(caption, 8, seed=3) != caption_variants(caption, 8, seed=4)


def test_the_bundled_table_is_symmetric_in_spirit_and_knows_common_labels() -> None:
    for word in ("rain", "thunderstorm", "fire", "laughing", "sobbing", "wind", "bird", "explosion"):
        found = synonym_table.synonyms(word)
        assert found and word not in found
