"""The one way to make a document: headings, blocks and tables are written in reading order and get offsets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from juried.documents.tables import Grid, RawCell, RawTable, body_cells, corner, lay_out
from juried.documents.visible import decode_smuggled, describe_zero_width, one_line, visible_text
from juried.errors import DocumentError
from juried.records.base import sha256
from juried.records.document import (
    Block,
    BlockKind,
    Cell,
    Document,
    DocumentFormat,
    HiddenChannel,
    HiddenText,
    Reference,
    Section,
    Table,
)

_GAP = "\n\n"
_SEPARATOR = " | "
MAX_HIDDEN = 100
MAX_HIDDEN_CHARS = 1000


@dataclass
class DocumentBuilder:
    """Collects the parts of one document.

    Args:
        data: The bytes that are parsed; their SHA-256 names the document.
        format: The format they are in.
        name: What to call the document in errors.
    """

    data: bytes
    format: DocumentFormat
    name: str = ""
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _sections: list[Section] = field(default_factory=list)
    _blocks: list[Block] = field(default_factory=list)
    _tables: list[Table] = field(default_factory=list)
    _references: list[Reference] = field(default_factory=list)
    _hidden: list[HiddenText] = field(default_factory=list)
    _notes: list[str] = field(default_factory=list)
    _zero_width: Counter[str] = field(default_factory=Counter)
    _title: str = ""

    def clean(self, text: str) -> str:
        """Return what a reader sees of a text, on one line; zero-width characters are noted as hidden."""
        spelled = decode_smuggled(text)
        if spelled.strip():
            self.hide("zero_width", spelled)
        return one_line(visible_text(text, self._zero_width))

    def title(self, text: str) -> None:
        """Write the document's title at its head; the first non-empty title counts."""
        cleaned = self.clean(text)
        if cleaned and not self._title:
            self._title = cleaned
            if not self._length:
                self._write(cleaned)

    def heading(self, text: str, level: int) -> None:
        """Begin a section; an empty heading is passed over."""
        cleaned = self.clean(text)
        if cleaned:
            start, end = self._write(cleaned)
            self._sections.append(Section(title=cleaned, level=max(1, level), start=start, end=end))

    def block(self, kind: BlockKind, text: str, page: int | None = None) -> None:
        """Write a paragraph or the like; one without a letter or digit is passed over."""
        cleaned = self.clean(text)
        if any(char.isalnum() for char in cleaned):
            start, end = self._write(cleaned)
            self._add_block(kind, start, end, page)

    def table(self, raw: RawTable, page: int | None = None) -> None:
        """Write a table: its caption, its rows, its footnotes; a table without a filled cell is passed over."""
        table = self._clean_table(raw)
        if not any(cell.text for row in table.rows for cell in row):
            return
        grid = lay_out(table)
        self.block("caption", _caption_line(table.label, table.caption), page)
        starts, lines = _render(grid, self._next_start())
        start, end = self._write("\n".join(lines))
        self._add_block("table", start, end, page)
        cells = tuple(
            Cell(
                row=cell.row,
                column=cell.column,
                text=cell.text,
                row_path=cell.row_path,
                column_path=cell.column_path,
                start=starts[cell.row, cell.column],
                end=starts[cell.row, cell.column] + len(cell.text),
            )
            for cell in body_cells(grid)
        )
        self._tables.append(
            Table(
                label=table.label,
                caption=table.caption,
                cells=cells,
                footnotes=table.footnotes,
                page=page,
                start=start,
                end=end,
                corner=corner(grid),
            )
        )
        for footnote in table.footnotes:
            self.block("footnote", footnote, page)

    def reference(self, text: str, label: str = "", doi: str | None = None, arxiv: str | None = None) -> None:
        """Add an entry of the bibliography; it does not stand in the text. An empty one is passed over."""
        cleaned = self.clean(text)
        if cleaned:
            self._references.append(Reference(label=self.clean(label), text=cleaned, doi=doi, arxiv=arxiv))

    def hide(self, channel: HiddenChannel, text: str, page: int | None = None) -> None:
        """Note text that a reader does not see; at most a hundred pieces, each cut at a thousand characters."""
        found = HiddenText(channel=channel, text=one_line(visible_text(text))[:MAX_HIDDEN_CHARS], page=page)
        if found.text and len(self._hidden) < MAX_HIDDEN and found not in self._hidden:
            self._hidden.append(found)

    def note(self, sentence: str) -> None:
        """Say something about how the document was read; each sentence once."""
        if sentence not in self._notes:
            self._notes.append(sentence)

    def finish(self) -> Document:
        """Return the document; raises DocumentError `empty` when no block was written."""
        if not self._blocks:
            raise DocumentError("it holds no text.", reason="empty", concerns=self.name)
        if self._zero_width:
            self.hide("zero_width", describe_zero_width(self._zero_width))
        return Document(
            sha256=sha256(self.data),
            format=self.format,
            title=self._title or self._first_heading(),
            text="".join(self._pieces),
            sections=tuple(self._closed_sections()),
            blocks=tuple(self._blocks),
            tables=tuple(self._tables),
            references=tuple(self._references),
            hidden=tuple(self._hidden),
            notes=tuple(self._notes),
        )

    @property
    def has_title(self) -> bool:
        """Whether a title was written."""
        return bool(self._title)

    def is_title(self, text: str) -> bool:
        """Whether a text is the title that was written."""
        return self.clean(text) == self._title

    @property
    def has_blocks(self) -> bool:
        """Whether any block was written."""
        return bool(self._blocks)

    @property
    def hidden_count(self) -> int:
        """How many pieces of hidden text were noted."""
        return len(self._hidden)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written yet."""
        return not self._length

    @property
    def prose_length(self) -> int:
        """Characters in paragraphs and abstracts so far."""
        return sum(b.end - b.start for b in self._blocks if b.kind in ("paragraph", "abstract"))

    def _first_heading(self) -> str:
        return self._sections[0].title if self._sections else ""

    def _next_start(self) -> int:
        return self._length + (len(_GAP) if self._length else 0)

    def _write(self, text: str) -> tuple[int, int]:
        start = self._next_start()
        self._pieces.append(text if not self._length else _GAP + text)
        self._length = start + len(text)
        return start, self._length

    def _add_block(self, kind: BlockKind, start: int, end: int, page: int | None) -> None:
        section = len(self._sections) - 1 if self._sections else None
        self._blocks.append(Block(kind=kind, start=start, end=end, section=section, page=page))

    def _closed_sections(self) -> list[Section]:
        if not self._sections:
            return []
        ends = [section.start - len(_GAP) for section in self._sections[1:]] + [self._length]
        return [section.model_copy(update={"end": end}) for section, end in zip(self._sections, ends, strict=True)]

    def _clean_table(self, raw: RawTable) -> RawTable:
        rows = tuple(
            tuple(RawCell(self.clean(c.text), c.header, c.rowspan, c.colspan) for c in row) for row in raw.rows
        )
        footnotes = tuple(cleaned for note in raw.footnotes if (cleaned := self.clean(note)))
        return RawTable(rows, self.clean(raw.label), self.clean(raw.caption), footnotes, raw.header_rows)


def _caption_line(label: str, caption: str) -> str:
    return f"{label}: {caption}" if label and caption else label or caption


def _render(grid: Grid, offset: int) -> tuple[dict[tuple[int, int], int], list[str]]:
    """Return where each cell's text begins, and the lines; a spanning cell is written where it begins."""
    starts: dict[tuple[int, int], int] = {}
    lines: list[str] = []
    for row in range(grid.height):
        texts = [grid.slots[row][c].text if grid.begins(row, c) else "" for c in range(grid.width)]
        at = offset
        for column, text in enumerate(texts):
            starts[row, column] = at
            at += len(text) + len(_SEPARATOR)
        line = _SEPARATOR.join(texts)
        lines.append(line)
        offset += len(line) + 1
    return starts, lines
