"""The cache of parsed documents: parsed once, never wrong after damage, and unreadable files tried again."""

from __future__ import annotations

from pathlib import Path

from juried.documents.abstract import abstract_document
from juried.documents.cache import DocumentCache
from juried.records.document import Document, Unreadable


class Parser:
    def __init__(self, answer: Document | Unreadable) -> None:
        self.answer = answer
        self.calls = 0

    async def __call__(self, data: bytes, name: str) -> Document | Unreadable:
        self.calls += 1
        return self.answer


DOCUMENT = abstract_document("A title", "An abstract with one sentence.")


async def test_the_same_bytes_are_parsed_once_across_caches(tmp_path: Path) -> None:
    parser = Parser(DOCUMENT)
    assert await DocumentCache(tmp_path, parser).read(b"bytes", "a.pdf") == DOCUMENT
    assert await DocumentCache(tmp_path, parser).read(b"bytes", "b.PDF") == DOCUMENT
    assert parser.calls == 1


async def test_other_bytes_or_another_ending_are_parsed(tmp_path: Path) -> None:
    parser = Parser(DOCUMENT)
    cache = DocumentCache(tmp_path, parser)
    for data, name in ((b"bytes", "a.pdf"), (b"others", "a.pdf"), (b"bytes", "a.txt")):
        await cache.read(data, name)
    assert parser.calls == 3


async def test_a_damaged_entry_is_parsed_anew(tmp_path: Path) -> None:
    parser = Parser(DOCUMENT)
    cache = DocumentCache(tmp_path, parser)
    await cache.read(b"bytes", "a.pdf")
    for entry in tmp_path.iterdir():
        entry.write_bytes(entry.read_bytes()[:20])
    assert await cache.read(b"bytes", "a.pdf") == DOCUMENT
    assert parser.calls == 2


async def test_a_file_that_cannot_be_read_is_tried_again(tmp_path: Path) -> None:
    parser = Parser(Unreadable(reason="timed_out", detail="It took too long."))
    cache = DocumentCache(tmp_path, parser)
    await cache.read(b"bytes", "a.pdf")
    await cache.read(b"bytes", "a.pdf")
    assert parser.calls == 2
