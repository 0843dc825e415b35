"""Packs are found, opened, checked and written so that they are whole or not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from engine.errors import PackError, SaveError
from engine.packs.manifest import LatentStatistics, Manifest, Part
from engine.packs.store import Pack, PackStore, bundled_packs_folder, user_packs_folder
from engine.packs.weights_file import check_disk_space, file_sha256, read_weights, write_weights
from engine.packs.writer import pack_folder, write_pack


def tiny_manifest(name: str = "tiny", **changes: object) -> Manifest:
    parts = {"generator": Part("generator", "stylegan2", {"resolution": 16}, "generator.safetensors")}
    return Manifest(name=name, domain="scene", resolution=16, parts=parts).changed(**changes)


def tensors() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return {
        "weight": torch.randn(3, 5),
        "huge": torch.tensor([1e9, 2.0]),
        "count": torch.tensor(3, dtype=torch.int64),
        "flag": torch.tensor([True, False, True]),
        "empty": torch.zeros(0, 4),
        "half": torch.randn(7).half(),
        "view": torch.randn(4, 6).t()[:, ::2],
        "double": torch.randn(2, dtype=torch.float64),
    }


def test_written_weights_are_what_the_safetensors_library_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    sha256 = write_weights(path, tensors())
    read = load_file(str(path))
    assert sha256 == file_sha256(path)
    assert set(read) == set(tensors())
    for name, tensor in tensors().items():
        assert read[name].dtype == tensor.dtype and torch.equal(read[name], tensor), name


def test_half_precision_storage_keeps_what_does_not_fit_and_comes_back_as_float32(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    write_weights(path, tensors(), fp16=True)
    stored, read = load_file(str(path)), read_weights(path)
    assert stored["weight"].dtype == torch.float16 and stored["huge"].dtype == torch.float32
    assert read["weight"].dtype == torch.float32
    assert torch.allclose(read["weight"], tensors()["weight"], atol=2e-3)
    assert torch.equal(read["huge"], tensors()["huge"])


def test_a_written_pack_opens_with_its_weights_and_statistics(tmp_path: Path) -> None:
    write_pack(
        tmp_path / "tiny",
        tiny_manifest(),
        {"generator": tensors(), "latent_statistics": {"mean": torch.zeros(4), "covariance": torch.eye(4)}},
    )
    store = PackStore([tmp_path])
    assert store.names() == ["tiny"] and "tiny" in store and "other" not in store
    pack = store.open("tiny")
    assert set(pack.tensors("generator")) == set(tensors())
    statistics = pack.latent_statistics()
    assert statistics is not None and torch.equal(statistics["covariance"], torch.eye(4))
    assert pack.file_hashes() == {
        "generator.safetensors": pack.part("generator").sha256,
        "latent_statistics.safetensors": pack.manifest.latent_statistics.sha256,
    }
    assert store.open(str(tmp_path / "tiny")).name == "tiny"


def test_a_changed_byte_is_found_by_its_sha256_even_after_a_good_read(tmp_path: Path) -> None:
    write_pack(tmp_path / "tiny", tiny_manifest(), {"generator": tensors()})
    pack = PackStore([tmp_path]).open("tiny")
    pack.tensors("generator")
    path = tmp_path / "tiny" / "generator.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(PackError, match="generator.safetensors does not match the sha256"):
        pack.tensors("generator")


@pytest.mark.parametrize("content", [b"", b"\xff" * 8, b"<html>", (10).to_bytes(8, "little") + b"{}"])
def test_a_file_that_is_not_safetensors_gives_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(PackError, match="x.safetensors is not a readable"):
        read_weights(path)


def test_missing_parts_files_and_packs_name_the_remedy(tmp_path: Path) -> None:
    write_pack(tmp_path / "tiny", tiny_manifest(), {"generator": tensors()})
    store = PackStore([tmp_path])
    with pytest.raises(PackError, match="has no sound encoder; .*combine"):
        store.open("tiny").part("sound_encoder")
    with pytest.raises(PackError, match="no pack named nothing; choose one of: tiny"):
        store.open("nothing")
    (tmp_path / "tiny" / "generator.safetensors").unlink()
    with pytest.raises(PackError, match="missing from its pack"):
        store.open("tiny").tensors("generator")
    with pytest.raises(PackError, match="missing from its pack"):
        store.open("tiny").file_hashes()


@pytest.mark.parametrize("stop", [KeyboardInterrupt, GeneratorExit, RuntimeError])
def test_an_interrupted_write_leaves_nothing(tmp_path: Path, stop: type[BaseException]) -> None:
    with pytest.raises(stop), pack_folder(tmp_path / "tiny") as beside:
        (beside / "generator.safetensors").write_bytes(b"half")
        raise stop
    assert list(tmp_path.iterdir()) == []


def test_a_killed_write_leaves_a_marker_and_no_usable_pack(tmp_path: Path) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom engine.packs.writer import pack_folder\n"
        "with pack_folder(Path(sys.argv[1])) as beside:\n"
        "    (beside / 'pack.json').write_text('{}')\n    os._exit(9)\n"
    )
    process = subprocess.run([sys.executable, "-c", code, str(tmp_path / "tiny")])
    assert process.returncode == 9
    store = PackStore([tmp_path])
    assert store.names() == [] and [f.name for f in store.incomplete()] == ["tiny.incomplete"]
    with pytest.raises(PackError, match="incomplete"):
        store.open(str(tmp_path / "tiny.incomplete"))
    write_pack(tmp_path / "tiny", tiny_manifest(), {"generator": tensors()})
    assert store.names() == ["tiny"] and store.incomplete() == []


def test_a_failed_replacement_keeps_the_old_pack(tmp_path: Path) -> None:
    write_pack(tmp_path / "tiny", tiny_manifest(), {"generator": tensors()})
    before = PackStore([tmp_path]).open("tiny").file_hashes()
    with pytest.raises(PackError, match="no weights to write"):
        write_pack(tmp_path / "tiny", tiny_manifest(), {})
    assert PackStore([tmp_path]).open("tiny").file_hashes() == before
    with pytest.raises(PackError, match="already lives"):
        write_pack(tmp_path / "tiny", tiny_manifest(), {"generator": tensors()}, replace_existing=False)
    write_pack(tmp_path / "tiny", tiny_manifest(version="2"), {"generator": tensors()})
    assert PackStore([tmp_path]).open("tiny").manifest.version == "2"
    assert [p.name for p in tmp_path.iterdir()] == ["tiny"]


def test_only_bundled_packs_share_files(tmp_path: Path) -> None:
    write_pack(tmp_path / "one", tiny_manifest("one"), {"generator": tensors()})
    sha256 = PackStore([tmp_path]).open("one").part("generator").sha256
    shared = Part("generator", "stylegan2", {}, "../one/generator.safetensors", sha256)
    write_pack(tmp_path / "two", tiny_manifest("two", parts={"generator": shared}), {})
    store = PackStore([tmp_path])
    with pytest.raises(PackError, match="outside its own folder"):
        store.open("two").tensors("generator")
    store.bundled = tmp_path
    assert set(store.open("two").tensors("generator")) == set(tensors())


def test_statistics_under_other_names_are_found(tmp_path: Path) -> None:
    about = LatentStatistics(file="s.safetensors", mean="w_avg", covariance="")
    write_pack(
        tmp_path / "tiny",
        tiny_manifest(latent_statistics=about),
        {"generator": tensors(), "latent_statistics": {"w_avg": torch.ones(2)}},
    )
    statistics = PackStore([tmp_path]).open("tiny").latent_statistics()
    assert statistics is not None and torch.equal(statistics["mean"], torch.ones(2))


def test_a_full_disk_is_seen_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(SaveError, match="MB are free"):
        check_disk_space(tmp_path / "not" / "yet", 10**18)


def test_the_packs_folder_follows_the_environment_and_the_frozen_application(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SGIM_PACKS", str(tmp_path / "mine"))
    assert user_packs_folder() == tmp_path / "mine"
    assert PackStore().roots[-1] == tmp_path / "mine" and (tmp_path / "mine") not in PackStore().roots[:-1]
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "frozen"), raising=False)
    assert bundled_packs_folder() == tmp_path / "frozen" / "resources" / "packs"


def test_listing_packs_does_not_import_torch() -> None:
    code = "import sys; from engine.packs.store import PackStore as P; P().names(); assert 'torch' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_pack_without_statistics_says_none(tmp_path: Path) -> None:
    write_pack(tmp_path / "tiny", tiny_manifest(), {"generator": tensors()})
    pack = PackStore([tmp_path]).open("tiny")
    assert isinstance(pack, Pack) and pack.latent_statistics() is None and pack.size_bytes() > 100
