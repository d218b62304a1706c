"""The reader: turns an included work into a document and its chunks, from the best version that opens."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol as Interface

from pydantic import ValidationError

from agents.asking import Account
from juried.documents.abstract import abstract_document
from juried.documents.cache import ReadDocument
from juried.errors import DocumentError, RecordError
from juried.files import write_atomically
from juried.records.base import Record, canonical_json
from juried.records.document import Document, Unreadable
from juried.records.work import FileRef, Work
from juried.sources.base import Source
from vectorstore.chunking import Chunk

_SUFFIXES = {
    "application/x-tex": ".tex",
    "application/gzip": ".gz",
    "text/html": ".html",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/pdf": ".pdf",
}
# What a source says of a file that another one named.
_NOT_ITS_OWN = ("file_missing", "unsafe")
_BEST_FIRST = (".tex", ".gz", ".html", ".htm", ".xml", ".nxml", ".pdf", ".md", ".txt")


class Reading(Record):
    """What was read of one work; `document` is the SHA-256 of what was read, None when nothing was.

    `unreadable` holds one `name: reason` line for each file that could not be read.
    """

    work_id: str
    document: str | None
    chunks: int
    unreadable: tuple[str, ...]


class Memory(Interface):
    """Where chunks go."""

    async def add(self, document: Document) -> tuple[Chunk, ...]:
        """Chunk, embed and store a document; doing it again changes nothing."""
        ...


class DocumentStore:
    """Parsed documents of a run by SHA-256, one JSON file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, Document] = {}

    def put(self, document: Document) -> None:
        """Store a document under its SHA-256."""
        write_atomically(self._folder / f"{document.sha256}.json", canonical_json(document).encode())
        self._known[document.sha256] = document

    def get(self, sha256: str) -> Document:
        """Return a stored document; raises RecordError when it is absent or damaged."""
        if sha256 not in self._known:
            self._known[sha256] = load_document(self._folder, sha256)
        return self._known[sha256]

    def text(self, sha256: str) -> str | None:
        """Return the text of a stored document, None when there is none of that hash."""
        known = sha256 in self._known or (bool(sha256) and (self._folder / f"{sha256}.json").exists())
        return self.get(sha256).text if known else None


def load_document(folder: Path, sha256: str) -> Document:
    """Return the document of a hash from a folder; raises RecordError when it is absent or damaged."""
    try:
        return Document.model_validate_json((folder / f"{sha256}.json").read_bytes())
    except (OSError, ValidationError) as error:
        raise RecordError(
            f"the parsed document cannot be used: {error}.",
            concerns=sha256[:12],
            advice=f"Remove {folder.parent} and run the question again.",
        ) from error


class Reader:
    """Reads works.

    Args:
        sources: The open sources by name; a file is asked for from those that brought the work, in name order.
        documents: Where parsed documents are kept.
        memory: Where chunks are kept.
        parse: Makes a document of a file's bytes and name.
    """

    def __init__(
        self, sources: Mapping[str, Source], documents: DocumentStore, memory: Memory, parse: ReadDocument
    ) -> None:
        self._sources = sources
        self._documents = documents
        self._memory = memory
        self._parse = parse

    async def read(self, work: Work, account: Account) -> Reading:
        """Read the first file that opens, in the order LaTeX, HTML, JATS, PDF, text; else the abstract.

        Each file that does not open, and a work of which nothing can be read, is a loss.
        """
        unreadable: list[str] = []
        document = None
        for file in sorted(work.files, key=_preference):
            opened = await self._open(work, file)
            if isinstance(opened, Document):
                document = opened
                break
            unreadable.append(f"{Path(file.path).name}: {opened.detail} ({opened.reason})")
        document = document or _abstract(work, unreadable)
        for line in unreadable:
            account.lose(work.id, line)
        if document is None:
            return Reading(work_id=work.id, document=None, chunks=0, unreadable=tuple(unreadable))
        await asyncio.to_thread(self._documents.put, document)
        chunks = await self._memory.add(document)
        return Reading(work_id=work.id, document=document.sha256, chunks=len(chunks), unreadable=tuple(unreadable))

    async def _open(self, work: Work, file: FileRef) -> Document | Unreadable:
        problem = Unreadable(reason="file_missing", detail="No source that named it is open.")
        telling = {hit.partition(":")[0] for hit in work.hits}
        telling |= {origin.source for origin in work.origins if origin.field == "files"}
        for name in sorted(telling & self._sources.keys()):
            try:
                return await self._parse(await self._sources[name].fetch(file), Path(file.path).name)
            except DocumentError as error:
                if problem.reason in _NOT_ITS_OWN:
                    problem = Unreadable.model_validate({"reason": error.reason, "detail": error.message})
        return problem


def _abstract(work: Work, unreadable: list[str]) -> Document | None:
    """Return the document of an abstract; None, with the reason noted, when there is no prose in it."""
    try:
        return abstract_document(work.title, work.abstract) if work.abstract else None
    except DocumentError as error:
        unreadable.append(f"abstract: {error.message} ({error.reason})")
        return None


def _preference(file: FileRef) -> int:
    """Order files by what they claim to be: by media type where one is known, else by ending.

    Among files of one kind the work's own order stands: published before preprint, then other open versions.
    """
    suffix = _SUFFIXES.get(file.media_type.partition(";")[0].strip().lower(), Path(file.path).suffix.lower())
    return _BEST_FIRST.index(suffix) if suffix in _BEST_FIRST else len(_BEST_FIRST)
