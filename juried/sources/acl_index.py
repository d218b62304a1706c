"""The index of the ACL Anthology on disk: one SQLite file, built once from the Anthology's files, then only read."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import lzma
import os
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath

from juried.errors import LibraryError
from juried.records.base import Record
from juried.sources.acl_records import read_collection, read_line
from juried.sources.lexical import Match, search_words, words_table
from juried.sources.metadata import Metadata
from juried.sqlite import storage_errors

FORMAT = 0x4A524C31
FETCH = "juried sources fetch acl"
MOST_FILE_BYTES = 64 * 1024 * 1024
_COLUMNS = "id, title, abstract, text, year, rest"
_SCHEMA = f"""
PRAGMA application_id = {FORMAT};
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE papers (rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
    abstract TEXT NOT NULL, text TEXT NOT NULL, year INTEGER, rest TEXT NOT NULL);
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2")
Fault = Callable[[str], None]
Row = tuple[str, str, str, str, int | None, str]


class IndexReport(Record):
    """What an index was built of: papers, those with an abstract, those retracted or withdrawn; and what was unused."""

    papers: int
    abstracts: int
    retracted: int
    faults: tuple[str, ...]


async def build_index(path: Path, target: Path) -> IndexReport:
    """Build the index of the Anthology; equal papers give an equal index.

    Args:
        path: A folder with the Anthology's XML files or JSON lines (`.jsonl`, `.jsonl.gz`), such a file, or a
            tar archive with XML files, as the Anthology's repository offers it.
        target: The file to write; it is replaced when the new one is whole.

    Raises:
        LibraryError: The path is absent, or holds no paper.
        StorageError: The index cannot be written.
    """
    return await asyncio.to_thread(_build, path, target)


def _build(path: Path, target: Path) -> IndexReport:
    faults: list[str] = []
    rows: dict[str, Row] = {}
    retracted: set[str] = set()
    for entry in _read(path, faults.append):
        rows[entry.key] = _row(entry)
        if any(note.kind in ("retracted", "withdrawn") for note in entry.status):
            retracted.add(entry.key)
    if not rows:
        said = f" {faults[0]}" if faults else ""
        raise LibraryError(
            "it holds no papers of the ACL Anthology.",
            concerns=str(path),
            advice=f"Give the Anthology's data/xml folder, or run: {FETCH}.{said}",
        )
    with storage_errors(target):
        _write([rows[name] for name in sorted(rows)], target)
    abstracts = sum(bool(row[2]) for row in rows.values())
    return IndexReport(papers=len(rows), abstracts=abstracts, retracted=len(retracted), faults=tuple(faults))


def _row(entry: Metadata) -> Row:
    rest = entry.model_dump_json(exclude={"key", "title", "abstract", "year"}, exclude_defaults=True)
    return (entry.key, entry.title, entry.abstract, "", entry.year, rest)


