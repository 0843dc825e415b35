"""Published weights become packs whole, tried and without running them; or nothing is left."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.errors import CheckpointError, PackError, SaveError
from engine.packs.add import AddReport, add_pack
from engine.packs.catalogue import entry_named
from engine.packs.open_network import open_network
from engine.packs.store import PackStore
from engine.packs.verify import verify_pack
from engine.steps import Progress
from tests.packs.misbehaving_server import PAGE
from tests.packs.published_files import config_f, write_nvidia, write_rosinality

CONFIG = config_f(16, largest=16, w_dim=16)


def drain(run: Generator[Any, None, Any]) -> Any:
    while True:
        try:
            next(run)
        except StopIteration as stop:
            return stop.value


def add(store: PackStore, path: Path, **options: Any) -> AddReport:
    report = drain(add_pack(store, path, **options))
    assert isinstance(report, AddReport)
    return report


@pytest.fixture
def store(tmp_path: Path) -> PackStore:
    return PackStore([tmp_path / "bundled", tmp_path / "packs"])


@pytest.mark.parametrize("write", [write_rosinality, write_nvidia])
def test_an_added_generator_draws_what_the_original_draws(store: PackStore, tmp_path: Path, write: Any) -> None:
    path = tmp_path / "My Church (v2).bin"
    original = write(path, CONFIG)
    report = add(store, path)
    assert report.pack.name == "my-church--v2" and report.pack.manifest.domain == "scene"
    assert report.pack.manifest.resolution == 16 and report.licences["generator"] and report.sources["generator"]
    rows = torch.randn(2, original.num_ws, 16)
    drawn = open_network(report.pack, "generator").synthesis(rows)
    assert torch.allclose(drawn, original.synthesis(rows), atol=1e-5)
    statistics = report.pack.latent_statistics()
    assert statistics is not None and torch.allclose(statistics["mean"], original.mapping.w_avg)
    assert statistics["covariance"].shape == (16, 16)
    assert (report.pack.path / "preview.png").is_file()


def test_verify_finds_every_damage(store: PackStore, tmp_path: Path) -> None:
    path = tmp_path / "landscape.pt"
    write_rosinality(path, CONFIG)
    pack = add(store, path).pack
    found = drain(verify_pack(pack))
    assert found.picture.shape == (16, 16, 3) and set(found.files) == set(pack.manifest.files())
    weights = pack.path / "generator.safetensors"
    content = bytearray(weights.read_bytes())
    content[-5] ^= 0x40
    weights.write_bytes(content)
    with pytest.raises(PackError, match="generator.safetensors does not match the sha256"):
        drain(verify_pack(pack))
    weights.unlink()
    with pytest.raises(PackError, match="missing"):
        drain(verify_pack(pack))


def test_a_pack_folder_is_checked_copied_and_may_be_renamed(store: PackStore, tmp_path: Path) -> None:
    write_rosinality(tmp_path / "a.pt", CONFIG)
    pack = add(store, tmp_path / "a.pt").pack
    copy = add(store, pack.path, name="copy").pack
    assert copy.name == "copy" and copy.file_hashes() == pack.file_hashes()
    (pack.path / "generator.safetensors").write_bytes(b"x")
    with pytest.raises(PackError, match="does not match"):
        add(store, pack.path, name="third")
    assert store.names() == ["a", "copy"]


def test_a_name_is_taken_only_once(store: PackStore, tmp_path: Path) -> None:
    write_rosinality(tmp_path / "a.pt", CONFIG)
    add(store, tmp_path / "a.pt")
    with pytest.raises(PackError, match="named a exists already"):
        add(store, tmp_path / "a.pt")
    with pytest.raises(PackError, match="no name for a pack"):
        add(store, tmp_path / "a.pt", name="../evil")


def test_the_catalogue_gives_licence_source_and_domain(store: PackStore, tmp_path: Path) -> None:
    write_rosinality(tmp_path / "landscape.pt", CONFIG)
    accepted = {"licence": "x", "when": "now"}
    report = add(store, tmp_path / "landscape.pt", accepted=accepted)
    entry = entry_named("lee2022-landscape")
    assert report.pack.name == entry.name and report.pack.manifest.domain == "scene"
    assert report.licences == {"generator": entry.licence} and report.sources == {"generator": entry.source}
    assert report.pack.manifest.accepted == accepted
    assert (report.pack.manifest.defaults.lambda_reg, report.pack.manifest.defaults.lambda_id) == (0.002, 0.0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (PAGE, "is a web page, not weights"),
        (b"", "was not loaded"),
        (b"\x80\x04" + b"junk" * 100, "was not loaded"),
        (b"plain text, nothing else", "was not loaded"),
    ],
)
def test_what_is_no_weights_file_is_refused_and_leaves_nothing(
    store: PackStore, tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "weights.pt"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=f"weights.pt.*{sentence}"):
        add(store, path)
    assert list(store.writable_root.iterdir() if store.writable_root.exists() else []) == []


def test_code_in_a_pickle_is_refused_and_not_run(store: PackStore, tmp_path: Path) -> None:
    import pickle

    class Evil:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return os.mkdir, (str(tmp_path / "executed"),)

    (tmp_path / "evil.pkl").write_bytes(pickle.dumps({"G_ema": Evil()}))
    with pytest.raises(CheckpointError, match="evil.pkl"):
        add(store, tmp_path / "evil.pkl")
    assert not (tmp_path / "executed").exists() and store.names() == []


def test_values_that_are_not_finite_are_refused(store: PackStore, tmp_path: Path) -> None:
    write_rosinality(tmp_path / "a.pt", CONFIG)
    contents = torch.load(tmp_path / "a.pt", weights_only=True)
    contents["g_ema"]["convs.0.conv.weight"][0, 0, 0, 0, 0] = float("nan")
    torch.save(contents, tmp_path / "a.pt")
    with pytest.raises(CheckpointError, match="not finite .*b8.conv0.weight"):
        add(store, tmp_path / "a.pt")
    assert store.names() == [] and store.incomplete() == []


def test_a_cancelled_add_leaves_nothing(store: PackStore, tmp_path: Path) -> None:
    write_rosinality(tmp_path / "a.pt", CONFIG)
    for stop_after in (1, 2, 3):
        run = add_pack(store, tmp_path / "a.pt")
        seen = [next(run) for _ in range(stop_after)]
        assert all(isinstance(progress, Progress) for progress in seen)
        run.close()
        assert store.names() == [] and (not store.writable_root.exists() or not list(store.writable_root.iterdir()))
    assert add(store, tmp_path / "a.pt").pack.name == "a"


def test_a_killed_add_leaves_a_marked_folder_and_can_be_repeated(store: PackStore, tmp_path: Path) -> None:
    write_rosinality(tmp_path / "a.pt", CONFIG)
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom engine.packs.add import add_pack\n"
        "from engine.packs.store import PackStore\n"
        "for p in add_pack(PackStore([Path(sys.argv[1])]), Path(sys.argv[2])):\n"
        "    if p.phase == 'drawing': os._exit(9)\n"
    )
    process = subprocess.run([sys.executable, "-c", code, str(store.writable_root), str(tmp_path / "a.pt")])
    assert process.returncode == 9
    assert store.names() == [] and [f.name for f in store.incomplete()] == ["a.incomplete"]
    assert add(store, tmp_path / "a.pt").pack.name == "a" and store.incomplete() == []


def test_a_full_disk_is_seen_first(store: PackStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_rosinality(tmp_path / "a.pt", CONFIG)

    class Usage:
        free = 1000

    monkeypatch.setattr("shutil.disk_usage", lambda place: Usage())
    with pytest.raises(SaveError, match="MB are free"):
        add(store, tmp_path / "a.pt")
    assert store.names() == []


def test_a_folder_without_weights_and_a_missing_file_are_named(store: PackStore, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(PackError, match="holds no weights files"):
        add(store, tmp_path / "empty")
    with pytest.raises(PackError, match="does not exist"):
        add(store, tmp_path / "nothing.pt")


def test_a_folder_with_two_generators_is_refused(store: PackStore, tmp_path: Path) -> None:
    folder = tmp_path / "both"
    folder.mkdir()
    write_rosinality(folder / "a.pt", CONFIG)
    write_rosinality(folder / "b.pt", CONFIG)
    with pytest.raises(PackError, match="more than one generator"):
        add(store, folder)
    assert store.names() == []
