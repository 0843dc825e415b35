"""The mel front end keeps loudness and agrees with what the manifest says about it."""

from __future__ import annotations

import math

import pytest
import torch

from engine.embedding.mel import MelConfig, all_windows, cut_window, log_mel, window_starts
from engine.errors import PackError


def sine(hertz: float, seconds: float = 1.0, rate: int = 32_000) -> torch.Tensor:
    return torch.sin(2 * math.pi * hertz * torch.arange(round(seconds * rate)) / rate)


def in_decibels(mel: torch.Tensor, config: MelConfig) -> torch.Tensor:
    return (mel + 1) / 2 * (config.db_ceiling - config.db_floor) + config.db_floor


@pytest.mark.parametrize("hertz", [440.0, 3000.0, 9000.0])
def test_a_sine_at_a_tenth_of_full_scale_reads_about_minus_twenty_decibels(hertz: float) -> None:
    config = MelConfig()
    loudest = in_decibels(log_mel(0.1 * sine(hertz)), config)[..., 10:-10].amax().item()
    assert loudest == pytest.approx(-20.0, abs=2.0)


def test_gain_shifts_every_cell_in_range_by_the_same_decibels() -> None:
    config = MelConfig()
    noise = torch.randn(1, 32_000, generator=torch.Generator().manual_seed(0)) * 0.05
    quiet, loud = (in_decibels(log_mel(noise * gain), config) for gain in (1.0, 10 ** (6 / 20)))
    assert torch.allclose(loud - quiet, torch.full_like(loud, 6.0), atol=1e-3)


def test_silence_is_exactly_the_floor_and_everything_stays_in_range() -> None:
    assert (log_mel(torch.zeros(1, 32_000)) == -1).all()
    square = torch.sign(sine(200.0))
    mel = log_mel(square)
    assert mel.amax() <= 1 and mel.amin() >= -1


def test_one_window_has_the_size_the_manifest_names() -> None:
    config = MelConfig(n_mels=40, frames=128)
    mel = log_mel(torch.zeros(3, config.window_samples), config)
    assert mel.shape == (3, 1, 40, 128) and mel.dtype == torch.float32
    assert config.window_seconds == pytest.approx(1.28)
    assert MelConfig.from_dict(config.to_dict()) == config


def test_half_precision_autocast_does_not_reach_the_front_end() -> None:
    noise = torch.randn(1, 16_000, generator=torch.Generator().manual_seed(1)) * 1e-4
    plain = log_mel(noise)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(log_mel(noise), plain)


def test_gradient_reaches_the_samples() -> None:
    samples = (0.1 * sine(440.0)).requires_grad_()
    log_mel(samples).sum().backward()
    assert samples.grad is not None and samples.grad.abs().sum() > 0


def test_windows_cover_a_clip_from_its_first_to_its_last_sample() -> None:
    config = MelConfig(frames=100)
    length = config.window_samples * 2 + 1000
    starts = window_starts(length, config)
    assert starts[0] == 0 and starts[-1] == length - config.window_samples and len(starts) == 3
    assert all(b - a <= config.window_samples for a, b in zip(starts, starts[1:], strict=False))
    assert window_starts(500, config) == [0]
    assert all_windows(torch.ones(length), config).shape == (3, config.window_samples)


def test_a_short_clip_is_padded_with_silence_not_repeated() -> None:
    config = MelConfig(frames=100)
    window = cut_window(torch.ones(500), config)
    assert window.shape == (config.window_samples,) and window.sum() == 500


def test_an_unknown_parameter_in_a_manifest_is_named() -> None:
    with pytest.raises(PackError, match="warp"):
        MelConfig.from_dict({"warp": 3})
