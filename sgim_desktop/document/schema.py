"""The session file's tables, and how an older file becomes a current one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from engine.errors import InputError

APPLICATION_ID = 0x5347494D  # "SGIM"

_VERSION_1 = """
CREATE TABLE blobs (sha256 TEXT, part INTEGER, data BLOB NOT NULL, PRIMARY KEY (sha256, part)) WITHOUT ROWID;
CREATE TABLE sources (id TEXT PRIMARY KEY, position REAL NOT NULL, data TEXT NOT NULL);
CREATE TABLE inversions (id TEXT PRIMARY KEY, position REAL NOT NULL, data TEXT NOT NULL);
CREATE TABLE clips (id TEXT PRIMARY KEY, position REAL NOT NULL, data TEXT NOT NULL);
CREATE TABLE results (id TEXT PRIMARY KEY, position REAL NOT NULL, data TEXT NOT NULL);
CREATE TABLE settings (id TEXT PRIMARY KEY, position REAL NOT NULL, data TEXT NOT NULL);
"""

# Version 2 keeps what is being looked at (selected source and result, zoom), which is no artist's
# action and therefore lives apart from the records.
_VERSION_2 = "CREATE TABLE view (key TEXT PRIMARY KEY, data TEXT NOT NULL);"


def _to_1(connection: sqlite3.Connection) -> None:
    for statement in _VERSION_1.strip().splitlines():
        connection.execute(statement)


def _to_2(connection: sqlite3.Connection) -> None:
    connection.execute(_VERSION_2)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_to_1, _to_2)
SCHEMA_VERSION = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, name: str) -> None:
    """Bring an open session file up to ``SCHEMA_VERSION``, in one transaction.

    Raises ``InputError`` when the file is another program's, or a newer program's.
    """
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION_ID and (application or tables):
        raise InputError(f"{name} is not an SGIM session; open a file that ends in .sgim.")
    if version > SCHEMA_VERSION:
        raise InputError(f"{name} was written by a newer SGIM Studio; update the program to open it.")
    if version == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in MIGRATIONS[version:]:
            step(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
