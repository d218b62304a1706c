"""A cache of parsed documents: the same bytes are parsed once by one version of the parsers, across runs too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path, PurePath

from pydantic import ValidationError

from juried.documents.reader import read_document
from juried.files import write_atomically
from juried.records.base import canonical_json, sha256
from juried.records.document import Document, Unreadable

ReadDocument = Callable[[bytes, str], Awaitable[Document | Unreadable]]
_HERE = Path(__file__).resolve().parent


class DocumentCache:
    """Parsed documents by the hash of their bytes, their file ending and the parsers' code.

    Only documents are kept; a file that cannot be read is tried again. A damaged entry is parsed anew.

    Args:
        folder: Where the entries lie; made when first written to.
        read: Parses what is not there yet.
    """

    def __init__(self, folder: Path, read: ReadDocument = read_document) -> None:
        self._folder = folder
        self._read = read

    async def read(self, data: bytes, name: str) -> Document | Unreadable:
        """Return the document, or why it cannot be read; see `read_document`.

        Raises:
            StorageError: The cache cannot be written.
        """
        key = await asyncio.to_thread(sha256, data)
        path = self._folder / f"{sha256(f'{key} {PurePath(name).suffix.lower()} {parsers_hash()}')}.json"
        try:
            return Document.model_validate_json(await asyncio.to_thread(path.read_bytes))
        except (FileNotFoundError, ValidationError):
            found = await self._read(data, name)
        if isinstance(found, Document):
            await asyncio.to_thread(write_atomically, path, canonical_json(found).encode())
        return found


@lru_cache(maxsize=1)
def parsers_hash() -> str:
    """Return the SHA-256 over the code of the parsers and of the text rules that they use."""
    files = sorted([*_HERE.glob("*.py"), *(_HERE.parent / "text").glob("*.py")])
    return sha256("".join(sha256(path.read_bytes()) for path in files))
