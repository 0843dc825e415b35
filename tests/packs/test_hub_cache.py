"""Weights that open_clip fetched before are found, and only those."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.packs.catalogue import CATALOGUE
from engine.packs.hub_cache import cached_file, hub_cache_folder

URL = "https://hub.example/timm/vit_base_patch32_clip_224.openai/resolve/main/open_clip_model.safetensors"


@pytest.fixture()
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    return tmp_path


def put(hub: Path, repository: str, revision: str, file: str) -> Path:
    """A file as huggingface_hub stores it: a link in snapshots to a blob."""
    blob = hub / repository / "blobs" / f"{revision}-blob"
    link = hub / repository / "snapshots" / revision / file
    blob.parent.mkdir(parents=True, exist_ok=True)
    link.parent.mkdir(parents=True)
    blob.write_bytes(b"weights")
    link.symlink_to(blob)
    return link


def test_a_cached_copy_is_found_whatever_its_revision(hub: Path) -> None:
    link = put(hub, "models--timm--vit_base_patch32_clip_224.openai", "abc123", "open_clip_model.safetensors")
    assert cached_file((URL,)) == link


def test_another_repository_or_a_broken_link_is_not_taken(hub: Path) -> None:
    put(hub, "models--timm--resnet50_clip.openai", "abc", "open_clip_model.safetensors")
    assert cached_file((URL,)) is None
    link = put(hub, "models--timm--vit_base_patch32_clip_224.openai", "abc", "open_clip_model.safetensors")
    link.resolve().unlink()
    assert cached_file((URL, "https://somewhere.example/ViT-B-32.pt")) is None


def test_the_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert hub_cache_folder() == tmp_path / "huggingface" / "hub"
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    assert hub_cache_folder() == tmp_path / "hf" / "hub"


def test_every_clip_of_the_catalogue_can_be_looked_up(hub: Path) -> None:
    for entry in CATALOGUE:
        if entry.kind == "joint_embedder":
            assert cached_file(entry.urls) is None
            organisation, repository = entry.urls[0].split("/")[3:5]
            file = entry.urls[0].rsplit("/", 1)[1]
            link = put(hub, f"models--{organisation}--{repository}", "r1", file)
            assert cached_file(entry.urls) == link
