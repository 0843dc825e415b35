"""Weights of four and eight bits: what was stored comes back rounded, once and for all, and nothing else is read."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from safetensors.torch import save_file

from engine.errors import PackError
from engine.packs.packed_weights import as_packed, packed, unpacked, with_packed, without_packed
from engine.packs.weights_file import read_weights, write_weights

shapes = st.sampled_from([(1, 2), (3, 64), (5, 130), (4, 6, 5), (2, 80, 3), (7, 512), (6, 3, 3, 3)])


@given(shapes, st.sampled_from([4, 8]), st.integers(0, 99), st.floats(1e-2, 100.0))
def test_what_is_stored_comes_back_within_half_a_step_and_packs_to_the_same(
    shape: tuple[int, ...], bits: int, seed: int, size: float
) -> None:
    assume(bits == 8 or torch.Size(shape[1:]).numel() % 2 == 0)
    tensor = torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * size
    parts = packed(tensor, bits)
    back = unpacked(bits, parts[f"bits{bits}"], parts["scale"], parts["shape"])
    assert back.shape == tensor.shape and back.dtype is torch.float32
    step = parts["scale"].float().amax()
    assert float((back - tensor).abs().max()) <= 0.51 * float(step) + 1e-3 * float(tensor.abs().max())
    again = packed(back, bits)
    assert all(torch.equal(again[name], parts[name]) for name in parts)
    assert parts[f"bits{bits}"].numel() * 8 == tensor.numel() * bits


def test_only_what_a_pattern_names_is_packed(tmp_path: Path) -> None:
    tensors = {"body.0.weight": torch.randn(8, 64), "body.0.bias": torch.randn(8), "head.weight": torch.randn(8, 64)}
    file = tmp_path / "part.safetensors"
    sha256 = write_weights(file, with_packed(tensors, {"body.*": 4}), fp16=True)
    read = read_weights(file, sha256)
    assert read.keys() == tensors.keys()
    assert torch.equal(read["body.0.weight"], as_packed(tensors["body.0.weight"], 4))
    assert torch.equal(read["body.0.bias"], tensors["body.0.bias"].half().float())
    assert torch.equal(read["head.weight"], tensors["head.weight"].half().float())


@pytest.mark.parametrize("change", ["no scale", "long", "negative", "huge", "infinite", "float", "flat"])
def test_packed_weights_that_do_not_fit_each_other_are_refused(change: str, tmp_path: Path) -> None:
    stored = with_packed({"w": torch.randn(4, 64)}, {"w": 4})
    if change == "no scale":
        del stored["w.scale"]
    elif change == "long":
        stored["w.shape"] = torch.tensor([4, 65])
    elif change == "negative":
        stored["w.shape"] = torch.tensor([4, -1])
    elif change == "huge":
        stored["w.shape"] = torch.tensor([4, 2**60])
    elif change == "infinite":
        stored["w.shape"] = torch.tensor([4, float("inf")])
    elif change == "float":
        stored["w.bits4"] = stored["w.bits4"].float()
    else:
        stored["w.bits4"] = stored["w.bits4"].flatten()
    save_file(stored, str(tmp_path / "w.safetensors"))
    with pytest.raises(PackError, match=r"w\.safetensors is not a readable safetensors file; add the pack again"):
        read_weights(tmp_path / "w.safetensors")


def test_odd_rows_in_four_bits_and_other_bits_are_refused() -> None:
    for tensor, bits in ((torch.ones(3, 5), 4), (torch.ones(3, 4), 5), (torch.tensor(1.0), 8)):
        with pytest.raises(ValueError, match="into 8 bits, or.*into 4"):
            packed(tensor, bits)


def test_files_without_packed_weights_are_read_as_they_are() -> None:
    stored = {"a.scale": torch.ones(2), "a.shape": torch.tensor([2]), "b": torch.ones(3)}
    assert without_packed(stored).keys() == stored.keys()
