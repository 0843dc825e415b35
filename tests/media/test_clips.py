"""Trim, gain, mix, loudness: exact where they can be, and refusing what makes no sense."""

from __future__ import annotations

import warnings

import numpy as np
import pyloudnorm
import pytest
from encoded_files import tone
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.errors import RequestError, SoundError
from engine.media.loudness_curve import loudness_curve, morph_positions
from engine.media.sounds import clip, level_lufs, mix_sounds, resampled, sound_from_samples

RATE = 8000
NOISE = np.random.default_rng(0).normal(0, 0.1, 3 * RATE).astype(np.float32)
SOUND = sound_from_samples(NOISE, RATE, "noise")


@given(st.floats(0, 2.9), st.floats(0.06, 3.0))
def test_trim_is_the_samples_between(start: float, length: float) -> None:
    end = min(3.0, start + length)
    assume(end - start > 0.051)
    part = clip(SOUND, start, end)
    assert np.array_equal(part.samples, SOUND.samples[round(start * RATE) : round(end * RATE)])
    assert part.sha256 == SOUND.sha256


@given(st.floats(-60, 60))
def test_gain_in_decibels_then_clamped(gain: float) -> None:
    expected = np.clip(SOUND.samples.astype(np.float64) * 10 ** (gain / 20), -1, 1)
    assert np.allclose(clip(SOUND, gain_db=gain).samples, expected, rtol=1e-5, atol=1e-7)


@given(st.floats(-18, 12))
def test_gain_moves_the_level_by_as_much(gain: float) -> None:
    quiet = sound_from_samples(NOISE * 0.1, RATE)
    moved = level_lufs(clip(quiet, gain_db=gain).samples, RATE) - level_lufs(quiet.samples, RATE)
    assert moved == pytest.approx(gain, abs=0.05)


@pytest.mark.parametrize(
    ("start", "end"),
    [(-1, 2), (0, 4), (3, None), (5, 6), (2, 1), (1, 1), (0, 0.01), (float("nan"), 1), (0, float("inf"))],
)
def test_a_trim_outside_or_empty_is_refused(start: float, end: float | None) -> None:
    with pytest.raises(RequestError, match="noise"):
        clip(SOUND, start, end)


def test_a_trim_to_the_shown_length_is_accepted() -> None:
    odd = sound_from_samples(NOISE[:12_345], RATE)  # 1.543125 s, shown as 1.54 or 1.55
    assert len(clip(odd, 0, 1.55).samples) == 12_345


@pytest.mark.parametrize("gain", [61, -61, float("nan"), float("inf")])
def test_gains_out_of_range_are_refused(gain: float) -> None:
    with pytest.raises(RequestError, match="gain"):
        clip(SOUND, gain_db=gain)


def test_a_silent_part_is_refused_unless_allowed_but_a_soft_one_is_not() -> None:
    half = sound_from_samples(np.concatenate([np.zeros(RATE, np.float32), NOISE]), RATE, "half")
    with pytest.raises(SoundError, match="half"):
        clip(half, 0, 0.9)
    assert len(clip(half, 0, 0.9, allow_silence=True).samples) == round(0.9 * RATE)
    assert clip(half, 1, 2, -60).samples.any()


@given(st.lists(st.tuples(st.integers(500, 3 * RATE), st.floats(0, 2)), min_size=1, max_size=4))
def test_mix_is_the_weighted_sum(parts: list[tuple[int, float]]) -> None:
    assume(sum(w for _, w in parts) > 0)
    sounds = [(sound_from_samples(NOISE[:n], RATE, str(n)), w) for n, w in parts]
    expected = np.zeros(max(n for n, _ in parts))
    for n, w in parts:
        expected[:n] += w * NOISE[:n]
    mixed = mix_sounds(sounds)
    assert np.allclose(mixed.samples, np.clip(expected, -1, 1), atol=1e-6)
    assert mix_sounds(sounds).sha256 == mixed.sha256


def test_mix_brings_sounds_to_the_highest_rate() -> None:
    low, high = sound_from_samples(tone(0.5, 8000), 8000), sound_from_samples(tone(0.5, 16_000), 16_000)
    mixed = mix_sounds([(low, 1.0), (high, 1.0)])
    assert mixed.rate == 16_000 and abs(mixed.seconds - 0.5) < 1e-3
    inner = slice(1000, 7000)
    assert np.allclose(mixed.samples[inner], 2 * high.samples[inner], atol=0.01)
    assert resampled(high, 16_000) is high


def test_nothing_to_mix_is_refused() -> None:
    for parts in ([], [(SOUND, 0.0)], [(SOUND, -1.0)], [(SOUND, float("nan"))]):
        with pytest.raises(RequestError):
            mix_sounds(parts)


@pytest.mark.parametrize("rate", [8000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("seconds", [0.4, 1.0, 3.7, 45.0])
def test_level_equals_pyloudnorm(rate: int, seconds: float) -> None:
    rng = np.random.default_rng(int(seconds * 10))
    samples = (rng.normal(0, 0.1, round(seconds * rate)) * np.linspace(0.01, 1, round(seconds * rate))).astype("f4")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = pyloudnorm.Meter(rate).integrated_loudness(samples.astype(np.float64))
    assert level_lufs(samples, rate) == pytest.approx(expected, abs=0.15 if seconds < 4 else 0.02)


@given(st.integers(0, RATE), st.floats(0, 1))
def test_level_never_fails_or_falls_below_the_gate(length: int, level: float) -> None:
    assert -70.0 <= level_lufs(NOISE[:length] * np.float32(level), RATE) < 10.0


def test_short_clips_have_the_level_of_long_ones() -> None:
    steady = tone(5.0, RATE)
    assert level_lufs(steady[: RATE // 10], RATE) == pytest.approx(level_lufs(steady, RATE), abs=0.5)


def test_a_morph_travels_while_it_is_loud_and_rests_while_it_is_quiet() -> None:
    samples = np.concatenate([NOISE[:RATE], NOISE[:RATE] * 1e-4, NOISE[:RATE]])
    sound = sound_from_samples(samples, RATE)
    way = morph_positions(sound, 25)
    assert len(way) == 75 and way[0] == 0 and way[-1] == pytest.approx(1)
    assert (np.diff(way) >= 0).all()
    assert way[24] - way[0] > 0.3 and way[48] - way[36] < 0.05
    pulse = morph_positions(sound, 25, "pulse")
    assert np.array_equal(pulse, loudness_curve(sound, 25)) and pulse[45] < 0.5 < pulse[10]
