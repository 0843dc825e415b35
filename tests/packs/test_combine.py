"""Any generator goes with any embedder; what cannot work together is refused with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from engine.errors import PackError
from engine.packs.combine import combine_packs
from engine.packs.manifest import LatentStatistics, Manifest, Part
from engine.packs.remove import remove_pack
from engine.packs.store import PackStore
from engine.packs.writer import write_pack
from tests.packs.published_files import config_f, write_rosinality
from tests.packs.test_add import add, drain

VIT_B_32 = {
    "embed_dim": 512,
    "vision_cfg": {"image_size": 224, "layers": 12, "width": 768, "patch_size": 32},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 512, "heads": 8, "layers": 12},
}


def part(kind: str, architecture: str, tower: str = "", **config: Any) -> Part:
    return Part(kind, architecture, config, f"{kind}.safetensors", licence=f"licence of {architecture}", tower=tower)


def write(store: PackStore, name: str, *parts: Part, **fields: Any) -> None:
    manifest = Manifest(name=name, domain="scene", resolution=0, parts={p.kind: p for p in parts}).changed(**fields)
    write_pack(store.writable_root / name, manifest, {p.kind: {"weight": torch.randn(3)} for p in parts}, fp16=False)


@pytest.fixture
def store(tmp_path: Path) -> PackStore:
    store = PackStore([tmp_path / "bundled", tmp_path / "packs"])
    write_rosinality(tmp_path / "gen.pt", config_f(16, largest=16, w_dim=16))
    add(store, tmp_path / "gen.pt", accepted={"licence": "L", "when": "W"})
    write(
        store,
        "clip",
        part("joint_embedder", "open_clip", "ViT-B-32/openai", **VIT_B_32),
        preprocessing={"picture": {"mean": [0.1, 0.2, 0.3], "std": [0.4, 0.5, 0.6], "size": 224}},
        consent="Ask first.",
    )
    write(store, "wav2clip", part("sound_encoder", "wav2clip", "ViT-B-32/openai"))
    write(store, "imagebind", part("sound_encoder", "imagebind_sound", "ViT-H-14/laion2b_s32b_b79k"))
    write(
        store,
        "small",
        part("joint_embedder", "open_clip", "small", embed_dim=64, vision_cfg={}, text_cfg={}),
        part("sound_encoder", "sgim_sound_encoder", "small"),
        preprocessing={"mel": {"sample_rate": 32000}},
    )
    write(store, "e4e", part("inversion_encoder", "e4e", rows=18, w_dim=512), part("identity", "ir_se50"))
    return store


def combine(store: PackStore, name: str, **options: Any) -> Any:
    return drain(combine_packs(store, name, "gen", **options))


def test_a_generator_an_embedder_and_its_sound_encoder_become_one_pack(store: PackStore) -> None:
    pack = combine(store, "mine", embedder="clip", sound="wav2clip", identity="e4e")
    assert set(pack.manifest.parts) == {"generator", "joint_embedder", "sound_encoder", "identity"}
    for kind, giver in (("generator", "gen"), ("joint_embedder", "clip"), ("sound_encoder", "wav2clip")):
        original = store.open(giver).tensors(kind)
        assert all(torch.equal(original[name], tensor) for name, tensor in pack.tensors(kind).items())
    assert pack.manifest.preprocessing["picture"]["size"] == 224
    assert pack.manifest.resolution == 16 and pack.latent_statistics() is not None
    assert "licence of" not in pack.manifest.source and "gen: gen.pt" in pack.manifest.source
    assert pack.manifest.consent == "Ask first." and pack.manifest.accepted["gen licence"] == "L"


def test_an_embedders_own_sound_encoder_comes_along(store: PackStore) -> None:
    pack = combine(store, "mine", embedder="small")
    assert pack.part("sound_encoder").architecture == "sgim_sound_encoder"
    assert pack.manifest.preprocessing["mel"] == {"sample_rate": 32000}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"embedder": "small", "sound": "wav2clip"}, "Wav2CLIP works only with CLIP ViT-B/32"),
        ({"embedder": "clip", "sound": "imagebind"}, "ImageBind works only with OpenCLIP ViT-H/14"),
        ({"embedder": "clip", "sound": "small"}, "trained with the joint embedder small"),
        ({"sound": "wav2clip"}, "needs the joint embedder it was trained with"),
        ({"encoder": "e4e"}, "finds 18 style rows but the generator takes 6"),
        ({"embedder": "wav2clip"}, "wav2clip has no joint embedder"),
        ({"embedder": "nothing"}, "no pack named nothing"),
    ],
)
def test_parts_that_do_not_fit_are_refused_with_the_reason(
    store: PackStore, options: dict[str, str], reason: str
) -> None:
    before = store.names()
    with pytest.raises(PackError, match=reason):
        combine(store, "mine", **options)
    assert store.names() == before and store.incomplete() == []


def test_a_combination_survives_the_removal_of_what_it_was_made_of(store: PackStore) -> None:
    pack = combine(store, "mine", embedder="clip")
    assert remove_pack(store, "clip") > 0 and remove_pack(store, "gen") > 0
    assert "clip" not in store
    assert pack.tensors("joint_embedder") and pack.tensors("generator")


def test_a_cancelled_combination_leaves_nothing(store: PackStore) -> None:
    before = store.names()
    run = combine_packs(store, "mine", "gen", embedder="clip")
    next(run)
    run.close()
    assert store.names() == before and store.incomplete() == []


def test_only_added_packs_are_removed(store: PackStore, tmp_path: Path) -> None:
    write_pack(
        tmp_path / "bundled" / "inside", Manifest(name="inside", domain="scene", resolution=0), {}, fp16=False
    )
    with pytest.raises(PackError, match="comes with the program"):
        remove_pack(store, "inside")
    with pytest.raises(PackError, match="no added pack named ../packs/gen"):
        remove_pack(store, "../packs/gen")
    (store.writable_root / "cut.incomplete").mkdir()
    remove_pack(store, "cut.incomplete")
    assert not (store.writable_root / "cut.incomplete").exists()


def test_a_generator_added_alone_is_completed_with_the_bundled_embedder(store: PackStore, tmp_path: Path) -> None:
    statistics = LatentStatistics("latent_statistics.safetensors")
    parts = {
        "joint_embedder": part("joint_embedder", "open_clip", "starter", embed_dim=64, vision_cfg={}, text_cfg={}),
        "sound_encoder": part("sound_encoder", "sgim_sound_encoder", "starter"),
    }
    manifest = Manifest(name="starter-scenes", domain="scene", resolution=0, parts=parts, latent_statistics=statistics)
    tensors = {kind: {"weight": torch.ones(2)} for kind in [*parts, "latent_statistics"]}
    write_pack(tmp_path / "bundled" / "starter-scenes", manifest, tensors)
    write_rosinality(tmp_path / "lone.pt", config_f(16, largest=16, w_dim=16))
    report = add(store, tmp_path / "lone.pt")
    assert set(report.pack.manifest.parts) == {"generator", "joint_embedder", "sound_encoder"}
    assert report.pack.tensors("sound_encoder") and "starter-scenes" in report.notes[-1]
    assert set(add(store, tmp_path / "lone.pt", name="bare", complete=False).pack.manifest.parts) == {"generator"}
