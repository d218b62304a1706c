"""A local library as a source: any folder of documents and metadata, searched by words, read without a network."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from juried.errors import DocumentError, LibraryError
from juried.records.document import Document, Unreadable
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit, LedgerRow, SourceStatus
from juried.sources.base import SearchLimits, SearchResult, SourceHealth
from juried.sources.catalogue import Catalogue, Holding, with_first_part
from juried.sources.folder import Folder, check_folder, read_inside, scan_folder, suffix_of
from juried.sources.identifiers import best_url
from juried.sources.latex_parts import with_parts
from juried.sources.lexical import QUERY_LANGUAGE, Entry, LexicalIndex, parse_query
from juried.sources.metadata import Metadata, read_metadata

ReadDocument = Callable[[bytes, str], Awaitable[Document | Unreadable]]
_MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".tex": "application/x-tex",
    ".ltx": "application/x-tex",
    ".gz": "application/gzip",
    ".tgz": "application/gzip",
    ".tar.gz": "application/gzip",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".xml": "application/xml",
    ".nxml": "application/xml",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
}
_FAULTS_SHOWN = 3


@dataclass(frozen=True)
class _Open:
    """A library that has been read: works by id, their index, how many have a full paper, and what was not used."""

    holdings: dict[str, Holding]
    index: LexicalIndex
    full_papers: int
    faults: tuple[str, ...]


class LocalLibrary:
    """Source over a folder; it is read when first searched, and nothing is ever written to it.

    Args:
        path: The folder; documents and metadata are found in its sub-folders too.
        read: Reads a document from bytes and name; default: `juried.documents.reader.read_document`.

    Raises:
        LibraryError: The folder is absent, cannot be listed, or holds nothing that can be read.
    """

    name = "library"
    query_language = QUERY_LANGUAGE

    def __init__(self, path: Path, read: ReadDocument | None = None) -> None:
        check_folder(path)
        self._root = path
        self._read_document = read
        self._folder: Folder | None = None
        self._opened: _Open | None = None
        self._lock = asyncio.Lock()

    async def fingerprint(self) -> str:
        """Return the SHA-256 over the sorted paths and contents of all files that the library reads."""
        async with self._lock:
            return (await self._scan()).fingerprint

    async def open(self) -> None:
        """Read the library now rather than at the first search; raises LibraryError when nothing in it can be used."""
        async with self._lock:
            await self._open()

    async def search(self, query: SourceQuery, limits: SearchLimits) -> SearchResult:
        """Return the works that match best, ties by id; see `query_language`.

        The row's detail names what could not be used; a library that cannot be used gives a failed row.
        """
        async with self._lock:
            try:
                opened = await self._open()
                total, matches = await asyncio.to_thread(
                    opened.index.search, query.text, limits.hits, limits.year_from, limits.year_to
                )
            except (LibraryError, sqlite3.Error) as error:
                return self._result(query, 0, (), "failed", str(error))
        hits = tuple(self._hit(opened.holdings[match.id], rank) for rank, match in enumerate(matches, start=1))
        status: SourceStatus = "answered" if total else "empty"
        return self._result(query, total, hits, status, _detail(query, opened.faults))

    def _result(
        self, query: SourceQuery, total: int, hits: tuple[Hit, ...], status: SourceStatus, detail: str
    ) -> SearchResult:
        row = LedgerRow(source=self.name, query=query.text, total=total, taken=len(hits), status=status, detail=detail)
        return SearchResult(row=row, hits=hits)

    def _hit(self, holding: Holding, rank: int) -> Hit:
        data = holding.metadata
        files = tuple(
            FileRef(path=path, media_type=_MEDIA_TYPES.get(suffix_of(path), "text/plain")) for path in holding.files
        )
        fields = data.model_dump(exclude={"key", "files", "url"})
        hit = Hit(source=self.name, source_id=holding.id, rank=rank, url=data.url, files=files, **fields)
        return hit.model_copy(update={"url": best_url(hit)})

    async def fetch(self, file: FileRef) -> bytes:
        """Return a file of the library; raises DocumentError (`unsafe` for a path that leads out of the folder)."""
        return await asyncio.to_thread(self._bytes, file.path)

    def _bytes(self, path: str) -> bytes:
        """Return a file; a LaTeX file comes with the chapters and the bibliography that it names."""
        return with_parts(self._root, path, read_inside(self._root, path))

    async def check(self) -> SourceHealth:
        """Read the library and say how many works and full papers it holds, and what could not be used."""
        async with self._lock:
            try:
                opened = await self._open()
            except LibraryError as error:
                return SourceHealth(name=self.name, usable=False, works=None, detail=str(error))
        holds = f"{len(opened.holdings)} works, {opened.full_papers} of them with a full paper"
        return SourceHealth(
            name=self.name,
            usable=True,
            works=len(opened.holdings),
            detail="; ".join(part for part in (holds, summarise(opened.faults)) if part),
        )

    async def aclose(self) -> None:
        """Free the index; a later search reads the library again."""
        async with self._lock:
            if self._opened is not None:
                self._opened.index.close()
            self._opened = self._folder = None

    async def _scan(self) -> Folder:
        if self._folder is None:
            self._folder = await asyncio.to_thread(scan_folder, self._root, with_parts)
        return self._folder

    async def _open(self) -> _Open:
        if self._opened is None:
            folder = await self._scan()
            entries, faults = await asyncio.to_thread(_read_all_metadata, folder)
            catalogue = Catalogue(folder, entries)
            readings = await self._read_all(catalogue.loose)
            catalogue.attach_by_title(readings)
            readings |= await self._read_all(_unread(catalogue.holdings, readings))
            faults = (*folder.refused, *faults, *catalogue.faults, *_unreadable(readings))
            if not entries and not any(isinstance(reading, Document) for reading in readings.values()):
                raise LibraryError(
                    "nothing in it can be used.",
                    concerns=str(self._root),
                    advice=f"{summarise(faults)} Add documents that can be opened, or metadata.",
                )
            self._opened = await asyncio.to_thread(_index, catalogue.holdings, readings, faults)
        return self._opened

    async def _read_all(self, paths: Sequence[str]) -> dict[str, Document | Unreadable]:
        """Read documents, a few at a time, each in a process of its own."""
        places = asyncio.Semaphore(max(1, min(8, os.cpu_count() or 1)))

        async def read(path: str) -> Document | Unreadable:
            async with places:
                return await self._read(path)

        return dict(zip(paths, await asyncio.gather(*(read(path) for path in paths)), strict=True))

    async def _read(self, path: str) -> Document | Unreadable:
        from juried.documents.reader import read_document

        try:
            data = await asyncio.to_thread(self._bytes, path)
        except DocumentError as error:
            return Unreadable.model_validate({"reason": error.reason, "detail": error.message})
        return await (self._read_document or read_document)(data, PurePosixPath(path).name)


def _read_all_metadata(folder: Folder) -> tuple[list[tuple[str, Metadata]], tuple[str, ...]]:
    entries: list[tuple[str, Metadata]] = []
    faults: list[str] = []
    for file in folder.metadata:
        read = read_metadata(read_inside(folder.root, file.path), file.path)
        entries += [(file.path, entry) for entry in read.entries]
        faults += read.faults
    return entries, tuple(faults)


def _unread(holdings: list[Holding], readings: dict[str, Document | Unreadable]) -> list[str]:
    """Return the best file of each work of which nothing was read yet."""
    return [holding.files[0] for holding in holdings if holding.files and not any(map(readings.get, holding.files))]


def _unreadable(readings: dict[str, Document | Unreadable]) -> list[str]:
    bad = ((path, reading) for path, reading in sorted(readings.items()) if isinstance(reading, Unreadable))
    return [f"{path}: {reading.detail}" for path, reading in bad]


def _index(holdings: list[Holding], readings: dict[str, Document | Unreadable], faults: tuple[str, ...]) -> _Open:
    """Index all works: title, abstract (or the document's first part) and the text of the full paper."""
    entries: list[Entry] = []
    for holding in holdings:
        read = (readings.get(path) for path in holding.files)
        document = next((reading for reading in read if isinstance(reading, Document)), None)
        if document is not None:
            holding.metadata = with_first_part(holding.metadata, document)
        data = holding.metadata
        text = document.text if document is not None else ""
        entries.append(Entry(holding.id, data.title, data.abstract, text, data.year))
    full = sum(bool(entry.text) for entry in entries)
    return _Open({holding.id: holding for holding in holdings}, LexicalIndex(entries), full, faults)


def summarise(faults: Sequence[str]) -> str:
    """Return one line on what could not be used: the number and the first three; "" when there is none."""
    if not faults:
        return ""
    more = f"; and {len(faults) - _FAULTS_SHOWN} more" if len(faults) > _FAULTS_SHOWN else ""
    shown = "; ".join(fault.rstrip(".") for fault in faults[:_FAULTS_SHOWN])
    return f"{len(faults)} {'item' if len(faults) == 1 else 'items'} not used: {shown}{more}."


def _detail(query: SourceQuery, faults: Sequence[str]) -> str:
    said = "" if parse_query(query.text) else "The query holds no word to search for."
    return " ".join(part for part in (said, summarise(faults)) if part)
