"""Damaged checkpoints: each either loads or ends in one clear error; none runs anything, hangs, or crashes."""

from __future__ import annotations

import io
import time
from argparse import Namespace
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from engine.checkpoints.convert import read_checkpoint
from engine.errors import CheckpointError
from engine.networks import stylegan2, stylegan3
from engine.networks.clip_shapes import plain_clip_shapes
from tests.checkpoints.executions import nothing_runs
from tests.checkpoints.mutations import damaged
from tests.checkpoints.nvidia_files import nvidia_bytes
from tests.checkpoints.test_convert import rosinality

TINY2 = stylegan2.GeneratorConfig(resolution=8, z_dim=4, w_dim=4, mapping_layers=1, channels={4: 3, 8: 2})
TINY3 = stylegan3.StyleGAN3Config(
    resolution=16, z_dim=4, w_dim=4, mapping_layers=1, layers=4, critical=1, channels=(4, 4, 3, 2)
)

CLIP = {
    "embed_dim": 4,
    "vision_cfg": {"image_size": 8, "layers": 1, "width": 4, "patch_size": 4, "head_width": 4},
    "text_cfg": {"context_length": 4, "vocab_size": 20, "width": 4, "heads": 1, "layers": 1},
}


def torch_bytes(value: object, *, zipped: bool) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=zipped)
    return file.getvalue()


def originals() -> dict[str, bytes]:
    """A small genuine file of each layout."""
    torch.manual_seed(0)
    weights = rosinality(stylegan2.Generator(TINY2))
    clip = plain_clip_shapes(CLIP)
    assert clip is not None
    named = {"g_ema": weights, "latent_avg": torch.zeros(4), "opts": Namespace(size=8, path=Path("a/b"))}
    return {
        "ada.pkl": nvidia_bytes(stylegan2.Generator(TINY2), protocol=3),
        "old.pkl": nvidia_bytes(stylegan2.Generator(TINY2), protocol=2),
        "sg3.pkl": nvidia_bytes(stylegan3.Generator(TINY3), protocol=4),
        "zip.pt": torch_bytes(named, zipped=True),
        "legacy.pt": torch_bytes(named, zipped=False),
        "plain.safetensors": save({name: value.contiguous() for name, value in weights.items()}),
        "clip.pt": torch_bytes({name: torch.ones(shape) for name, shape in clip.items()}, zipped=True),
    }


def try_damaged(folder: Path, seeds: range) -> dict[str, int]:
    """How many of the damaged files loaded and how many were refused."""
    whole = originals()
    for name, content in whole.items():  # the undamaged ones load, and every lazy import happens here
        (folder / name).write_bytes(content)
        assert read_checkpoint(folder / name).architecture in ("stylegan2", "stylegan3", "open_clip")
    counts = {"loaded": 0, "refused": 0}
    kept = (torch.float32, torch.float16, torch.bfloat16)  # a CLIP stays in half precision
    names = list(whole)
    for seed in seeds:
        name = names[seed % len(names)]
        path = folder / name
        path.write_bytes(damaged(whole[name], seed))
        start = time.process_time()
        try:
            with nothing_runs():
                part = read_checkpoint(path)
            assert part.tensors and all(value.dtype in kept for value in part.tensors.values())
            counts["loaded"] += 1
        except CheckpointError as error:
            assert name in error.sentence and "\n" not in error.sentence and len(error.sentence) < 500, seed
            counts["refused"] += 1
        assert time.process_time() - start < 5, f"seed {seed} took too long"
    assert not Path("sgim-mutation-ran").exists()
    return counts


def test_damaged_checkpoints_load_or_end_in_one_clear_error(tmp_path: Path) -> None:
    counts = try_damaged(tmp_path, range(600))
    assert counts["refused"] > 200 and counts["loaded"] > 20  # both ends are exercised


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_twenty_thousand_damaged_checkpoints_load_or_end_in_one_clear_error(tmp_path: Path) -> None:
    counts = try_damaged(tmp_path, range(1000, 21_100))
    print(counts)
    assert sum(counts.values()) == 20_100


HEADS = [
    b"\x80\x02",
    b"\x80\x03",
    b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00",
    b"PK\x03\x04",
    b"\x10" + bytes(7) + b"{",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=st.sampled_from(HEADS), body=st.binary(max_size=300))
def test_arbitrary_bytes_end_in_one_clear_error(tmp_path: Path, head: bytes, body: bytes) -> None:
    path = tmp_path / "any.pt"
    path.write_bytes(head + body)
    with pytest.raises(CheckpointError, match=r"any\.pt"):
        read_checkpoint(path)
