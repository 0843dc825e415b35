"""StyleGAN3's filters, resampling and user transform."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from engine.checkpoints.convert import read_checkpoint
from engine.networks import lowpass
from engine.networks.lowpass import design_lowpass, resample
from engine.networks.registry import build
from engine.networks.stylegan3 import Generator, StyleGAN3Config, published_channels
from tests.parity.weight_rule import fixture, present

CONFIG = StyleGAN3Config(resolution=32, z_dim=8, w_dim=8)
CONFIG = replace(CONFIG, channels=published_channels(CONFIG, 128, 8))


@pytest.mark.parametrize("name", present(["stylegan3/sg3_t_64.pkl", "stylegan3/sg3_r_64.pkl"]))
def test_designed_filters_are_those_of_the_published_files(name: str) -> None:
    part = read_checkpoint(fixture(name))
    ours = build(part.architecture, part.config).state_dict()
    filters = [key for key in ours if key.endswith("_filter")]
    assert len(filters) > 20
    for key in filters:
        assert torch.allclose(ours[key], part.tensors[key], atol=1e-6), key


@pytest.mark.parametrize(("up", "down"), [(1, 1), (2, 1), (4, 1), (1, 2), (2, 2)])
@pytest.mark.parametrize("pads", [(0, 0, 0, 0), (5, 4, 3, 6), (-1, 2, 7, -2)])
def test_resampling_equals_inserting_zeros_padding_and_filtering(
    up: int, down: int, pads: tuple[int, int, int, int]
) -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(2, 3, 7, 9, generator=generator, dtype=torch.float64)
    taps = torch.randn(6, generator=generator, dtype=torch.float64)
    wide = torch.zeros(2, 3, 7 * up, 9 * up, dtype=torch.float64)
    wide[:, :, ::up, ::up] = x * up**2
    kernel = torch.outer(taps, taps).flip(0, 1).expand(3, 1, -1, -1)
    expected = F.conv2d(F.pad(wide, pads), kernel, groups=3)[:, :, ::down, ::down]
    assert torch.allclose(resample(x, taps, up=up, down=down, pads=pads), expected, atol=1e-12)


def test_a_radial_filter_has_no_preferred_direction() -> None:
    taps = design_lowpass(12, 8.0, 8.0, 64.0, radial=True)
    assert taps is not None and taps.shape == (12, 12)
    assert torch.allclose(taps, taps.t()) and torch.allclose(taps, taps.flip(0))
    assert math.isclose(float(taps.sum()), 1.0, abs_tol=1e-6)


def test_channels_taken_a_few_at_a_time_draw_the_same_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    network = Generator(CONFIG).eval().requires_grad_(False)
    ws = network.mapping(torch.randn(2, 8))
    at_once = network.synthesis(ws)
    pieces: list[int] = []
    filtered = lowpass.resample
    monkeypatch.setattr(lowpass, "resample", lambda x, *a, **k: (pieces.append(x.shape[1]), filtered(x, *a, **k))[1])
    monkeypatch.setattr(lowpass, "_AT_ONCE", 60_000)
    assert torch.allclose(network.synthesis(ws), at_once, atol=1e-5) and min(pieces) < 8
    pieces.clear()
    network.synthesis(ws.requires_grad_(True))  # one graph node a layer, as before
    assert len(pieces) == 2 * len(network.synthesis.layer_names)


def test_a_user_shift_moves_the_picture_and_nothing_else() -> None:
    torch.manual_seed(0)
    network = Generator(CONFIG).eval().requires_grad_(False)
    ws = network.mapping(torch.randn(1, 8))
    before = network.synthesis(ws)
    inverse = torch.eye(3)
    inverse[0, 2] = 2 * 4 / 32 * 0.5  # four pixels in units of the whole field of view
    network.move(inverse)
    after = network.synthesis(ws)
    moved = (after - before).abs().mean()
    assert moved > 0.05 * before.abs().mean()  # it did move
    best = min((after[..., 8:-8] - before.roll(s, dims=3)[..., 8:-8]).abs().mean() for s in range(-6, 7))
    assert best < 0.35 * moved


def test_a_structure_map_or_unknown_noise_is_refused() -> None:
    network = Generator(CONFIG)
    ws = torch.zeros(1, network.num_ws, 8)
    with pytest.raises(ValueError, match="structure"):
        network.synthesis(ws, structure=torch.zeros(1, 1, 4, 4))
    with pytest.raises(ValueError, match="noise"):
        network.synthesis(ws, noise_mode="random")
    with pytest.raises(ValueError, match="channels"):
        Generator(StyleGAN3Config())


def test_unknown_architectures_and_settings_are_named() -> None:
    with pytest.raises(ValueError, match="warpdrive"):
        build("warpdrive", {})
    with pytest.raises(ValueError, match="does not fit stylegan3"):
        build("stylegan3", {"colour": "blue"})
