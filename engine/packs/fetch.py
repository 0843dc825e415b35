"""Fetching one published file over HTTP: resumes, survives cuts and stalls, believes nothing until checked.

The only module of the program that opens a network connection, and only when a download was asked for.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import DownloadError, SaveError
from engine.packs.catalogue import CatalogueEntry
from engine.packs.licence import require_accepted
from engine.packs.sniff import head_of, looks_like_page, looks_like_weights
from engine.packs.speed import DownloadProgress, SpeedMeter
from engine.packs.weights_file import check_disk_space

if TYPE_CHECKING:
    import requests

_BLOCK = 32 * 1024
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


class _Retry(Exception):
    """Worth asking the same address again (a cut, a stall, a busy server)."""


class _NextMirror(Exception):
    """This address has nothing good for us."""


def fetch(
    entry: CatalogueEntry,
    folder: Path,
    *,
    accepted: dict[str, str],
    timeouts: tuple[float, float] = (10.0, 30.0),
    attempts: int = 5,
    pause: float = 2.0,
) -> Generator[DownloadProgress, None, Path]:
    """Fetch ``entry`` into ``folder`` and return the checked file; yields progress; closing it cancels.

    What has arrived stays in ``NAME.part`` and is resumed next time. Every address is asked up to
    ``attempts`` times in a row without progress, ``pause`` seconds apart; ``timeouts`` (connect, stall) in
    seconds. Proxies are those of the environment. Raises ``PackError`` when the licence was not accepted,
    ``SaveError`` when the disk is full, ``DownloadError`` when no address delivered the file.
    """
    require_accepted(entry, accepted)
    final, part = folder / entry.file, folder / f"{entry.name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaveError(f"{folder} could not be created; check permissions.", error) from error
    if final.is_file() and not fault_of(entry, final):
        return final
    import requests

    failures: list[str] = []
    with requests.Session() as session:
        session.headers.update({"User-Agent": "sgim-studio", "Accept-Encoding": "identity"})
        for url in entry.urls:
            try:
                yield from _from_url(session, entry, url, part, timeouts, attempts, pause)
                os.replace(part, final)
                _note_of(part).unlink(missing_ok=True)
                return final
            except _NextMirror as failure:
                failures.append(str(failure))
            except OSError as error:
                if isinstance(error, requests.RequestException):
                    raise
                raise SaveError(f"{part} could not be written; check free space and permissions.", error) from error
    if not part.exists() or not part.stat().st_size:  # nothing to go on with
        part.unlink(missing_ok=True)
        _note_of(part).unlink(missing_ok=True)
        if not any(folder.iterdir()):
            folder.rmdir()
    raise DownloadError(failures[-1], "; ".join(failures))


def _from_url(
    session: requests.Session,
    entry: CatalogueEntry,
    url: str,
    part: Path,
    timeouts: tuple[float, float],
    attempts: int,
    pause: float,
) -> Generator[DownloadProgress, None, None]:
    """Fill ``part`` from one address and check it. Raises ``_NextMirror`` with a sentence."""
    meter = SpeedMeter()
    tries, glued = 0, False
    while True:
        before = part.stat().st_size if part.exists() else 0
        try:
            yield from _one_answer(session, entry, url, part, timeouts, meter)
            fault = fault_of(entry, part)
            if not fault:
                return
            part.unlink(missing_ok=True)
            if before and not glued:
                # Two halves of different files, perhaps: once more, from the start.
                glued = True
                raise _Retry("the pieces did not fit together")
            raise _NextMirror(fault)
        except _Retry as failure:
            after = part.stat().st_size if part.exists() else 0
            tries = 0 if after > before else tries + 1
            if tries >= attempts:
                raise _NextMirror(
                    f"{url} stopped answering before {entry.file} was complete; check the network and repeat the "
                    f"command, which goes on where it stopped ({after / 1e6:.0f} MB are there)."
                ) from failure
            yield meter.progress(after, None, url, note=f"{failure}; trying again")
            time.sleep(pause * min(tries + 1, 5))


def _one_answer(
    session: requests.Session,
    entry: CatalogueEntry,
    url: str,
    part: Path,
    timeouts: tuple[float, float],
    meter: SpeedMeter,
) -> Generator[DownloadProgress, None, None]:
    """One request; appends to ``part``. Returns when the file is whole as far as the server says."""
    import requests
    from urllib3.exceptions import HTTPError

    headers, offset = _resume_headers(entry, url, part)
    try:
        with session.get(url, headers=headers, stream=True, timeout=timeouts) as answer:
            offset = _checked_offset(entry, url, part, answer, offset)
            total = _total(answer, offset)
            if answer.status_code == 416:
                return
            if total is not None:
                # The file and its converted copy lie side by side for a moment.
                check_disk_space(part.parent, 2 * total - offset)
            _write_note(part, url, answer, total)
            done = offset
            with part.open("ab") as file:
                file.truncate(offset)
                # read1 hands over what has come, so that a cut loses nothing and a cancel is quick.
                while block := answer.raw.read1(_BLOCK, decode_content=True):
                    if done == 0 and looks_like_page(block):
                        file.truncate(0)
                        raise _NextMirror(_page_sentence(entry, url))
                    file.write(block)
                    done += len(block)
                    yield meter.progress(done, total, url)
    except (requests.ConnectionError, requests.Timeout, HTTPError) as error:
        raise _Retry(f"the connection to {url} was lost") from error
    except requests.RequestException as error:
        raise _NextMirror(f"{url} cannot be asked for {entry.file} ({error}); try again later.") from error
    if total is not None and done < total:
        raise _Retry(f"{url} stopped sending")


def _resume_headers(entry: CatalogueEntry, url: str, part: Path) -> tuple[dict[str, str], int]:
    """Range headers for what is on disk, if gluing the rest to it is safe; else start anew."""
    offset = part.stat().st_size if part.exists() else 0
    note = _read_note(part)
    validator = note.get("validator", "") if note.get("url") == url else ""
    if not offset or not (validator or entry.sha256):
        return {}, 0
    headers = {"Range": f"bytes={offset}-"}
    if validator:
        headers["If-Range"] = validator
    return headers, offset


def _checked_offset(entry: CatalogueEntry, url: str, part: Path, answer: requests.Response, offset: int) -> int:
    """Where the answer's bytes belong in the file. Raises ``_Retry`` or ``_NextMirror``."""
    status = answer.status_code
    if url.startswith("https:") and not answer.url.startswith("https:"):
        raise _NextMirror(f"{url} leads to an address without encryption; try again on another network.")
    if status == 416 and offset:
        if _total(answer, offset) == offset:
            return offset
        part.unlink(missing_ok=True)
        raise _Retry(f"{url} has changed")
    if status in (429, 500, 502, 503, 504):
        raise _Retry(f"{url} is busy (HTTP {status})")
    if status not in (200, 206):
        raise _NextMirror(
            f"{url} has no {entry.file} any more (HTTP {status}); fetch it by hand and run: sgim packs add FILE."
        )
    if answer.headers.get("Content-Type", "").lower().startswith("text/html"):
        raise _NextMirror(_page_sentence(entry, url))
    if status == 200:
        return 0
    found = _RANGE.match(answer.headers.get("Content-Range", ""))
    if not found or int(found[1]) != offset:
        part.unlink(missing_ok=True)
        raise _Retry(f"{url} sent another piece than was asked for")
    return offset


