"""The tables of papers and of data sets of tables, as documents: SciTab, TDMS, JATS and LaTeX."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from juried.documents.dispatch import parse
from juried.documents.tables import RawCell, RawTable, body_cells, corner, lay_out
from juried.errors import DocumentError
from juried.measurement_names import is_dataset
from juried.records.base import sha256
from juried.records.document import Block, Cell, Document, Section, Table

_SPACED = ((r"\s+([.,;:)\]%])", r"\1"), (r"([(\[])\s+", r"\1"), (r"(?<=\w) - (?=\w)", "-"), (r" / ", "/"))
_SIZE = re.compile(r"[~<>≈]?\d[\d., ]*[KkMB]|N/A|[a-z]")
_SYSTEMS = re.compile(r"(?:Model|System|Method|Approach|Algorithm|Parser|Tagger|Classifier)(?:e?s)?", re.IGNORECASE)
_LAYOUT = re.compile(r"(?:Table|Tab\.) ?\d", re.IGNORECASE)


class Sheet:
    """Writes the text of one document and keeps the places of what was written."""

    def __init__(self, format_: str = "") -> None:
        self.text = format_
        self.blocks: list[Block] = []
        self.sections: list[Section] = []
        self.tables: list[Table] = []

    def section(self, title: str, paragraphs: Sequence[str]) -> None:
        """Write a heading with its paragraphs."""
        start = len(self.text)
        self.text += title + "\n\n"
        at = len(self.sections)
        for paragraph in paragraphs:
            begin = len(self.text)
            self.text += paragraph + "\n\n"
            self.blocks.append(Block(kind="paragraph", start=begin, end=len(self.text) - 2, section=at))
        self.sections.append(Section(title=title, level=1, start=start, end=len(self.text)))

    def table(self, label: str, caption: str, cells: Iterable[Cell], heads: tuple[str, ...]) -> None:
        """Write a table, one cell a line; the offsets of the cells are set here."""
        start, kept = len(self.text), []
        for cell in cells:
            begin = len(self.text)
            self.text += cell.text + "\n"
            kept.append(cell.model_copy(update={"start": begin, "end": begin + len(cell.text)}))
        if kept:
            end = len(self.text)
            self.tables.append(
                Table(label=label, caption=caption, cells=tuple(kept), start=start, end=end, corner=heads)
            )
            self.blocks.append(Block(kind="table", start=start, end=end))

    def finish(self, title: str) -> Document:
        """Return the document."""
        return Document(
            sha256=sha256(self.text.encode()),
            format="text",
            title=title,
            text=self.text,
            sections=tuple(self.sections),
            blocks=tuple(self.blocks),
            tables=tuple(self.tables),
        )


def tdms_document(tables: Sequence[dict[str, object]], prose: str) -> Document:
    """Return a document of the tables that another program took from PDF, with the text that it took."""
    sheet = Sheet()
    parts = re.split(r"^section: (.*)$", prose, flags=re.MULTILINE)
    title = parts[2].strip() if len(parts) > 2 and parts[1].strip() == "title" else ""
    for heading, body in zip(parts[1::2], parts[2::2], strict=False):
        sheet.section(heading, [line for line in body.split("\n") if line.strip()])
    for number, raw in enumerate(tables, start=1):
        head, _, rest = str(raw["caption"]).partition("\n\n")
        caption = spelled(head)
        printed = re.match(r"(?:Table|TABLE) ?(\d+|[IVX]+)\s*[:.]?\s*", caption)
        label = f"Table {printed.group(1)}" if printed else f"Table {number} of the parse"
        heads = _corner(raw, rest)
        sheet.table(label, caption[printed.end() :] if printed else caption, _tdms_cells(raw, heads), heads)
    return sheet.finish(spelled(title))


def _tdms_cells(raw: dict[str, object], heads: tuple[str, ...]) -> Iterable[Cell]:
    entries = raw["numberCells"]
    assert isinstance(entries, list)
    lines: dict[tuple[str, ...], int] = {}
    heads_seen: dict[tuple[str, ...], int] = {}
    taken: set[tuple[int, int]] = set()
    for at, entry in enumerate(entries):
        # The parse takes every row without numbers for a header that spans all columns.
        rows = tuple(label for label in _labels(entry["associatedRows"]) if label not in heads)
        merged = [label for label in _labels(entry["associatedMergedColumns"]) if is_dataset(label)]
        columns = (*merged, *_labels(entry["associatedColumns"]))
        above = tuple(label for label in columns if label not in heads)
        row, column = lines.setdefault(rows, len(lines)), heads_seen.setdefault(above, len(heads_seen)) + 1
        # Two cells under the same labels are told apart by rows of their own.
        row = row if (row, column) not in taken else len(entries) + at
        taken.add((row, column))
        yield Cell(
            row=row,
            column=column,
            text=re.sub(r"[\s(±]+$", "", str(entry["number"])),
            row_path=rows,
            column_path=above,
            start=0,
            end=0,
        )


def _corner(raw: dict[str, object], rest: str) -> tuple[str, ...]:
    """Return the word above the row labels: a column header or the line below the caption that says "Model"."""
    entries = raw["columns"]
    assert isinstance(entries, list)
    lines = [line.strip() for line in rest.strip().split("\n")[:1]]
    found = [label for label in (*map(spelled, entries), *lines) if label and len(label.split()) < 3]
    return tuple(label for label in found if _SYSTEMS.fullmatch(label))[:1]


def spelled(text: str) -> str:
    """Return a text without the blanks that the parse puts around hyphens, brackets and full stops."""
    text = " ".join(text.split())
    for pattern, to in _SPACED:
        text = re.sub(pattern, to, text)
    return text


def _labels(given: Iterable[str]) -> tuple[str, ...]:
    """Return header labels without neighbouring numbers, lone marks and caption lines among them.

    "F" and "1" are one label: the parse takes a subscript for a header of its own.
    """
    texts = [spelled(text) for text in given]
    worded = [text for text in texts if re.search("[A-Za-z]", text) and not _SIZE.fullmatch(text)]
    kept = [text for text in worded if len(text.split()) < 9 and not _LAYOUT.match(text)]
    return tuple("F1" if text == "F" and "1" in texts else text for text in kept if text == "F" or len(text) > 1)


def scitab_documents(path: Path) -> list[Document]:
    """Return the tables of SciTab, each once, as documents of one table; the first row of names heads the columns."""
    seen: dict[str, Document] = {}
    for row in json.loads(path.read_text(encoding="utf-8")):
        body = [[_unmarked(value) for value in values] for values in row["table_content_values"]]
        key = sha256(json.dumps([row["paper"], row["table_caption"], body]).encode())
        if key not in seen:
            seen[key] = scitab_document(row)
    return list(seen.values())


def scitab_document(row: Mapping[str, Any]) -> Document:
    """Return the table of one row of SciTab as a document of one table."""
    heads = [_unmarked(head) for head in row["table_column_names"]]
    body = [[_unmarked(value) for value in values] for values in row["table_content_values"]]
    printed = re.match(r"(?:Table|TABLE) ?(\d+|[IVX]+)\s*[:.]?\s*", row["table_caption"])
    caption = _unmarked(row["table_caption"][printed.end() :] if printed else row["table_caption"])
    grid = lay_out(RawTable(rows=tuple(tuple(RawCell(t) for t in line) for line in [heads, *body]), header_rows=1))
    cells = (Cell(start=0, end=0, **vars(cell)) for cell in body_cells(grid))
    sheet = Sheet()
    sheet.table(f"Table {printed.group(1) if printed else 0}", caption, cells, corner(grid))
    return sheet.finish(_unmarked(row["paper"]))


def _unmarked(text: str) -> str:
    return " ".join(re.sub(r"\[(?:BOLD|ITALIC|EMPTY)\]|</?\w+>", " ", str(text)).split())


def tdms_documents(folder: Path) -> dict[str, Document]:
    """Return the papers of TDMS whose tables are at hand, by name."""
    found = {}
    for path in sorted((folder / "pdfFile_table").glob("*.json")):
        prose = folder / "pdfFile_txt" / f"{path.stem}.txt"
        text = prose.read_text(encoding="utf-8") if prose.exists() else ""
        found[path.stem] = tdms_document(json.loads(path.read_text(encoding="utf-8")), text)
    return found


def papers(folder: Path, kind: str) -> list[Document]:
    """Return the documents of one format below a folder, those with a table, in the order of their paths."""
    found: dict[str, Document] = {}
    endings = {"jats": (".xml", ".nxml"), "latex": (".gz",)}[kind]
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name.endswith(endings)):
        try:
            document = parse(path.read_bytes(), path.name)
        except DocumentError:
            continue
        if document.format == kind and document.tables:
            found[document.sha256] = document
    return list(found.values())


def latex_folders(folder: Path) -> list[Document]:
    """Return the papers that lie as one folder of sources each, those with a table."""
    found = []
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        sources = {p.relative_to(place).as_posix(): p.read_bytes() for p in sorted(place.rglob("*")) if p.is_file()}
        begins = re.compile(rb"^[^%\n]*\\begin\{document", re.MULTILINE)
        main = next((n for n, d in sorted(sources.items()) if n.endswith(".tex") and begins.search(d)), None)
        document = parse(sources[main], main, sources) if main else None
        found.extend([document] if document and document.tables else [])
    return found
