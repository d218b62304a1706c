"""Opening SQLite files, and telling people what a failure of one means and what to do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from juried.errors import RecordError, StorageError

_STORAGE_CODES = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
    }
)

_DAMAGE_CODES = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_SCHEMA, sqlite3.SQLITE_FORMAT})


def open_database(path: Path, schema: str) -> sqlite3.Connection:
    """Open a database that several threads and processes may use, making file and tables where absent.

    The connection may be handed between threads, one at a time. Writers wait up to a minute for one another.

    Args:
        path: The file; its folder is made.
        schema: Statements that change nothing when the tables are already there.

    Raises:
        RecordError: The file is no database, or damaged.
        StorageError: The file cannot be opened or written.
    """
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=60.0, check_same_thread=False, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(schema)
        except sqlite3.Error:
            connection.close()
            raise
    return connection


def demand_whole(path: Path) -> None:
    """Raise RecordError when a database that is there is damaged, also where its first pages would still be read."""
    if not path.exists():
        return
    with storage_errors(path):
        connection = sqlite3.connect(path, timeout=60.0)
        try:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    if found != "ok":
        raise damaged(path, " ".join(str(found).split()))


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run a block as one write: all of it is kept, or, when it raises, nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the file system into errors that name the file and the remedy."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:
            raise
        if code & 0xFF in _STORAGE_CODES:
            raise _unwritable(path, str(error)) from error
        if code & 0xFF in _DAMAGE_CODES:
            raise damaged(path, str(error)) from error
        raise
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error


def _unwritable(path: Path, why: str) -> StorageError:
    return StorageError(
        f"cannot use {path.name}: {why}.",
        concerns=str(path.parent),
        advice="Free some space, or give yourself the right to write there, then run the same command again.",
    )


def damaged(path: Path, why: str) -> RecordError:
    """Return the error for a database whose content cannot be trusted."""
    return RecordError(
        f"{path.name} is damaged: {why}.",
        concerns=str(path.parent),
        advice=f"Remove {path} (and {path.name}-wal and {path.name}-shm beside it), then run the same command again.",
    )