def _total(answer: requests.Response, offset: int) -> int | None:
    """Size of the whole file as the server tells it."""
    spread = re.search(r"/(\d+)$", answer.headers.get("Content-Range", ""))
    if spread:
        return int(spread[1])
    length = answer.headers.get("Content-Length", "")
    packed = answer.headers.get("Content-Encoding", "identity").lower() != "identity"
    return offset + int(length) if length.isdigit() and not packed and answer.status_code in (200, 206) else None


def fault_of(entry: CatalogueEntry, path: Path) -> str:
    """One sentence saying why ``path`` is not the published file, or ""."""
    head = head_of(path)
    if looks_like_page(head):
        return _page_sentence(entry, entry.urls[0])
    if not looks_like_weights(head):
        return f"what is called {entry.file} is not a weights file; get it again later."
    if entry.size is not None and path.stat().st_size != entry.size and not entry.sha256:
        return f"{entry.file} has another size than was published; get it again."
    if entry.sha256 or entry.sha256_prefix:
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(4 * 1024 * 1024):
                digest.update(block)
        expected = entry.sha256 or entry.sha256_prefix
        if not digest.hexdigest().startswith(expected):
            return (
                f"{entry.file} does not match the published sha256 ({expected[:12]}…), so it was damaged on the way "
                "or replaced; get it again."
            )
    return ""


def _page_sentence(entry: CatalogueEntry, url: str) -> str:
    return (
        f"{url} sent a web page instead of {entry.file} (a sign-in or a quota, perhaps); open the address in a "
        "browser, save the file and run: sgim packs add FILE."
    )


def _note_of(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _write_note(part: Path, url: str, answer: requests.Response, total: int | None) -> None:
    """Remember what the bytes in ``part`` belong to, so that a later run may go on. Weak ETags do not count."""
    etag = answer.headers.get("ETag", "")
    validator = etag if etag and not etag.startswith("W/") else answer.headers.get("Last-Modified", "")
    _note_of(part).write_text(json.dumps({"url": url, "validator": validator, "total": total}))


def _read_note(part: Path) -> dict[str, Any]:
    try:
        note = json.loads(_note_of(part).read_text())
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}