def _write(rows: list[Row], target: Path) -> None:
    """Write the index under a temporary name and rename it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as database:
            _fill(database, rows)
        part.chmod(0o644)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _fill(database: sqlite3.Connection, rows: list[Row]) -> None:
    database.executescript(_SCHEMA)
    database.execute("BEGIN")
    database.executemany(f"INSERT INTO papers ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", rows)
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(row).encode())
    about = {"papers": str(len(rows)), "fingerprint": digest.hexdigest()}
    database.executemany("INSERT INTO about VALUES (?, ?)", sorted(about.items()))
    database.execute(words_table("papers"))
    database.execute("INSERT INTO works(works) VALUES ('rebuild')")
    database.execute("INSERT INTO works(works) VALUES ('optimize')")
    database.execute("COMMIT")


def _read(path: Path, fault: Fault) -> Iterator[Metadata]:
    """Yield the papers of a folder, an archive or a file; what cannot be used is said to `fault`."""
    try:
        if path.is_dir():
            for file in _files_of(path):
                yield from _read_file(file, fault)
        elif path.name.endswith(_ARCHIVES):
            yield from _read_archive(path, fault)
        else:
            yield from _read_file(path, fault)
    except OSError as error:
        raise LibraryError(
            f"it cannot be read: {error.strerror or error}.",
            concerns=str(path),
            advice=f"Give the Anthology's data/xml folder, or run: {FETCH}.",
        ) from error


def _files_of(folder: Path) -> list[Path]:
    """Return the XML files of a folder and those below it, sorted; without any, the files of JSON lines."""
    whole = folder / "data" / "xml"
    root = whole if whole.is_dir() else folder
    files = sorted(file for file in root.rglob("*") if file.is_file())
    collections = [file for file in files if file.suffix == ".xml"]
    return collections or [file for file in files if file.name.endswith((".jsonl", ".jsonl.gz"))]


def _read_file(file: Path, fault: Fault) -> Iterator[Metadata]:
    if file.suffix == ".xml":
        yield from _collection(file.name, file.read_bytes(), fault)
        return
    bad = 0
    for line in _lines(file, fault):
        if (entry := read_line(line)) is not None:
            yield entry
        bad += entry is None and bool(line.strip())
    if bad:
        fault(f"{file.name}: {bad} lines hold no paper of the Anthology.")


def _lines(file: Path, fault: Fault) -> Iterator[str]:
    try:
        with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as lines:
            yield from (line.decode("utf-8", "replace") for line in lines)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        fault(f"{file.name}: this is no gzip, or cut short.")


def _read_archive(path: Path, fault: Fault) -> Iterator[Metadata]:
    """Yield the papers of the XML files in `xml` folders of a tar archive; nothing is unpacked to disk."""
    try:
        with tarfile.open(path, "r|*") as archive:
            for name, content in _contents(archive, fault):
                yield from _collection(name, content, fault)
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError) as error:
        fault(f"{path.name}: the archive is damaged ({error}).")


def _contents(archive: tarfile.TarFile, fault: Fault) -> Iterator[tuple[str, bytes]]:
    for member in archive:
        if not (member.isfile() and _is_collection(PurePosixPath(member.name))):
            continue
        file = archive.extractfile(member) if member.size <= MOST_FILE_BYTES else None
        if file is None:
            fault(f"{member.name}: this is larger than {MOST_FILE_BYTES} bytes.")
        else:
            yield member.name, file.read()


def _is_collection(path: PurePosixPath) -> bool:
    # The repository's tests hold a toy Anthology of their own.
    return path.suffix == ".xml" and path.parent.name == "xml" and "tests" not in path.parts


def _collection(name: str, content: bytes, fault: Fault) -> tuple[Metadata, ...]:
    papers = read_collection(content)
    if papers is None:
        fault(f"{name}: this is no collection of the Anthology, or damaged.")
    return papers or ()


class AclIndex:
    """An index that was built; used by one thread at a time.

    Args:
        path: The file that `build_index` wrote.

    Raises:
        LibraryError: There is no index, or the file is none.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise LibraryError(
                "there is no index of the ACL Anthology yet.", concerns=str(path), advice=f"Run: {FETCH}."
            )
        try:
            self._database = _open(path)
            about = dict(self._database.execute("SELECT name, value FROM about").fetchall())
            self.papers, self.fingerprint = int(about["papers"]), str(about["fingerprint"])
        except (sqlite3.Error, KeyError, ValueError) as error:
            raise LibraryError(
                f"this is no index of the ACL Anthology, or damaged ({error}).",
                concerns=str(path),
                advice=f"Remove it, then run: {FETCH}.",
            ) from error

    def search(
        self, query: str, limit: int, year_from: int | None, year_to: int | None
    ) -> tuple[int, tuple[Match, ...]]:
        """Return how many papers match, and the best of them, best first with ties by id."""
        return search_words(self._database, query, limit, year_from, year_to)

    def paper(self, name: str) -> Metadata:
        """Return a paper by its id; raises KeyError when it is not there."""
        query = "SELECT title, abstract, year, rest FROM papers WHERE id = ?"
        found = self._database.execute(query, (name,)).fetchone()
        if found is None:
            raise KeyError(name)
        own = {"key": name, "title": found[0], "abstract": found[1], "year": found[2]}
        return Metadata.model_validate(json.loads(found[3]) | own)

    def close(self) -> None:
        """Close the file; calling it twice does no harm."""
        self._database.close()


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    try:
        if database.execute("PRAGMA application_id").fetchone()[0] != FORMAT:
            raise sqlite3.DatabaseError("it was not written by this version")
    except sqlite3.Error:
        database.close()
        raise
    return database
