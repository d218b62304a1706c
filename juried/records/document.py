"""Documents: the text that is read, its sections, tables and hidden parts, and spans into it."""

from __future__ import annotations

from typing import Literal

from juried.records.base import Record

DocumentFormat = Literal["pdf", "latex", "html", "jats", "text", "abstract"]
DocumentReason = Literal[
    "encrypted",
    "scanned",
    "truncated",
    "empty",
    "not_what_it_claims",
    "malformed",
    "too_large",
    "timed_out",
    "out_of_memory",
    "unsupported_format",
    "unsafe",
    "file_missing",
]
DOCUMENT_REASON_SENTENCES: dict[DocumentReason, str] = {
    "encrypted": "The document is encrypted and no password opens it.",
    "scanned": "The document holds pictures of pages and no text.",
    "truncated": "The document ends before it is complete.",
    "empty": "The document holds no text.",
    "not_what_it_claims": "The content is not of the type that the name promises.",
    "malformed": "The document breaks the rules of its format.",
    "too_large": "The document is larger than the limit.",
    "timed_out": "Reading the document took longer than the limit.",
    "out_of_memory": "Reading the document took more memory than the limit.",
    "unsupported_format": "No parser reads this format.",
    "unsafe": "The document uses a construct that is refused for safety.",
    "file_missing": "The file is not there.",
}
BlockKind = Literal["paragraph", "abstract", "caption", "footnote", "table", "list_item"]
HiddenChannel = Literal[
    "white_text",
    "tiny_text",
    "off_page",
    "zero_width",
    "display_none",
    "comment",
    "invisible_mode",
    "covered",
    "clipped",
    "metadata",
]


class Span(Record):
    """A piece of a document: `text[start:end] == quote` in the stored text, exactly.

    `start` and `end` count characters (code points); `page` counts from 1 and is None without pages.
    """

    document: str
    start: int
    end: int
    quote: str
    page: int | None = None


class Section(Record):
    """A headed part of a document; level 1 is the top. Offsets cover its heading and its blocks."""

    title: str
    level: int
    start: int
    end: int


class Block(Record):
    """A paragraph or the like; `section` is an index into the document's sections, or None before the first."""

    kind: BlockKind
    start: int
    end: int
    section: int | None = None
    page: int | None = None


class Cell(Record):
    """One body cell of a table with its resolved headers; offsets point at its text in the stored text.

    `row_path` and `column_path` run from the outermost header to the innermost; a spanning header is
    repeated in the path of each cell that it spans. `row` and `column` count from 0 over the whole grid.
    """

    row: int
    column: int
    text: str
    row_path: tuple[str, ...]
    column_path: tuple[str, ...]
    start: int
    end: int


class Table(Record):
    """A table whose cells were read surely; `label` is as printed ("Table 2")."""

    label: str
    caption: str
    cells: tuple[Cell, ...]
    footnotes: tuple[str, ...] = ()
    page: int | None = None
    start: int
    end: int
    corner: tuple[str, ...] = ()


class Reference(Record):
    """An entry of the document's own bibliography."""

    label: str
    text: str
    doi: str | None = None
    arxiv: str | None = None


class HiddenText(Record):
    """Text that a reader of the page does not see; kept out of chunks and prompts."""

    channel: HiddenChannel
    text: str
    page: int | None = None


class Document(Record):
    """The bytes of one version, parsed. All offsets point into `text`; blocks are in reading order.

    A table's cells are written out in `text` too (one row a line, cells joined by " | "), so that
    each cell has a span.
    """

    sha256: str
    format: DocumentFormat
    title: str
    text: str
    sections: tuple[Section, ...] = ()
    blocks: tuple[Block, ...] = ()
    tables: tuple[Table, ...] = ()
    references: tuple[Reference, ...] = ()
    hidden: tuple[HiddenText, ...] = ()
    notes: tuple[str, ...] = ()


class Unreadable(Record):
    """Why a document could not be read; `detail` is one sentence for people."""

    reason: DocumentReason
    detail: str
