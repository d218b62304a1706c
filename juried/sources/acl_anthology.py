"""The ACL Anthology as a source: a local index of all its papers, and its PDFs."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from juried.errors import JuriedError, LibraryError
from juried.records.protocol import SourceQuery
from juried.records.work import FileRef, Hit, LedgerRow, SourceStatus
from juried.sources.acl_index import FETCH, AclIndex, IndexReport, build_index
from juried.sources.base import SearchLimits, SearchResult, SourceHealth
from juried.sources.http import HttpClient
from juried.sources.identifiers import best_url
from juried.sources.lexical import QUERY_LANGUAGE, parse_query
from juried.sources.paging import NO_WORD

__all__ = ["AclAnthology", "IndexReport", "build_index"]
PACE_S = 0.5


class AclAnthology:
    """Source over an index that `build_index` made; searching needs no network, fetching PDFs does.

    Args:
        client: Downloads the PDFs.
        index: The file of the index; it is opened when first searched.
    """

    name = "acl"
    query_language = QUERY_LANGUAGE

    def __init__(self, client: HttpClient, index: Path) -> None:
        self._client = client
        self._path = index
        self._opened: AclIndex | None = None
        self._lock = asyncio.Lock()

    async def open(self) -> None:
        """Open the index now rather than at the first search; raises LibraryError when there is none."""
        async with self._lock:
            await self._index()

    async def fingerprint(self) -> str:
        """Return the SHA-256 of the papers of the index; raises LibraryError when there is none."""
        async with self._lock:
            return (await self._index()).fingerprint

    async def search(self, query: SourceQuery, limits: SearchLimits) -> SearchResult:
        """Return the papers that match best, ties by id; without an index the row is failed and says how to get one."""
        async with self._lock:
            try:
                total, hits = await asyncio.to_thread(self._find, await self._index(), query.text, limits)
            except (LibraryError, sqlite3.Error, KeyError, ValueError) as error:
                advice = "" if isinstance(error, JuriedError) else f" Remove {self._path}, then run: {FETCH}."
                return self._result(query, 0, (), "failed", f"{error}{advice}")
        return self._result(query, total, hits, "answered" if total else "empty", _detail(query.text))

    def _find(self, index: AclIndex, text: str, limits: SearchLimits) -> tuple[int, tuple[Hit, ...]]:
        total, matches = index.search(text, limits.hits, limits.year_from, limits.year_to)
        return total, tuple(self._hit(index, match.id, rank) for rank, match in enumerate(matches, start=1))

    def _hit(self, index: AclIndex, name: str, rank: int) -> Hit:
        paper = index.paper(name)
        files = tuple(FileRef(path=path, media_type="application/pdf") for path in paper.files)
        fields = paper.model_dump(exclude={"key", "files"})
        hit = Hit(source=self.name, source_id=name, rank=rank, files=files, **fields)
        return hit.model_copy(update={"url": best_url(hit)})

    def _result(
        self, query: SourceQuery, total: int, hits: tuple[Hit, ...], status: SourceStatus, detail: str
    ) -> SearchResult:
        row = LedgerRow(source=self.name, query=query.text, total=total, taken=len(hits), status=status, detail=detail)
        return SearchResult(row=row, hits=hits)

    async def fetch(self, file: FileRef) -> bytes:
        """Return a file's bytes; raises DocumentError with the reason."""
        return await self._client.download(file.path, host_pace_s=PACE_S)

    async def check(self) -> SourceHealth:
        """Say how many papers the index holds, or how to get one; nothing is asked of the network."""
        async with self._lock:
            try:
                papers = (await self._index()).papers
            except LibraryError as error:
                return SourceHealth(name=self.name, usable=False, works=None, detail=str(error))
        detail = f"local index of {papers} papers; PDFs come from aclanthology.org, no key is needed"
        return SourceHealth(name=self.name, usable=True, works=papers, detail=detail)

    async def aclose(self) -> None:
        """Close the index and the client's connections; a later search opens the index again."""
        async with self._lock:
            if self._opened is not None:
                self._opened.close()
            self._opened = None
        await self._client.aclose()

    async def _index(self) -> AclIndex:
        if self._opened is None:
            self._opened = await asyncio.to_thread(AclIndex, self._path)
        return self._opened


def _detail(text: str) -> str:
    return "" if parse_query(text) else NO_WORD
