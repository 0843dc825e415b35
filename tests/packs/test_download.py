"""From the catalogue to an installed pack, over the network or from a folder; the licence comes first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.errors import CheckpointError, PackError
from engine.packs.catalogue import CatalogueEntry, entry_named
from engine.packs.download import download_pack
from engine.packs.licence import accept
from engine.packs.speed import DownloadProgress
from engine.packs.store import PackStore
from tests.packs.misbehaving_server import misbehaving_server
from tests.packs.published_files import config_f, write_rosinality
from tests.packs.test_add import drain


@pytest.fixture
def store(tmp_path: Path) -> PackStore:
    return PackStore([tmp_path / "packs"])


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "site" / "landscape.pt"
    path.parent.mkdir()
    write_rosinality(path, config_f(16, largest=16, w_dim=16))
    return path


def served_by(url: str, **changes: Any) -> CatalogueEntry:
    return replace(entry_named("lee2022-landscape"), urls=(f"{url}/landscape.pt",), **changes)


def test_a_download_becomes_a_pack_with_its_accepted_licence(store: PackStore, published: Path) -> None:
    with misbehaving_server(published.read_bytes()) as site:
        entry = served_by(site.url)
        seen = []
        run = download_pack(store, entry, accepted=accept(entry))
        while True:
            try:
                seen.append(next(run))
            except StopIteration as stop:
                report = stop.value
                break
    assert isinstance(seen[0], DownloadProgress) and not isinstance(seen[-1], DownloadProgress)
    manifest = report.pack.manifest
    assert manifest.name == entry.name and manifest.accepted["licence"] == entry.licence
    assert manifest.accepted["when"].startswith("20") and manifest.licence == entry.licence
    assert manifest.source == entry.source and manifest.consent == entry.consent
    assert sorted(p.name for p in store.writable_root.iterdir()) == [entry.name]
    with pytest.raises(PackError, match="installed already"):
        next(download_pack(store, entry, accepted=accept(entry)))


def test_without_accepting_nothing_happens(store: PackStore, published: Path) -> None:
    entry = entry_named("lee2022-landscape")
    with pytest.raises(PackError, match="was not accepted"):
        next(download_pack(store, entry, accepted={}, from_folder=published.parent))
    with pytest.raises(PackError, match="was not accepted"):
        next(download_pack(store, entry, accepted=accept(entry_named("wav2clip")), from_folder=published.parent))
    assert not store.writable_root.exists()


def test_a_name_no_pack_can_have_is_refused_before_anything_is_fetched(store: PackStore, published: Path) -> None:
    with misbehaving_server(published.read_bytes()) as site:
        entry = served_by(site.url)
        with pytest.raises(PackError, match="is no name for a pack"):
            drain(download_pack(store, entry, accepted=accept(entry), name="../outside"))
        assert site.requests == [] and not store.writable_root.exists()


def test_a_machine_without_network_takes_the_file_from_a_folder(
    store: PackStore, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    entry = entry_named("lee2022-landscape")
    report = drain(download_pack(store, entry, accepted=accept(entry), from_folder=published.parent))
    assert report.pack.name == entry.name and published.exists()
    other = entry_named("wav2clip")
    with pytest.raises(PackError, match="has no Wav2CLIP.pt; fetch https://.* under that name"):
        drain(download_pack(store, other, accepted=accept(other), from_folder=published.parent))
    wrong = replace(entry, sha256="0" * 64, name="wrong")
    with pytest.raises(PackError, match="does not match the published sha256"):
        drain(download_pack(store, wrong, accepted=accept(wrong), from_folder=published.parent))


def test_weights_of_no_known_network_are_kept_out(store: PackStore) -> None:
    with misbehaving_server(b"\x80\x04" + b"?" * 5000) as site:
        entry = served_by(site.url)
        with pytest.raises(CheckpointError, match="landscape.pt was not loaded"):
            drain(download_pack(store, entry, accepted=accept(entry)))
    assert store.names() == [] and list(store.writable_root.iterdir()) == []  # so that it is fetched anew next time
