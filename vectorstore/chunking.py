"""Chunks: runs of whole sentences of one section, the unit that is embedded, stored and searched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from juried.records.base import Record, short_id
from juried.records.document import Block, BlockKind, Document
from juried.text.sentences import split_sentences
from juried.text.tokens import count_tokens

MAX_TOKENS = 200
_RUNNING: frozenset[BlockKind] = frozenset({"paragraph", "abstract", "list_item"})
_BIBLIOGRAPHY = re.compile(
    r"(?:[\dIVX]+[.)]?\s+|[A-Z][.)]\s+)?(?:references?|bibliography|(?:literature|works) cited|reference list"
    r"|(?:references|bibliography) and (?:further reading|notes))\s*[.:]?",
    re.IGNORECASE,
)


class Chunk(Record):
    """A run of sentences: `text` is `document.text[start:end]`, exactly.

    `document` is the SHA-256 of the document, `section` the title of the section ("" before the
    first), `page` the page of the first sentence. The id depends on document, offsets and text alone.
    `columns` tells of rows of a table what stands above them: label, caption and column headings.
    """

    id: str
    document: str
    start: int
    end: int
    text: str
    section: str = ""
    page: int | None = None
    kind: BlockKind = "paragraph"
    columns: str = ""


def chunk_document(document: Document, max_tokens: int = MAX_TOKENS) -> tuple[Chunk, ...]:
    """Cut a document into chunks in reading order.

    Paragraphs, abstracts and list items run on over block borders within one section, page and kind;
    tables (by rows), captions and footnotes are chunks of their own. Headings and the bibliography are
    left out. A sentence longer than the limit is a chunk of its own; a document without text has no chunks.

    Args:
        document: The parsed document.
        max_tokens: The most o200k_base tokens of a chunk of several sentences, 1 or more.
    """
    return tuple(
        _chunk(document, block, start, end)
        for run in _runs(document)
        for block, start, end in _pack(document.text, run, max_tokens)
    )


def is_bibliography(title: str) -> bool:
    """Whether a section of this title holds the document's list of references."""
    return _BIBLIOGRAPHY.fullmatch(title.strip()) is not None


def _runs(document: Document) -> Iterator[list[Block]]:
    """Yield blocks in groups that a chunk may run over."""
    kept = [block for block in document.blocks if not is_bibliography(_title(document, block))]
    group: list[Block] = []
    for block in kept:
        if group and not _runs_on(document.text, group[-1], block):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _title(document: Document, block: Block) -> str:
    return "" if block.section is None else document.sections[block.section].title


def _runs_on(text: str, block: Block, following: Block) -> bool:
    if block.kind not in _RUNNING or text[block.end : following.start].strip():
        return False
    return (block.kind, block.section, block.page) == (following.kind, following.section, following.page)


def _pack(text: str, run: list[Block], max_tokens: int) -> Iterator[tuple[Block, int, int]]:
    """Yield the first block, start and end of each chunk: as many units as the limit lets in, in order."""
    units = [(block, start, end) for block in run for start, end in _units(text, block)]
    if not units:
        return
    first = 0
    for at, (_, (_, _, end)) in enumerate(pairwise(units), start=1):
        if count_tokens(text[units[first][1] : end]) > max_tokens:
            yield units[first][0], units[first][1], units[at - 1][2]
            first = at
    yield units[first][0], units[first][1], units[-1][2]


def _units(text: str, block: Block) -> list[tuple[int, int]]:
    """Return the offsets of what is never cut: the rows of a table, the sentences of anything else."""
    body = text[block.start : block.end]
    if block.kind == "table":
        spans = [match.span() for match in re.finditer(r"\S(?:[^\n]*\S)?", body)]
    else:
        spans = split_sentences(body)
    return [(block.start + start, block.start + end) for start, end in spans]


def _chunk(document: Document, block: Block, start: int, end: int) -> Chunk:
    text = document.text[start:end]
    return Chunk(
        id=short_id("K", document.sha256, str(start), str(end), text),
        document=document.sha256,
        start=start,
        end=end,
        text=text,
        section=_title(document, block),
        page=block.page,
        kind=block.kind,
        columns=_columns(document, start) if block.kind == "table" else "",
    )


def _columns(document: Document, start: int) -> str:
    """Return what stands above the rows of a table that was read surely, "" for any other."""
    table = next((table for table in document.tables if table.start <= start < table.end), None)
    if table is None:
        return ""
    headings = {cell.column: " ".join(part for part in cell.column_path if part.strip()) for cell in table.cells}
    named = [*(part for part in table.corner if part.strip()), *(headings[column] for column in sorted(headings))]
    above = ". ".join(part.strip().rstrip(".") for part in (table.label, table.caption) if part.strip())
    return f"{above}. Columns: {' | '.join(name for name in named if name)}." if any(named) else f"{above}."
