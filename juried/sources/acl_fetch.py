"""Getting the ACL Anthology: its repository's archive is downloaded, and the index is built from it."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from juried.sources.acl_index import IndexReport, build_index
from juried.sources.http import HttpClient
from juried.sources.paging import accepted
from juried.sqlite import storage_errors

ARCHIVE = "https://codeload.github.com/acl-org/acl-anthology/tar.gz/refs/heads/master"
MOST_BYTES = 1024 * 1024 * 1024


async def fetch_index(client: HttpClient, target: Path, archive: str = ARCHIVE) -> IndexReport:
    """Download the Anthology's metadata and build the index at `target`; the archive is not kept.

    Args:
        client: Makes the one request; without a journal, which need not hold the archive.
        target: The file of the index; it is replaced when the new one is whole.
        archive: The address of a tar archive with the Anthology's XML files.

    Raises:
        SourceError: The archive cannot be had.
        LibraryError: It holds no papers.
        StorageError: The index cannot be written.
    """
    answer = accepted(await client.get(archive, limit_bytes=MOST_BYTES), "acl")
    with storage_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
            path = Path(folder) / "anthology.tar.gz"
            await asyncio.to_thread(path.write_bytes, answer.content)
            return await build_index(path, target)
