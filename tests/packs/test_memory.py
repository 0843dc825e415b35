"""Memory is told before an edit: it grows with the picture, the parts and the precision."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.networks.stylegan3 import StyleGAN3Config, _bands, published_channels
from engine.packs.manifest import Defaults, Manifest, Part
from engine.packs.memory import estimate_edit, generator_elements, stored_numbers
from engine.packs.store import DEFAULT_PACK, Pack, PackStore
from engine.packs.writer import write_pack
from tests.packs.published_files import config_f

VIT_B_32 = {"embed_dim": 512, "vision_cfg": {"image_size": 224, "layers": 12, "width": 768, "patch_size": 32}}


def pack_of(tmp_path: Path, resolution: int, **fields: object) -> Pack:
    parts = {
        "generator": Part("generator", "stylegan2", config_f(resolution).to_dict(), "g.safetensors"),
        "joint_embedder": Part("joint_embedder", "open_clip", VIT_B_32, "e.safetensors"),
        "identity": Part("identity", "ir_se50", {}, "i.safetensors"),
    }
    manifest = Manifest(name=f"p{resolution}", domain="any", resolution=resolution, parts=parts).changed(**fields)
    write_pack(tmp_path / manifest.name, manifest, {kind: {"w": torch.zeros(10, 100)} for kind in parts})
    return PackStore([tmp_path]).open(manifest.name)


def test_larger_pictures_need_more_and_half_precision_needs_half(tmp_path: Path) -> None:
    small, large = (estimate_edit(pack_of(tmp_path, r)) for r in (256, 1024))
    # Three parts of 1000 numbers, and the generator's frozen copy.
    assert small.weights == large.weights == 4 * 1000 * 4
    assert 0.3e9 < small.activations < 0.6e9 and 1.2e9 < large.activations < 2e9
    assert estimate_edit(pack_of(tmp_path, 1024), half=True).activations < 0.6 * large.activations
    assert large.total == large.libraries + large.on_device


def test_identity_counts_only_where_it_is_used(tmp_path: Path) -> None:
    without = estimate_edit(pack_of(tmp_path, 64)).activations
    with_identity = estimate_edit(pack_of(tmp_path, 64, defaults=Defaults(lambda_id=0.004))).activations
    assert with_identity > without + 100e6


@pytest.mark.parametrize("resolution", [64, 256, 1024])
def test_stylegan3_feature_maps_are_counted_within_a_third(resolution: int) -> None:
    config = StyleGAN3Config(resolution=resolution, channels=(1,) * 14)
    config = StyleGAN3Config(resolution=resolution, channels=published_channels(config))
    exact = sum(c * s * s for c, s in zip(config.channels, _bands(config)[3], strict=False))
    counted = generator_elements(Part("generator", "stylegan3", config.to_dict(), "g.safetensors"))
    assert 0.67 < counted / exact < 1.5


def test_a_damaged_file_counts_as_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.safetensors").write_bytes(b"\xff" * 30)
    assert stored_numbers(tmp_path / "x.safetensors") == 0 == stored_numbers(tmp_path / "missing.safetensors")


@pytest.mark.skipif(DEFAULT_PACK not in PackStore(), reason="the starter pack is not there yet")
def test_the_starter_pack_fits_in_two_gigabytes() -> None:
    assert 0.5e9 < estimate_edit(PackStore().open(DEFAULT_PACK)).total < 2e9
