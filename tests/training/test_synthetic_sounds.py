"""Synthesised weather and animals, which teach the starter packs' listeners thin classes."""

from __future__ import annotations

import numpy as np
import pytest

from engine.training.starter import synthetic_animals, synthetic_weather
from engine.training.starter.synthetic_noise import RATE, N
from engine.training.starter.synthetic_sounds import MAKERS


@pytest.mark.parametrize("name", MAKERS)
def test_a_synthesised_sound_is_the_seeds_and_no_other(name: str) -> None:
    one, again, other = (MAKERS[name](np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.shape == (N,) and one.dtype == np.float32 and float(np.abs(one).max()) <= 1
    assert np.array_equal(one, again) and not np.array_equal(one, other)
    assert float(np.sqrt(np.mean(one**2))) > 1e-3


def test_grasshoppers_rasp_over_more_of_the_spectrum_than_crickets_sing(monkeypatch: pytest.MonkeyPatch) -> None:
    def spread(rasping: float) -> float:
        """The share of all frequencies that holds nine tenths of an insect's power, median of ten."""
        monkeypatch.setattr(synthetic_animals, "RASPING", rasping)
        shares = []
        for seed in range(10):
            insect = synthetic_animals._insect(np.random.default_rng(seed), 4000.0)
            power = np.sort(np.abs(np.fft.rfft(insect)) ** 2)[::-1].cumsum()
            shares.append(float(np.mean(power < 0.9 * power[-1])))
        return float(np.median(shares))

    assert spread(1.0) > 20 * spread(0.0)


def test_a_bolt_near_by_cracks_and_is_over_while_thunder_rolls_on() -> None:
    def loud(seed: int) -> float:
        """The share of the time, in hundredths of a second, that holds nine tenths of the power."""
        frames = synthetic_weather._cracks(np.random.default_rng(seed))[: N // 320 * 320].reshape(-1, 320)
        power = np.sort((frames**2).sum(1))[::-1].cumsum()
        return float(np.mean(power < 0.9 * power[-1]))

    assert max(loud(seed) for seed in range(20)) < 0.25


def test_hollow_wind_swells_slowly_and_has_nothing_above_and_hardly_a_bass() -> None:
    for seed in range(20):
        wind = synthetic_weather._hollow(np.random.default_rng(seed))
        power, frequency = np.abs(np.fft.rfft(wind)) ** 2, np.fft.rfftfreq(N, 1 / RATE)
        assert power[frequency > 3000].sum() < 1e-2 * power.sum()
        assert power[frequency < 40].sum() < 0.05 * power.sum()  # half of thunder's power lies there
        level = np.sqrt((wind.reshape(-1, RATE // 4) ** 2).mean(1))
        assert float((level[1:] / level[:-1]).max()) < 6
