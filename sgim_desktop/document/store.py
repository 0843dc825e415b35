"""One session file (SQLite, DESIGN §6): records as JSON, originals and latents as blobs.

Used from two threads: the writer (``SessionWriter``) and any reader; each call locks the one connection.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.errors import InputError, RequestError, SaveError
from sgim_desktop.document.schema import migrate
from sgim_desktop.document.session_lock import SessionLock
from sgim_desktop.document.values import ClipItem, Inversion, ResultItem, Settings, SourceItem, from_json, to_json

TABLES: dict[str, type] = {
    "sources": SourceItem,
    "inversions": Inversion,
    "clips": ClipItem,
    "results": ResultItem,
    "settings": Settings,
}
BLOB_PART_BYTES = 8 << 20  # parts keep an hour-long wav below SQLite's limit of 1 GB for one value


Blob = bytes | Path
"""Bytes, or the file that holds them (an hour of sound is never read into memory at once)."""


class UnreadableOriginal(SaveError):
    """The file that holds the bytes named ``sha256`` is gone or cannot be read."""

    def __init__(self, path: Path, sha256: str, cause: object) -> None:
        super().__init__(f"An original could not be read into {path.name}; add it again.", cause)
        self.sha256 = sha256


class SessionStore:
    """The open session file. Raises ``InputError`` when it is not a session or open already, ``SaveError`` when
    unwritable. ``session_lock``: of this very session, when the caller holds it already."""

    def __init__(self, path: Path, session_lock: SessionLock | None = None) -> None:
        self.path = path
        self._session_lock = session_lock or SessionLock.take(path)
        self._lock = threading.Lock()
        self._fresh = not path.exists()
        try:
            self._open()
        except BaseException:
            self._session_lock.release()
            raise

    def _open(self) -> None:
        try:
            self._write = self._connect()
            self._read = self._connect()
            migrate(self._write, self.path.name)
            for connection in (self._write, self._read):
                connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.DatabaseError as error:
            raise _explained(self.path, error) from error

    def settle(self) -> None:
        """Have on the disk what opening did not wait for: the lock's note, and a new file. Only the writing thread
        calls it."""
        self._session_lock.settle()
        if not self._fresh:
            return
        self._fresh = False
        with open(self.path, "r+b") as file:
            os.fsync(file.fileno())

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=10)
        if self._fresh:  # nothing to lose yet, and the window does not wait for a disk: see ``settle``
            connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = WAL")
        return connection

    def write(self, changes: Iterable[Change], blobs: dict[str, Blob], view: dict[str, Any]) -> None:
        """One action as one transaction. Blobs already there are not written again. Raises ``SaveError``, and
        ``UnreadableOriginal`` for a blob whose file cannot be read."""
        try:
            self._write.execute("BEGIN IMMEDIATE")
            try:
                for sha256, data in blobs.items():
                    self._put_blob(sha256, data)
                for table, key, item in changes:
                    self._put(table, key, item)
                for key, value in view.items():
                    self._write.execute("INSERT OR REPLACE INTO view VALUES (?, ?)", (key, json.dumps(value)))
                self._write.execute("COMMIT")
            except BaseException:
                if self._write.in_transaction:
                    self._write.execute("ROLLBACK")
                raise
        except sqlite3.DatabaseError as error:
            raise _explained(self.path, error) from error

    def _put(self, table: str, key: str, item: Any) -> None:
        if table not in TABLES:
            raise ValueError(table)
        if item is None:
            self._write.execute(f"DELETE FROM {table} WHERE id = ?", (key,))
        else:
            position = getattr(item, "position", 0.0)
            values = (key, position, json.dumps(to_json(item)))
            self._write.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", values)

    def _put_blob(self, sha256: str, data: Blob) -> None:
        if self._write.execute("SELECT 1 FROM blobs WHERE sha256 = ?", (sha256,)).fetchone():
            return
        try:
            with open(data, "rb") if isinstance(data, Path) else io.BytesIO(data) as file:
                part = 0
                while (piece := file.read(BLOB_PART_BYTES)) or part == 0:
                    self._write.execute("INSERT INTO blobs VALUES (?, ?, ?)", (sha256, part, piece))
                    part += 1
        except OSError as error:
            raise UnreadableOriginal(self.path, sha256, error) from error

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """The connection to read by; what is damaged in the file is an ``InputError``."""
        with self._lock:
            try:
                yield self._read
            except sqlite3.DatabaseError as error:
                raise _explained(self.path, error) from error
            except (ValueError, TypeError, KeyError, AttributeError, RequestError) as error:
                raise InputError(f"{self.path.name} is damaged; choose another session.", error) from error

    def records(self, table: str) -> dict[str, Any]:
        """All records of a table by id, in their order."""
        with self._reading() as reader:
            rows = reader.execute(f"SELECT id, data FROM {table} ORDER BY position").fetchall()
            return {key: from_json(TABLES[table], json.loads(data)) for key, data in rows}

    def view(self) -> dict[str, Any]:
        """What was being looked at when the session was last used."""
        with self._reading() as reader:
            return {key: json.loads(data) for key, data in reader.execute("SELECT key, data FROM view")}

    def has_blob(self, sha256: str) -> bool:
        """Whether the session holds these bytes."""
        with self._reading() as reader:
            return reader.execute("SELECT 1 FROM blobs WHERE sha256 = ?", (sha256,)).fetchone() is not None

    def blob_parts(self, sha256: str) -> Iterator[bytes]:
        """The bytes named ``sha256``, a part at a time; raises ``InputError`` when they are not there."""
        part = 0
        while True:
            with self._reading() as reader:
                query = "SELECT data FROM blobs WHERE sha256 = ? AND part = ?"
                row = reader.execute(query, (sha256, part)).fetchone()
            if row is None:
                break
            yield row[0]
            part += 1
        if part == 0:
            raise InputError(f"{self.path.name} lacks one of its pictures or sounds; add the original again.", sha256)

    def blob(self, sha256: str) -> bytes:
        """The bytes named ``sha256``."""
        return b"".join(self.blob_parts(sha256))

    def copy_to(self, path: Path) -> None:
        """Write the whole session as one file at ``path``, beside it first and then renamed.
        Only the writing thread may call it, holding ``path``'s lock: readers go on meanwhile."""
        beside = path.with_name(f".{path.name}.part")
        beside.unlink(missing_ok=True)
        try:
            self._write.execute("VACUUM INTO ?", (str(beside),))
            for log in ("-wal", "-shm"):  # a crash's, of the session overwritten: SQLite would put it into this one
                path.with_name(f"{path.name}{log}").unlink(missing_ok=True)
            beside.replace(path)
        except (sqlite3.DatabaseError, OSError) as error:
            beside.unlink(missing_ok=True)
            raise SaveError(f"{path} could not be written; choose another folder or free some space.", error) from error

    def close(self) -> None:
        """Fold the write-ahead log into the file, so that the session is one file again."""
        with self._lock:
            try:
                self._read.close()
                try:
                    self._write.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    self._write.execute("PRAGMA journal_mode = DELETE")
                except sqlite3.DatabaseError:
                    pass  # the disk is full, another program reads it, or it is damaged: the log stays beside it
                self._write.close()
            finally:
                self._session_lock.release()


Change = tuple[str, str, Any]
"""Table, id, and the record after the action (``None``: removed)."""


def _explained(path: Path, error: sqlite3.DatabaseError) -> InputError:
    text = str(error)
    if "not a database" in text or "malformed" in text:
        return InputError(f"{path.name} is not an SGIM session, or is damaged; choose another file.", error)
    if isinstance(error, sqlite3.OperationalError):
        return SaveError(
            f"{path} could not be opened or written ({text}); free some space or choose another folder.", error
        )
    return InputError(f"{path.name} could not be used ({text}); choose another file.", error)
