"""Downloads arrive whole or say in one sentence why not, whatever the server does."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import DownloadError, PackError, SaveError
from engine.packs import fetch as fetch_module
from engine.packs.catalogue import CATALOGUE, CatalogueEntry, entry_named, entry_of_file
from engine.packs.fetch import fetch
from engine.packs.licence import accept, licence_text
from engine.packs.speed import DownloadProgress
from tests.packs.misbehaving_server import MisbehavingServer, misbehaving_server

CONTENT = b"PK\x03\x04" + bytes(range(256)) * 2000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def site() -> Iterator[MisbehavingServer]:
    with misbehaving_server(CONTENT) as server:
        yield server


def entry_for(site: MisbehavingServer, **changes: object) -> CatalogueEntry:
    entry = CatalogueEntry(
        name="test-pack",
        kind="generator",
        domain="scene",
        purpose="A test.",
        urls=(f"{site.url}/file",),
        file="weights.pt",
        licence="Test licence",
        licence_url="http://127.0.0.1/licence",
    )
    return replace(entry, **changes)  # type: ignore[arg-type]


def get(entry: CatalogueEntry, folder: Path, **options: object) -> tuple[Path, list[DownloadProgress]]:
    settings: dict[str, object] = {"timeouts": (2.0, 0.4), "attempts": 3, "pause": 0.01, **options}
    run = fetch(entry, folder, accepted=accept(entry), **settings)  # type: ignore[arg-type]
    seen = []
    while True:
        try:
            seen.append(next(run))
        except StopIteration as stop:
            return stop.value, seen


def leftovers(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_good_server_delivers_with_progress(site: MisbehavingServer, tmp_path: Path) -> None:
    path, seen = get(entry_for(site, sha256=SHA256), tmp_path)
    assert path.read_bytes() == CONTENT and leftovers(tmp_path) == ["weights.pt"]
    assert [p.done for p in seen] == sorted(p.done for p in seen)
    assert seen[-1].done == seen[-1].total == len(CONTENT) and seen[-1].bytes_per_second > 0
    again, seen = get(entry_for(site, sha256=SHA256), tmp_path)
    assert again == path and seen == [] and len(site.requests) == 1


@pytest.mark.parametrize(
    "faults",
    [["cut"], ["stall"], ["cut", "stall", "cut"], ["status 503", "cut"], ["no length"], ["chunked"], ["chunked cut"]],
)
@pytest.mark.parametrize("sha256", [SHA256, ""])
def test_cuts_and_stalls_are_resumed(site: MisbehavingServer, tmp_path: Path, faults: list[str], sha256: str) -> None:
    site.faults = list(faults)
    path, _ = get(entry_for(site, sha256=sha256), tmp_path)
    assert path.read_bytes() == CONTENT and leftovers(tmp_path) == ["weights.pt"]
    if faults == ["cut"]:
        assert site.requests[1][1]["Range"] == f"bytes={len(CONTENT) // 2}-"


@pytest.mark.parametrize("faults", [["cut", "ignore range"], ["cut", "wrong piece"], ["redirect"], ["redirect", "cut"]])
def test_servers_that_ignore_range_or_redirect_still_deliver(
    site: MisbehavingServer, tmp_path: Path, faults: list[str]
) -> None:
    site.faults = list(faults)
    path, _ = get(entry_for(site, sha256=SHA256), tmp_path)
    assert path.read_bytes() == CONTENT


def test_a_cancelled_download_goes_on_where_it_stopped(site: MisbehavingServer, tmp_path: Path) -> None:
    entry = entry_for(site)
    run = fetch(entry, tmp_path, accepted=accept(entry))
    for progress in run:
        if progress.done > 100_000:
            break
    run.close()
    kept = (tmp_path / "test-pack.part").stat().st_size
    assert 100_000 < kept < len(CONTENT)
    path, seen = get(entry, tmp_path)
    assert path.read_bytes() == CONTENT and site.requests[-1][1]["Range"] == f"bytes={kept}-"


def test_a_file_changed_on_the_server_is_fetched_from_its_start(site: MisbehavingServer, tmp_path: Path) -> None:
    site.faults = ["cut", "status 404"]
    with pytest.raises(DownloadError, match="HTTP 404"):
        get(entry_for(site), tmp_path)
    site.content = b"PK\x03\x04" + b"x" * 300_000
    site.etag = '"v2"'
    path, _ = get(entry_for(site), tmp_path)
    assert path.read_bytes() == site.content


def test_a_finished_part_left_by_a_crash_is_taken(site: MisbehavingServer, tmp_path: Path) -> None:
    (tmp_path / "test-pack.part").write_bytes(CONTENT)
    path, _ = get(entry_for(site, sha256=SHA256), tmp_path)
    assert path.read_bytes() == CONTENT


def test_pieces_that_do_not_fit_are_fetched_again_once(site: MisbehavingServer, tmp_path: Path) -> None:
    (tmp_path / "test-pack.part").write_bytes(b"PK\x03\x04 of another file")
    path, _ = get(entry_for(site, sha256=SHA256), tmp_path)
    assert path.read_bytes() == CONTENT


def test_a_corrupted_file_is_refused_deleted_and_the_mirror_asked(site: MisbehavingServer, tmp_path: Path) -> None:
    site.faults = ["corrupt"]
    with pytest.raises(DownloadError, match="does not match the published sha256"):
        get(entry_for(site, sha256=SHA256), tmp_path)
    assert not tmp_path.exists() or leftovers(tmp_path) == []
    site.faults = ["corrupt"]
    path, _ = get(entry_for(site, sha256_prefix=SHA256[:8], urls=(f"{site.url}/a", f"{site.url}/b")), tmp_path)
    assert path.read_bytes() == CONTENT and site.requests[-1][0] == "/b"


@pytest.mark.parametrize("fault", ["html", "html type"])
def test_a_web_page_with_status_200_gets_its_own_sentence(site: MisbehavingServer, tmp_path: Path, fault: str) -> None:
    site.faults = [fault]
    with pytest.raises(DownloadError, match="sent a web page instead of weights.pt .*sgim packs add"):
        get(entry_for(site), tmp_path / "downloads")
    assert leftovers(tmp_path) == []


def test_a_page_after_a_cut_is_not_glued_to_the_file(site: MisbehavingServer, tmp_path: Path) -> None:
    site.faults = ["cut", "html type", "cut"]
    with pytest.raises(DownloadError, match="web page"):
        get(entry_for(site), tmp_path)
    path, _ = get(entry_for(site), tmp_path)
    assert path.read_bytes() == CONTENT


def test_something_else_than_weights_is_refused(site: MisbehavingServer, tmp_path: Path) -> None:
    site.content = b"just some text, long enough to be looked at" * 100
    with pytest.raises(DownloadError, match="not a weights file"):
        get(entry_for(site), tmp_path)
    site.content = CONTENT
    with pytest.raises(DownloadError, match="another size"):
        get(entry_for(site, size=5), tmp_path)


def test_a_dead_server_ends_with_one_sentence_and_keeps_what_came(site: MisbehavingServer, tmp_path: Path) -> None:
    site.faults = ["cut"] + ["status 503"] * 20
    with pytest.raises(DownloadError, match="stopped answering .* goes on where it stopped"):
        get(entry_for(site), tmp_path)
    assert (tmp_path / "test-pack.part").stat().st_size == len(CONTENT) // 2


def test_nothing_is_asked_before_the_licence_is_accepted(site: MisbehavingServer, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="was not accepted"):
        next(fetch(entry_for(site), tmp_path, accepted={}))
    assert site.requests == [] and leftovers(tmp_path) == []


def test_a_full_disk_is_seen_before_the_body_is_fetched(
    site: MisbehavingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda place: os.terminal_size((0, 0)) and _Usage())
    with pytest.raises(SaveError, match="MB are free"):
        get(entry_for(site), tmp_path)


class _Usage:
    free = 10


def test_the_proxy_of_the_environment_is_used(
    site: MisbehavingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", site.url)
    path, _ = get(entry_for(site, urls=("http://weights.invalid/file",)), tmp_path)
    assert path.read_bytes() == CONTENT and site.requests[0][0] == "http://weights.invalid/file"


def test_no_socket_is_opened_unless_a_download_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    from engine.packs.store import PackStore

    PackStore([tmp_path]).names()
    for entry in CATALOGUE:
        assert entry.licence in licence_text(entry)
        fetch(entry, tmp_path, accepted=accept(entry))  # made, not started
    assert fetch_module.fetch is fetch


def test_the_catalogue_is_whole() -> None:
    names = [entry.name for entry in CATALOGUE]
    assert len(set(names)) == len(names) >= 20
    for entry in CATALOGUE:
        assert entry_named(entry.name) is entry
        assert all(url.startswith("https://") for url in entry.urls)
        assert entry.licence and entry.licence_url and entry.consent and entry.purpose
        assert entry.sha256 == "" or len(entry.sha256) == 64
    assert entry_of_file(sha256=entry_named("e4e-ffhq").sha256) is entry_named("e4e-ffhq")
    assert entry_of_file(file="Wav2CLIP.pt") is entry_named("wav2clip")
    assert entry_of_file(file="ffhq.pkl", sha256="0" * 64) is None
    with pytest.raises(PackError, match="choose one of"):
        entry_named("nothing")
