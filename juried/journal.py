"""The journal: every paid or remote call of a run, written when its answer arrives and before it is parsed.

An SQLite file in WAL mode that only grows. It, not the graph's checkpoints, makes sure that no
finished call is paid twice. One process holds a journal at a time, by a lock that dies with it.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import threading
import weakref
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO

from juried.backends.base import TokenUsage
from juried.errors import JuriedError, RecordError, StorageError, UsageError
from juried.records.base import Record, sha256

FORMAT = 0x4A524A31
_SCHEMA = f"""
PRAGMA application_id = {FORMAT};
CREATE TABLE IF NOT EXISTS calls (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, request TEXT NOT NULL,
    response TEXT NOT NULL, calls INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL, digest TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS kept_as_written BEFORE UPDATE ON calls
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS never_removed BEFORE DELETE ON calls
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
"""
_COLUMNS = "key, kind, request, response, calls, prompt_tokens, completion_tokens"
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_SCHEMA)
_open_journals: weakref.WeakSet[Journal] = weakref.WeakSet()


class JournalRow(Record):
    """One call: its key, what was asked, what came back, and what it cost."""

    key: str
    kind: str
    request: str
    response: str
    usage: TokenUsage


def canonical_request(request: Mapping[str, object]) -> str:
    """Return the one JSON text of a request: keys sorted, no spaces, not escaped to ASCII."""
    return json.dumps(request, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def journal_key(kind: str, request: str) -> str:
    """Return the key of a call: the SHA-256 of its kind and its canonical request."""
    return sha256(f"{kind}\n{request}")


class Journal:
    """The journal of one run; safe for all tasks and threads of one process.

    Args:
        path: The SQLite file; made, with its folder, when it is not there. Its folder's name is the run's.

    Raises:
        UsageError: Another process, or another journal of this one, works on the same run.
        RecordError: The file is damaged or is no journal.
        StorageError: The file or its folder cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mutex = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._lock: IO[str] | None = _take_lock(path)
        _open_journals.add(self)
        try:
            self._database = _open_database(path)
        except sqlite3.Error as error:
            self.close()
            raise _named(error, path) from error
        except BaseException:
            self.close()
            raise

    def get(self, key: str) -> JournalRow | None:
        """Return the call of a key, or None when it was never finished; raises RecordError on a damaged row."""
        query = f"SELECT {_COLUMNS}, digest FROM calls WHERE key = ?"
        with self._mutex:
            try:
                found = self._connection().execute(query, (key,)).fetchone()
            except sqlite3.Error as error:
                raise _named(error, self.path) from error
        if found is None:
            return None
        row = _row(found)
        if _digest(row) != found[-1]:
            raise _damage(self.path, "a row does not have the content that was written")
        return row

    def put(self, key: str, kind: str, request: str, response: str, usage: TokenUsage) -> JournalRow:
        """Write a finished call and return what the journal holds for its key.

        Calls and tokens are kept of the usage; what they cost follows from the response and the price.
        The first answer of a key stays: when two equal calls were in flight, the second one's answer is not kept.

        Raises:
            UsageError: The key is not that of the request.
            StorageError: The disk is full or the file cannot be written.
        """
        if key != journal_key(kind, request):
            raise UsageError("the key of a call must be that of its request.", concerns=key[:12])
        counts = (usage.calls, usage.prompt_tokens, usage.completion_tokens)
        counted = TokenUsage(calls=counts[0], prompt_tokens=counts[1], completion_tokens=counts[2])
        row = JournalRow(key=key, kind=kind, request=request, response=response, usage=counted)
        values = (key, kind, request, response, *counts, _digest(row))
        with self._mutex:
            try:
                self._connection().execute(
                    f"INSERT OR IGNORE INTO calls ({_COLUMNS}, digest) VALUES (?,?,?,?,?,?,?,?)", values
                )
            except sqlite3.Error as error:
                raise _named(error, self.path) from error
        return self.get(key) or row

    def rows(self, kind: str = "") -> tuple[JournalRow, ...]:
        """Return all calls, or those of one kind, in the order in which their answers arrived."""
        query = f"SELECT {_COLUMNS} FROM calls WHERE ? IN ('', kind) ORDER BY number"
        with self._mutex:
            try:
                found = self._connection().execute(query, (kind,)).fetchall()
            except sqlite3.Error as error:
                raise _named(error, self.path) from error
        return tuple(_row(values) for values in found)

    def close(self) -> None:
        """Give back the file and its lock; calling it twice does no harm."""
        with self._mutex:
            if self._database is not None:
                self._database.close()
                self._database = None
            if self._lock is not None:
                self._lock.close()
                self._lock = None

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connection(self) -> sqlite3.Connection:
        if self._database is None:
            raise UsageError("the journal is closed.", concerns=self.path.parent.name)
        return self._database

    def _forget_lock(self) -> None:
        """Let go of the lock in a forked child, so that it does not outlive the process that took it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _forget_locks() -> None:
    for journal in list(_open_journals):
        journal._forget_lock()


os.register_at_fork(after_in_child=_forget_locks)


def _take_lock(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.with_name(f"{path.name}.lock").open("a", encoding="utf-8")
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise UsageError(
            "another process is working on this run.",
            concerns=f"run {path.absolute().parent.name}",
            advice="Wait until it ends or stop it, then run the same command again.",
        ) from error
    return file


def check_free(path: Path) -> None:
    """Raise UsageError when another process, or a journal of this one, works on the run of a journal's path."""
    if path.parent.exists():
        _take_lock(path).close()


def _open_database(path: Path) -> sqlite3.Connection:
    """Open and check the file; nothing is left behind that blocks the next run when it fails."""
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        owner = database.execute("PRAGMA application_id").fetchone()[0]
        foreign = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] and owner != FORMAT
        if foreign or database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise _damage(path, "its content is not that of a journal" if foreign else "its pages are damaged")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        if owner != FORMAT:
            database.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
    except BaseException:
        database.close()
        raise
    return database


def _row(values: tuple[str, str, str, str, int, int, int]) -> JournalRow:
    usage = TokenUsage(calls=values[4], prompt_tokens=values[5], completion_tokens=values[6])
    return JournalRow(key=values[0], kind=values[1], request=values[2], response=values[3], usage=usage)


def _digest(row: JournalRow) -> str:
    return sha256(canonical_request(row.model_dump()))


def _named(error: sqlite3.Error, path: Path) -> JuriedError:
    """Return the error that a person should see for a failure of SQLite."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
        return _damage(path, str(error))
    return _unwritable(path, str(error))


def _damage(path: Path, why: str) -> RecordError:
    return RecordError(
        f"the journal cannot be read: {why}.",
        concerns=f"run {path.absolute().parent.name}",
        advice=f"Restore {path.name} from a copy, or remove the run's folder and run again.",
    )


def _unwritable(path: Path, why: str) -> StorageError:
    return StorageError(
        f"the journal {path.absolute()} cannot be written: {why}.",
        concerns=f"run {path.absolute().parent.name}",
        advice="Free some space or choose another folder with --runs, then run the same command again.",
    )
